// The command line. Exit codes: 0 done, 1 the file or the data cannot be used, 2 wrong usage; a failure is one
// line on standard error.

import { LabError, toError } from '../base/errors.ts';
import { COMMAND_ROWS, HELP } from './commands.ts';
import { terminalText } from './terminal-text.ts';
import { EndedWith, UsageError } from './usage.ts';

/** Runs one command; resolves with the exit code. `args` are the words after the program's name. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help') {
    console.log(HELP);
    return name === undefined ? 2 : 0;
  }
  const row = COMMAND_ROWS.find((candidate) => candidate.name === name);
  try {
    if (!row) {
      const known = COMMAND_ROWS.map((candidate) => candidate.name).join(', ');
      throw new UsageError(`Unknown command "${name}". Known are ${known}.`);
    }
    await row.run(rest);
    return 0;
  } catch (error) {
    if (error instanceof EndedWith) return error.code;
    console.error(oneLine(error));
    return error instanceof UsageError ? 2 : 1;
  }
}

function oneLine(error: unknown): string {
  const { message } = toError(error);
  const offset = error instanceof LabError ? (error as { offsetBytes?: number }).offsetBytes : undefined;
  const place = offset === undefined ? '' : ` (at byte ${offset})`;
  return terminalText(`pulsebench: ${(message + place).replace(/\s*\n\s*/g, ' ')}`);
}
