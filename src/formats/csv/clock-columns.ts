// Which columns hold a date, a clock, and what the clock leaves out of a second.

import { secondsPerTimeUnit, timeName } from '../time-names.ts';
import { parseClock } from './clock-times.ts';
import type { HeadColumn, TableHead } from './head.ts';
import { type Layout, seenNumbers } from './layout.ts';

export interface ClockPlan {
  readonly kind: 'clock';
  readonly columns: readonly number[];
  /** A column of what the clock leaves out of a second, such as milliseconds. */
  readonly fraction?: { readonly column: number; readonly unitSeconds: number };
}

/** Heads of the fraction of a second that say nothing else. */
const FRACTION =
  /^(?:sub-?seconds?|fraction(?:al)?(?: ?(?:of )?(?:sec\.?|seconds?))?|[mµμun]s(?:ec)?|(?:milli|micro|nano)s(?:ec(?:ond)?s?)?)$/i;

/** Undefined where no column holds clocks or dates. */
export function clockPlan(layout: Layout, head: TableHead): ClockPlan | undefined {
  const columns = clockColumns(layout, head);
  if (!columns) return undefined;
  const clocks = layout.rows.map((row) => {
    const text = clockText(row, { columns });
    return parseClock(text, true) ?? parseClock(text, false);
  });
  const times = clocks.map((clock) => (clock?.decimals === 0 ? clock.seconds : Number.NaN));
  for (const [column, { text, bare, unit }] of head.columns.entries()) {
    const isNamed = FRACTION.test(text) || FRACTION.test(bare);
    const unitOfName = (timeName(text) ?? timeName(bare, unit))?.unitSeconds;
    const unitSeconds = unitOfName ?? (isNamed ? (secondsPerTimeUnit(unit) ?? 1) : undefined);
    if (layout.kinds[column] !== 'number' || unitSeconds === undefined || unitSeconds > 1) continue;
    const numbers = seenNumbers(layout, column);
    // how long something took may be as short
    if (!isNamed && !tellsApart(times, numbers)) continue;
    if (isRestOf(times, numbers, unitSeconds)) return { kind: 'clock', columns, fraction: { column, unitSeconds } };
  }
  return { kind: 'clock', columns };
}

/** Whether rows share a second of the clock and numbers rise in it. */
function tellsApart(times: readonly number[], numbers: readonly number[]): boolean {
  const shared = times.flatMap((time, row) => (row > 0 && time === times[row - 1] ? [row] : []));
  return shared.length > 0 && shared.every((row) => !(numbers[row]! <= numbers[row - 1]!));
}

/** Whether numbers are the rest of whole seconds: below one, though the clock goes on or they fall as it does. */
function isRestOf(times: readonly number[], numbers: readonly number[], unitSeconds: number): boolean {
  const isBelow = numbers.every((value) => !(value < 0 || value * unitSeconds >= 1));
  const lengthS = Math.max(...times) - Math.min(...times);
  const isFalling = numbers.some((value, row) => value < numbers[row - 1]! && times[row]! > times[row - 1]!);
  return isBelow && (lengthS >= 2 || isFalling);
}

/** The cells of a date and a clock as one text; numbers may have lost the zeros before a clock like `093015`. */
export function clockText(cells: readonly string[], { columns }: Pick<ClockPlan, 'columns'>): string {
  const texts = columns.map((column) => cells[column] ?? '');
  const isBare = texts.length === 2 && /^\d{8}$/.test(texts[0]!) && /^\d{1,5}(?:\D|$)/.test(texts[1]!);
  if (isBare && !texts[1]!.includes(':')) texts[1] = '0'.repeat(6 - /^\d+/.exec(texts[1]!)![0].length) + texts[1];
  return texts.join(' ').trim();
}

/** Names of a date or a clock that are no times by themselves. */
export const DATE_NAME = /^(?:date.*|datum|day|tag|fecha|timestamp.*|zeitstempel)$/i;
const CLOCK_NAME = /^(?:time.*|clock|uhrzeit|zeit|hora|heure|hhmmss)$/i;

/** A time that states its unit counts from a start. */
function isClockName({ text, unit }: HeadColumn): boolean {
  const isElapsed = timeName(text)?.unitSeconds !== undefined || secondsPerTimeUnit(unit) !== undefined;
  return CLOCK_NAME.test(text) && !isElapsed;
}

/** Numbers without marks that are dates: all of a moment in one column, or a day beside a clock. */
function bareColumns({ kinds, rows }: Layout, { columns }: TableHead): readonly number[] | undefined {
  const isMoment = (shown: readonly number[]): boolean => {
    const texts = rows.map((row) => clockText(row, { columns: shown })).filter((text) => text !== '');
    const times = texts.map((text) => parseClock(text, true));
    return texts.length > 1 && times.every((time) => time?.day !== undefined && !time.isYearless);
  };
  const isLong = (column: number, pattern: RegExp): boolean =>
    kinds[column] === 'number' && rows.every((row) => pattern.test(row[column] ?? ''));
  for (const [column, { text }] of columns.entries()) {
    const isNamed = DATE_NAME.test(text) || timeName(text) !== undefined || (column === 0 && text === '');
    if (isLong(column, /^(?:\d{14}(?:[.,]?\d{1,6})?)?$/) && isMoment([column])) return [column];
    if (isNamed && isLong(column, /^(?:\d{12})?$/) && isMoment([column])) return [column];
    if (!DATE_NAME.test(text) || !isLong(column, /^(?:\d{8})?$/)) continue;
    const clock = columns.findIndex(
      (other, at) =>
        at !== column && (kinds[at] === 'clock' || (isClockName(other) && isLong(at, /^(?:\d{1,6}(?:\.\d+)?)?$/))),
    );
    if (clock >= 0 && isMoment([column, clock])) return [column, clock];
  }
  return undefined;
}

/** The name of a month, a day and a clock in columns side by side, as syslog has them between blanks. */
function syslogColumns({ kinds, rows }: Layout): readonly number[] | undefined {
  const clock = kinds.indexOf('clock');
  const columns = [clock - 2, clock - 1, clock];
  const isDate = rows.every((row) => parseClock(clockText(row, { columns }), true)?.isYearless);
  return clock >= 2 && isDate ? columns : undefined;
}

/** A date and a clock in two columns, else the first column that holds either. */
function clockColumns(layout: Layout, head: TableHead): readonly number[] | undefined {
  const { kinds, rows } = layout;
  const bare = bareColumns(layout, head) ?? syslogColumns(layout);
  if (bare) return bare;
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

/** Whether dates and clocks are written as numbers. */
export function isBare({ kinds }: Layout, { columns }: ClockPlan): boolean {
  return columns.every((column) => kinds[column] === 'number');
}

/** Whether rows share a time of the clock and the numbers of a column say more: they rise in most of these rows. */
export function isCoarse(layout: Layout, { columns }: ClockPlan, column: number): boolean {
  const texts = layout.rows.map((row) => columns.map((shown) => row[shown]).join(' '));
  const numbers = seenNumbers(layout, column);
  const shared = texts.flatMap((text, row) => (row > 0 && text === texts[row - 1] ? [row] : []));
  const rising = shared.filter((row) => numbers[row]! > numbers[row - 1]!);
  return new Set(texts).size < texts.length && 2 * rising.length >= shared.length;
}
