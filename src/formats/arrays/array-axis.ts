// What the values of an axis make of the samples along it: evenly apart, each at its own place, or counted where the
// values go back. The axis keeps its own unit; only times become seconds. Every array and column of any format is
// decided here.

import { type Utc, utcAddSeconds } from '../../base/time.ts';
import type { ReadChoice } from '../../model/read-choice.ts';
import type { Diagnostic, SignalAxis } from '../../model/signal-store.ts';
import {
  axisDiagnostics,
  inSeconds,
  isCoarse,
  onlyTime,
  timeAxisOf,
  type UnevenTimes,
  unevenTimes,
} from '../time-axis.ts';
import {
  isOtherAxisName,
  secondsPerTimeUnit,
  statedTimeUnit,
  type TimeName,
  timeName,
  timeUnitSymbol,
} from '../time-names.ts';
import { unitSymbol } from '../units.ts';
import { isoUtc, isUnixSeconds, unixUnit, utcOfCount } from '../unix-times.ts';

/** How a type of its own counts time. */
export interface Clock {
  readonly unitSeconds: number;
  /** Since 1970 in UTC or in an unnamed zone, or since a moment that nothing names. */
  readonly since: 'utc' | 'unzoned' | 'unknown';
}

/** What is known of an axis beside its values. */
export interface AxisFacts {
  /** Its own name, such as `energy`. */
  readonly name: string;
  /** What messages and `ReadChoice.time` call it, such as a path. */
  readonly id: string;
  /** As the file writes it; empty when it has none. */
  readonly unit: string;
  /** Bits of the values where they are floats (53, 24, 11); undefined for whole numbers. */
  readonly floatBits?: number | undefined;
  readonly clock?: Clock | undefined;
  /** What second 0 of the values is, if the file says so beside them. */
  readonly zeroUtc?: Utc | undefined;
}

/** The values of an axis as the file has them; NaN where there is none. */
export interface AxisValues extends AxisFacts {
  readonly values: ArrayLike<number | bigint>;
}

/** Where the samples along an axis lie. */
export interface ArrayAxis {
  readonly id: string;
  /** Undefined: the samples can only be counted, and the axis is a signal itself. */
  readonly places:
    | { readonly timing: 'steady'; readonly sampleRateHz: number; readonly offsetS: number }
    | ({ readonly timing: 'stamped' } & UnevenTimes)
    | undefined;
  /** True when the values fall: the samples are read from the last to the first, so that their places rise. */
  readonly isReversed?: boolean;
  /** Left out: seconds. */
  readonly axis?: SignalAxis;
  /** The unit of the times; empty for dates and for places. */
  readonly timeUnit?: string;
  /** What second 0 of the axis is. */
  readonly zeroUtc?: Utc | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** What was assumed of it, in a sentence. */
  readonly guess?: string;
}

/** Steps of an axis that differ less than this part of a step are even. */
const EVEN_PART = 1e-3;
/** Parts of a double that two roundings may be off by, from the lowest to the highest. */
const DOUBLE_STEPS = 2 * Number.EPSILON;
/** Units of netCDF's climate and forecast conventions: `days since 2001-01-01 00:00`. */
const SINCE = /^(\w+)\s+since\s+(\d{4}-\d\d?-\d\d?.*)$/i;

/**
 * Decides over `count` samples; `format` begins the codes of diagnostics. One value more than samples are the edges of
 * bins: then each sample lies in the middle of its own. `isTime`: whoever asks takes it for times, whatever its name.
 */
export function arrayAxis(
  source: AxisValues,
  count: number,
  format: string,
  choice: ReadChoice,
  isTime = choice.time === source.id,
): ArrayAxis | undefined {
  if (source.values.length !== count && source.values.length !== count + 1) return undefined;
  const { id, name, clock } = source;
  const since = SINCE.exec(source.unit);
  const ownUnit = since?.[1] ?? source.unit;
  const isAsked = choice.time === id || (choice.time === undefined && (isTime || clock || timeNameOf(name, ownUnit)));
  if (choice.timeUnit !== undefined && isAsked) {
    const unitSeconds = statedTimeUnit(choice.timeUnit);
    return timeAxis({ ...source, ...(clock && { clock: { ...clock, unitSeconds } }) }, count, format, {
      unitSeconds,
      unit: unitSymbol(choice.timeUnit),
    });
  }
  if (clock) return timeAxis(source, count, format, { unitSeconds: clock.unitSeconds, unit: '' });
  const unitSeconds = secondsPerTimeUnit(ownUnit);
  const epochUtc = since ? isoUtc(since[2]!) : undefined;
  if (unitSeconds !== undefined)
    return timeAxis(source, count, format, { unitSeconds, unit: unitSymbol(ownUnit), epochUtc });
  const isOther = ownUnit !== '' || (choice.time === id && isOtherAxisName(name));
  const named = isOther ? undefined : (timeNameOf(name) ?? (isTime ? { unitSeconds: undefined } : undefined));
  if (!named) return placeAxis(source, count, format, { name, unit: unitSymbol(source.unit) });
  if (named.unitSeconds !== undefined) {
    return timeAxis(source, count, format, {
      unitSeconds: named.unitSeconds,
      unit: timeUnitSymbol(named.unitSeconds) ?? '',
    });
  }
  const unix = unixUnit(Number(firstOf(source.values)));
  const unit = timeUnitSymbol(unix ?? 1)!;
  const taken = unix === undefined ? 'it is taken for seconds' : `by its size it is Unix time in ${unit}`;
  const axis = timeAxis(source, count, format, { unitSeconds: unix ?? 1, unit });
  return axis.places ? { ...axis, guess: `"${id}" has no unit: ${taken}.` } : axis;
}

