// What a story needs of a browser, whatever protocol drives it. Node only.

/** Actions of one input source as WebDriver defines them (w3.org/TR/webdriver2, "Actions"); BiDi takes the same. */
export type InputSource = Readonly<Record<string, unknown>>;

/** A function for the page and what it is called with, as a script that resolves with JSON. */
export function pageScript(use: (...args: never[]) => unknown, args: readonly unknown[]): string {
  return `(async () => JSON.stringify((await (${use.toString()})(...${JSON.stringify(args)})) ?? null))()`;
}

export interface DrivenBrowser {
  /** Folder of what it downloaded. */
  readonly downloads: string;
  visit(url: string): Promise<void>;
  /** Runs in the page; arguments and result are plain data. */
  run<Args extends readonly unknown[], Result>(
    use: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Result>;
  act(sources: readonly InputSource[]): Promise<void>;
  close(): Promise<void>;
}
