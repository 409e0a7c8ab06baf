// What a command of the command line is: a row with its name, how it is called, what it does then, and its code. The help
// is made of the rows.

export type Command = (args: readonly string[]) => Promise<void>;

/** One way to call a command. */
export interface CommandForm {
  /** What stands behind the name, such as `FILE [--start N]`. */
  readonly usage: string;
  readonly does: string;
}

export interface CommandRow {
  readonly name: string;
  readonly forms: readonly CommandForm[];
  /** Takes the words behind the name. Rejects with UsageError for a wrong call, with LabError for data that cannot be used. */
  readonly run: Command;
}

const DOES_COLUMN = 40;

/** A line per form, in two columns; two lines where the first column leaves no room. */
export function commandLines(rows: readonly CommandRow[]): string {
  return rows
    .flatMap(({ name, forms }) => forms.map(({ usage, does }) => inColumns(`${name} ${usage}`, does)))
    .join('\n');
}

function inColumns(call: string, does: string): string {
  if (call.length < DOES_COLUMN) return call.padEnd(DOES_COLUMN) + does;
  return `${call}\n${' '.repeat(DOES_COLUMN)}${does}`;
}
