// The file as it would be read: opened again with the newest choice, a moment after the last change. Page only.

import { toError } from '../../../base/errors.ts';
import type { OpenFile } from '../../../model/ports.ts';
import type { ReadChoice } from '../../../model/read-choice.ts';

/** Typing goes on within this time. */
const PAUSE_MS = 300;

export class ReadPreview {
  readonly #open: (choice: ReadChoice, signal: AbortSignal) => Promise<OpenFile>;
  readonly #onChange: () => void;
  #content: OpenFile | undefined;
  #problem: string | undefined;
  #isLoading = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort = new AbortController();

  /** `onChange` is called when one of the members below is another. */
  constructor(open: (choice: ReadChoice, signal: AbortSignal) => Promise<OpenFile>, onChange: () => void) {
    this.#open = open;
    this.#onChange = onChange;
  }

  /** What was read last; stays until the next is there. Undefined before the first change. */
  get content(): OpenFile | undefined {
    return this.#content;
  }

  /** Why it cannot be read like this, in words for the user. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  show(choice: ReadChoice): void {
    this.#stop();
    this.#isLoading = true;
    this.#timer = setTimeout(() => void this.#load(choice, this.#abort.signal), PAUSE_MS);
    this.#onChange();
  }

  /** Gives up what is under way and closes what was read. */
  close(): void {
    this.#stop();
    this.#content?.close();
    this.#content = undefined;
    this.#problem = undefined;
    this.#isLoading = false;
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  async #load(choice: ReadChoice, signal: AbortSignal): Promise<void> {
    try {
      const content = await this.#open(choice, signal);
      if (signal.aborted) {
        content.close();
        return;
      }
      this.#content?.close();
      this.#content = content;
      this.#problem = undefined;
    } catch (error) {
      if (signal.aborted) return;
      this.#problem = toError(error).message;
    }
    this.#isLoading = false;
    this.#onChange();
  }
}