/** Running numbers as the axis of what they number. Undefined when `values` do not rise by one. */
export function countedAxis({ id, values }: AxisValues, axis: SignalAxis): ArrayAxis | undefined {
  if (!isRunning(values)) return undefined;
  return { id, axis, places: { timing: 'steady', sampleRateHz: 1, offsetS: Number(values[0]) }, diagnostics: [] };
}

/** True for whole numbers that rise by one. */
export function isRunning(values: ArrayLike<number | bigint>): boolean {
  if (values.length < 2) return false;
  const first = Number(values[0]);
  for (let index = 0; index < values.length; index++) if (Number(values[index]) !== first + index) return false;
  return Number.isInteger(first);
}

/** As `timeName`, but an array called `x` may be any place; `seconds since …` is a unit. */
export function timeNameOf(name: string, unit = ''): TimeName | undefined {
  return /^x(?:-axis)?$/i.test(name.trim()) ? undefined : timeName(name, SINCE.exec(unit)?.[1] ?? unit);
}

interface TimeUnit {
  readonly unitSeconds: number;
  readonly unit: string;
  /** What 0 of the values is where their unit names a date: then, as for Unix times, the first is second 0. */
  readonly epochUtc?: Utc | undefined;
}

function timeAxis(
  source: AxisValues,
  count: number,
  format: string,
  { unitSeconds, unit, epochUtc }: TimeUnit,
): ArrayAxis {
  const { values, id, clock, floatBits } = source;
  const first = firstOf(values);
  const isUnix = clock
    ? clock.since !== 'unknown'
    : source.zeroUtc === undefined && epochUtc === undefined && isUnixSeconds(Number(first) * unitSeconds);
  const firstUtc = isUnix ? utcOfCount(first, unitSeconds) : undefined;
  const begin = epochUtc === undefined ? firstUtc : utcAddSeconds(epochUtc, Number(first) * unitSeconds);
  // nanoseconds since 1970 do not fit into a double, those since the first do
  const timesS = samplePlaces(secondsOf(values, begin === undefined ? 0 : first, unitSeconds), count);
  const resolutionS = (isWhole(source) ? 1 : floatStep(floatBits, values)) * unitSeconds;
  // what a double since 1970 cannot hold, and the division that made it of a long integer
  const noiseS =
    begin === undefined || floatBits === undefined ? 0 : Math.abs(Number(first)) * DOUBLE_STEPS * unitSeconds;
  const decided = timesDecided(timesS, Math.max(resolutionS, noiseS));
  const edges = edgeNotes(source, count, format);
  if (!decided) return { id, places: undefined, diagnostics: edges };
  if (decided.timing === 'stamped') {
    if ((decided.stepBackRow ?? count) < count / 2) return goesBack(source, decided.stepBackRow!, format);
    if (decided.timesS.length > 1 && !(decided.timesS.at(-1)! > decided.timesS[0]!)) return standsStill(source, format);
  }
  const zeroUtc = begin ?? source.zeroUtc;
  return {
    id,
    places: decided,
    timeUnit: unit,
    ...(zeroUtc === undefined ? {} : { zeroUtc }),
    diagnostics: [...axisDiagnostics(decided, id, format), ...edges, ...zoneNotes(source, format)],
  };
}

/** Whole times that count single steps could hide a lost one behind their rounding: such must be exact. */
function timesDecided(timesS: Float64Array, resolutionS: number) {
  const decided = timeAxisOf(timesS, resolutionS);
  const isHidden = decided?.timing === 'steady' && isCoarse(1 / decided.sampleRateHz, resolutionS);
  return (isHidden ? timeAxisOf(timesS, 0) : decided) ?? onlyTime(timesS);
}

