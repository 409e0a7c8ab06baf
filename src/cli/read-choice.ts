// What the flags say of a file that its content does not say.

import type { ReadChoice } from '../model/read-choice.ts';
import { type Arguments, UsageError } from './usage.ts';

/** Flags that every command takes which opens a file. */
export const READ_FLAGS = ['time', 'time-unit', 'rate'] as const;
/** The same, which may be given several times. */
export const READ_REPEATS = ['part'] as const;
/** Where positions are not asked for by the same word. */
export const START_FLAG = 'start';

/** How the flags are called, for the help. */
export const READ_FLAGS_HELP = `--time COLUMN|none, --time-unit U, --rate HZ and, for info and query, --start S say what a table or array does not.
--part NAME opens that file of an archive; given several times, all of them.`;

/** Throws UsageError. `hasStart`: the command's `--start` is a time. */
export function readChoice(parsed: Arguments, { hasStart = false } = {}): ReadChoice {
  const time = parsed.value('time');
  const timeUnit = parsed.value('time-unit');
  const rateHz = finite(parsed, 'rate');
  const startS = hasStart ? finite(parsed, START_FLAG) : undefined;
  if (rateHz !== undefined && !(rateHz > 0)) throw new UsageError('--rate needs a number of Hz above 0.');
  const parts = parsed.list('part');
  return {
    ...(parts.length > 0 && { parts }),
    ...(time !== undefined && { time: time === 'none' ? null : time }),
    ...(timeUnit !== undefined && { timeUnit }),
    ...(rateHz !== undefined && { rateHz }),
    ...(startS !== undefined && { startS }),
  };
}

function finite(parsed: Arguments, name: string): number | undefined {
  const text = parsed.value(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new UsageError(`--${name} needs a number, not "${text}".`);
  return value;
}
