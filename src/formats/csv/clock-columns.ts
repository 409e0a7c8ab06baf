// Which columns hold a date, a clock, and what the clock leaves out of a second.

import { timeName } from '../time-names.ts';
import { parseClock } from './clock-times.ts';
import type { TableHead } from './head.ts';
import { type Layout, seenNumbers } from './layout.ts';

export interface ClockPlan {
  readonly kind: 'clock';
  readonly columns: readonly number[];
  /** A column of what the clock leaves out of a second, such as milliseconds. */
  readonly fraction?: { readonly column: number; readonly unitSeconds: number };
}

/** Heads of the fraction of a second. */
const FRACTION = /^(?:sub-?seconds?|fraction(?:al)?(?: ?(?:of )?(?:sec\.?|seconds?))?)$/i;

/** Undefined where no column holds clocks or dates. */
export function clockPlan(layout: Layout, head: TableHead): ClockPlan | undefined {
  const columns = clockColumns(layout);
  if (!columns) return undefined;
  const clocks = layout.rows.map((row) => {
    const text = columns.map((column) => row[column] ?? '').join(' ');
    return parseClock(text, true) ?? parseClock(text, false);
  });
  const times = clocks.map((clock) => (clock?.decimals === 0 ? clock.seconds : Number.NaN));
  for (const [column, { text, bare, unit }] of head.columns.entries()) {
    const unitSeconds = FRACTION.test(text) ? 1 : (timeName(text) ?? timeName(bare, unit))?.unitSeconds;
    if (layout.kinds[column] !== 'number' || unitSeconds === undefined || unitSeconds > 1) continue;
    const numbers = seenNumbers(layout, column);
    if (isRestOf(times, numbers, unitSeconds)) return { kind: 'clock', columns, fraction: { column, unitSeconds } };
  }
  return { kind: 'clock', columns };
}

/** Whether numbers are the rest of whole seconds: below one, though the clock goes on or they fall as it does. */
function isRestOf(times: readonly number[], numbers: readonly number[], unitSeconds: number): boolean {
  const isBelow = numbers.every((value) => !(value < 0 || value * unitSeconds >= 1));
  const lengthS = Math.max(...times) - Math.min(...times);
  const isFalling = numbers.some((value, row) => value < numbers[row - 1]! && times[row]! > times[row - 1]!);
  return isBelow && (lengthS >= 2 || isFalling);
}

/** A date and a clock in two columns, else the first column that holds either. */
function clockColumns({ kinds, rows }: Layout): readonly number[] | undefined {
  const columns = kinds.flatMap((kind, column) => (kind === 'clock' ? [column] : []));
  const partsOf = (column: number) => {
    const cells = rows.map((row) => row[column] ?? '').filter((cell) => cell !== '');
    return {
      hasDay: cells.some(
        (cell) => parseClock(cell, true)?.day !== undefined || parseClock(cell, false)?.day !== undefined,
      ),
      hasClock: cells.some((cell) => cell.includes(':') || /\d[T_]\d{4}/.test(cell)),
    };
  };
  const both = columns.filter((column) => partsOf(column).hasDay && partsOf(column).hasClock);
  // the start and the end of all rows may stand in each
  const moving = both.find((column) => rows.some((row) => row[column] !== rows[0]![column]));
  if (both.length > 0) return [moving ?? both[0]!];
  const date = columns.find((column) => partsOf(column).hasDay);
  const clock = columns.find((column) => !partsOf(column).hasDay);
  const found = [date, clock].filter((column) => column !== undefined);
  return found.length > 0 ? found : undefined;
}

/** Whether rows share a time of the clock, so that a column of numbers beside it says more. */
export function isCoarse({ rows }: Layout, columns: readonly number[]): boolean {
  const texts = rows.map((row) => columns.map((column) => row[column]).join(' '));
  return new Set(texts).size < texts.length;
}