/** An axis that is no time: exact places, or none. */
function placeAxis(source: AxisValues, count: number, format: string, axis: SignalAxis): ArrayAxis {
  const { id, values } = source;
  const inOrder = samplePlaces(Float64Array.from(values as ArrayLike<number>, Number), count);
  const isReversed = falls(inOrder);
  const places = isReversed ? inOrder.toReversed() : inOrder;
  const even = timeAxisOf(places, floatStep(source.floatBits, values));
  if (!even) return { id, places: undefined, diagnostics: [] };
  const notes = edgeNotes(source, count, format);
  if (isReversed) {
    const message = `"${id}" falls: its samples are shown from the last to the first, so that it rises.`;
    notes.push({ severity: 'info', code: `${format}/falling-axis`, message });
  }
  if (even.timing === 'steady' && even.jitterS * even.sampleRateHz <= EVEN_PART) {
    return { id, axis, places: even, isReversed, diagnostics: notes };
  }
  const uneven = even.timing === 'stamped' ? even : unevenTimes(places);
  if (uneven.stepBackRow !== undefined) return goesBack(source, uneven.stepBackRow, format);
  const message = `"${id}" is not even: each sample keeps its own place on it.`;
  const diagnostics: Diagnostic[] = [{ severity: 'info', code: `${format}/uneven-axis`, message }, ...notes];
  if (uneven.untimedRows.length > 0) {
    const lost = `${uneven.untimedRows.length} samples have no value in "${id}" and are left out, the first is ${uneven.untimedRows[0]}.`;
    diagnostics.push({ severity: 'warning', code: `${format}/no-place`, message: lost });
  }
  return { id, axis, places: uneven, isReversed, diagnostics };
}

/** True when each value is below the one before it. */
function falls(places: Float64Array): boolean {
  return places.length > 1 && places.every((place, index) => index === 0 || place < places[index - 1]!);
}

function goesBack({ id }: AxisValues, row: number, format: string): ArrayAxis {
  const message = `"${id}" goes back at sample ${row}: samples are counted in the order of the file, and it is a signal itself.`;
  return { id, places: undefined, diagnostics: [{ severity: 'warning', code: `${format}/axis-goes-back`, message }] };
}

function standsStill({ id }: AxisValues, format: string): ArrayAxis {
  const message = `"${id}" is the same all along: it is no axis, and a signal itself.`;
  return { id, places: undefined, diagnostics: [{ severity: 'warning', code: `${format}/axis-stands`, message }] };
}

function edgeNotes({ id, values }: AxisValues, count: number, format: string): Diagnostic[] {
  if (values.length === count) return [];
  const message = `"${id}" has the edges of ${count} bins: each sample lies in the middle of its bin.`;
  return [{ severity: 'info', code: `${format}/bin-edges`, message }];
}

function zoneNotes({ id, clock }: AxisValues, format: string): Diagnostic[] {
  if (!clock || clock.since === 'unknown') return [];
  const said = clock.since === 'utc' ? 'are in UTC' : 'say no zone: they are taken as UTC';
  return [{ severity: 'info', code: `${format}/zone`, message: `The times in "${id}" ${said}.` }];
}

/** The first that is there; 0 without any. */
function firstOf(values: ArrayLike<number | bigint>): number | bigint {
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (typeof value === 'bigint' || Number.isFinite(value)) return value;
  }
  return 0;
}

/** Whole numbers, or floats that hold nothing else. */
function isWhole({ floatBits, values }: AxisValues): boolean {
  if (floatBits === undefined) return true;
  for (let index = 0; index < values.length; index++) {
    const value = Number(values[index]);
    if (!Number.isInteger(value) && !Number.isNaN(value)) return false;
  }
  return true;
}

/** The distance of neighbours of short floats at the largest value; doubles are taken for exact. */
function floatStep(floatBits: number | undefined, values: ArrayLike<number | bigint>): number {
  if (floatBits === undefined || floatBits > 24) return 0;
  let largest = 0;
  for (let index = 0; index < values.length; index++) {
    const size = Math.abs(Number(values[index]));
    if (size > largest && size < Number.POSITIVE_INFINITY) largest = size;
  }
  return largest * 2 ** (1 - floatBits);
}

/** Seconds from `zero` on. */
function secondsOf(values: ArrayLike<number | bigint>, zero: number | bigint, unitSeconds: number): Float64Array {
  if (values instanceof BigInt64Array) return secondsOfTicks(values, BigInt(zero), unitSeconds);
  const seconds = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    const since = typeof value === 'bigint' ? Number(value - BigInt(zero)) : value - Number(zero);
    seconds[index] = inSeconds(since, unitSeconds);
  }
  return seconds;
}

/** The same as the difference of each tick and zero, by their halves: a hundred times as fast as with bigints. */
function secondsOfTicks(ticks: BigInt64Array, zero: bigint, unitSeconds: number): Float64Array {
  const [zeroLow, zeroHigh] = new Int32Array(BigInt64Array.of(zero).buffer) as unknown as [number, number];
  const halves = new Int32Array(ticks.buffer, ticks.byteOffset, 2 * ticks.length);
  const seconds = new Float64Array(ticks.length);
  for (let i = 0; i < ticks.length; i++) {
    const high = halves[2 * i + 1]! - zeroHigh;
    const low = (halves[2 * i]! >>> 0) - (zeroLow >>> 0);
    seconds[i] = inSeconds(high * 2 ** 32 + low, unitSeconds);
  }
  return seconds;
}

/** Of edges the middle of each two. */
function samplePlaces(values: Float64Array, count: number): Float64Array {
  if (values.length === count) return values;
  return Float64Array.from({ length: count }, (_, index) => (values[index]! + values[index + 1]!) / 2);
}
