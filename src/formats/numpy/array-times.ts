// The values of an array as times in seconds: of dates, of counts since 1970, of numbers in a unit.

import { type Utc, utcAddSeconds, utcFromUnixMs } from '../../base/time.ts';
import type { SampleValues } from '../../model/signal-store.ts';
import { inSeconds } from '../time-axis.ts';
import { secondsPerTimeUnit, timeName } from '../time-names.ts';
import type { ItemColumn } from './item-signals.ts';

/** Values of one time axis that are held in memory, at most (8 bytes each). */
export const MAX_TIMES = 2 ** 25;
/** Values that are read at once. */
const CHUNK = 65_536;
/** NumPy's code of "not a time" (NaT). */
const NOT_A_TIME = -(2n ** 63n);
/** Seconds of the units of NumPy's dates that have a fixed length, as a fraction. */
const DATE_UNITS: Readonly<Record<string, readonly [seconds: number, perSecond: number]>> = {
  W: [604_800, 1],
  D: [86_400, 1],
  h: [3600, 1],
  m: [60, 1],
  s: [1, 1],
  ms: [1, 1e3],
  us: [1, 1e6],
  ns: [1, 1e9],
  ps: [1, 1e12],
  fs: [1, 1e15],
  as: [1, 1e18],
};
/** Sizes of counts since 1970 that mean dates from 2001 to 2286, and how many of them are a second. */
const UNIX_COUNTS: readonly (readonly [from: number, perSecond: number])[] = [
  [1e18, 1e9],
  [1e15, 1e6],
  [1e12, 1e3],
  [1e9, 1],
];

export interface ArrayTimes {
  /** On the axis: from the first one where that has a date. NaN where there is none. */
  readonly timesS: Float64Array;
  /** One unit of the last digit that the times were stored with. */
  readonly resolutionS: number;
  /** Of second 0, when the times are dates. */
  readonly originUtc: Utc | undefined;
  /** The unit that was found or taken; empty for dates. */
  readonly unit: string;
  /** What was not said and had to be taken. */
  readonly guess: string | undefined;
}

/** True when the name or the type of a column speaks of time. */
export function speaksOfTime({ name, scalar }: ItemColumn): boolean {
  if (scalar.kind === 'M') return dateUnit(scalar.unit) !== undefined;
  const last = name.slice(name.lastIndexOf('.') + 1);
  // x is a time in a table that says so; of an array it says nothing
  return scalar.kind !== 'b' && !/^x(-axis)?$/i.test(last) && timeName(last) !== undefined;
}

/** Reads all of a column as times. `unit` is what the user says of it. */
export async function arrayTimes(column: ItemColumn, unit: string | undefined): Promise<ArrayTimes> {
  const values = await allValues(column);
  const { kind, unit: dtypeUnit } = column.scalar;
  if (kind === 'M' || kind === 'm')
    return dateTimes(values as BigInt64Array, dateUnit(dtypeUnit) ?? [1, 1], kind === 'M');
  const chosen = unit === undefined ? undefined : secondsPerTimeUnit(unit);
  const named = timeName(column.name)?.unitSeconds;
  const first = values.find((value: number | bigint) => Number.isFinite(Number(value)));
  const perSecond = (chosen ?? named) ? undefined : unixCount(Number(first));
  if (perSecond !== undefined && first !== undefined) return unixTimes(values, first, perSecond);
  const unitSeconds = chosen ?? named ?? 1;
  const timesS = Float64Array.from(values as Float64Array, (value) => inSeconds(Number(value), unitSeconds));
  const guess = (chosen ?? named) ? undefined : `Nothing says in which unit "${column.name}" is: seconds are taken.`;
  return {
    timesS,
    resolutionS: resolutionOf(column, values) * unitSeconds,
    originUtc: undefined,
    unit: unit ?? unitText(unitSeconds),
    guess,
  };
}

async function allValues({ length, read }: ItemColumn): Promise<SampleValues> {
  const first = await read(0, Math.min(length, CHUNK));
  if (length <= CHUNK) return first;
  const all = new (first.constructor as new (length: number) => SampleValues)(length);
  (all as Float64Array).set(first as Float64Array);
  for (let at = CHUNK; at < length; at += CHUNK) {
    (all as Float64Array).set((await read(at, Math.min(length, at + CHUNK))) as Float64Array, at);
  }
  return all;
}

function dateTimes(ticks: BigInt64Array, [seconds, perSecond]: readonly [number, number], isDate: boolean): ArrayTimes {
  const first = isDate ? (ticks.find((tick) => tick !== NOT_A_TIME) ?? 0n) : 0n;
  const timesS = Float64Array.from({ length: ticks.length }, (_, index) => {
    const tick = ticks[index]!;
    return tick === NOT_A_TIME ? Number.NaN : (Number(tick - first) * seconds) / perSecond;
  });
  const whole = (first * BigInt(seconds)) / BigInt(perSecond);
  const rest = Number(first * BigInt(seconds) - whole * BigInt(perSecond)) / perSecond;
  return {
    timesS,
    resolutionS: seconds / perSecond,
    originUtc: isDate ? utcAddSeconds(utcFromUnixMs(Number(whole) * 1000), rest) : undefined,
    unit: isDate ? '' : 's',
    guess: isDate ? 'The dates carry no time zone: they are taken as UTC, as NumPy does.' : undefined,
  };
}

/** The unit in NumPy's spelling, such as `ns` or `25s`; undefined for months and years, which have no length. */
function dateUnit(text: string): readonly [seconds: number, perSecond: number] | undefined {
  const [, count = '', unit = ''] = /^(\d{0,9})([A-Za-z]+)$/.exec(text) ?? [];
  const known = DATE_UNITS[unit];
  return known && [known[0] * Number(count || 1), known[1]];
}

function unixCount(first: number): number | undefined {
  const found = UNIX_COUNTS.find(([from]) => first >= from);
  return found && first < found[0] * 10 ? found[1] : undefined;
}

function unixTimes(values: SampleValues, first: number | bigint, perSecond: number): ArrayTimes {
  const since =
    typeof first === 'bigint'
      ? (value: number | bigint) => Number((value as bigint) - first) / perSecond
      : (value: number | bigint) => (Number(value) - first) / perSecond;
  const timesS = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++) timesS[index] = since(values[index]!);
  const spelled = { 1: 's', 1e3: 'ms', 1e6: 'µs', 1e9: 'ns' }[perSecond] ?? 's';
  return {
    timesS,
    resolutionS:
      typeof first === 'bigint' || Number.isInteger(first) ? 1 / perSecond : (Math.abs(first) * 2 ** -52) / perSecond,
    originUtc: unixUtc(first, perSecond),
    unit: spelled,
    guess: `The times are counted in ${spelled} since 1970 by their size: the first one is where the axis begins.`,
  };
}

function unixUtc(first: number | bigint, perSecond: number): Utc {
  const whole = typeof first === 'bigint' ? Number(first / BigInt(perSecond)) : Math.floor(first / perSecond);
  const rest = typeof first === 'bigint' ? Number(first % BigInt(perSecond)) / perSecond : first / perSecond - whole;
  return utcAddSeconds(utcFromUnixMs(whole * 1000), rest);
}

/** Of integers 1; of short floats the distance of two neighbours at the largest value. */
function resolutionOf({ scalar }: ItemColumn, values: SampleValues): number {
  if (scalar.kind !== 'f') return 1;
  if (scalar.itemBytes === 8) return 0;
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(Number(value)) || 0);
  return largest * 2 ** (scalar.itemBytes === 4 ? -23 : -10);
}

function unitText(unitSeconds: number): string {
  return { 1: 's', 1e-3: 'ms', 1e-6: 'µs', 1e-9: 'ns', 60: 'min', 3600: 'h' }[unitSeconds] ?? 's';
}
