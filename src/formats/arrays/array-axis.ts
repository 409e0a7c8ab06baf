// What the values of an axis make of the samples along it: evenly apart, each at its own place, or counted where the
// values go back. The axis keeps its own unit; only times become seconds.

import { type Utc, utcAddSeconds, utcFromUnixMs } from '../../base/time.ts';
import type { Diagnostic, SignalAxis } from '../../model/signal-store.ts';
import { axisDiagnostics, inSeconds, timeAxisOf, type UnevenTimes, unevenTimes } from '../time-axis.ts';
import { secondsPerTimeUnit, type TimeName, timeName } from '../time-names.ts';
import { unitSymbol } from '../units.ts';

/** The values of an axis as the file has them. */
export interface AxisValues {
  /** Its own name, such as `energy`. */
  readonly name: string;
  /** What messages and `ReadChoice.time` call it, such as a path. */
  readonly id: string;
  /** As the file writes it; empty when it has none. */
  readonly unit: string;
  readonly values: ArrayLike<number | bigint>;
  /** One unit in the last place of the values: 1 of whole numbers, 0 of doubles. */
  readonly resolution: number;
  /** What second 0 of the values is, if the file says so beside them. */
  readonly zeroUtc?: Utc | undefined;
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
  /** What second 0 of the axis is. */
  readonly zeroUtc?: Utc | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** What was assumed of it, in a sentence. */
  readonly guess?: string;
}

/** Unix times between these seconds are taken for such: 2001 to 2128. */
const UNIX_MIN_S = 1e9;
const UNIX_MAX_S = 5e9;
const UNIX_UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['seconds', 1],
  ['milliseconds', 1e-3],
  ['microseconds', 1e-6],
  ['nanoseconds', 1e-9],
];
/** Steps of an axis that differ less than this part of a step are even. */
const EVEN_PART = 1e-3;
/** Units of netCDF's climate and forecast conventions: `days since 2001-01-01 00:00`. */
const SINCE = /^(\w+)\s+since\s+(\d{4}-\d\d?-\d\d?.*)$/i;

/**
 * Decides over `count` samples. `timeUnit` is what the user says of the unit, `format` begins the codes of diagnostics.
 * One value more than samples are the edges of bins: then each sample lies in the middle of its own.
 */
export function arrayAxis(source: AxisValues, count: number, format: string, timeUnit?: string): ArrayAxis | undefined {
  if (source.values.length !== count && source.values.length !== count + 1) return undefined;
  const since = SINCE.exec(source.unit);
  const epochUtc = since ? isoUtc(since[2]!) : undefined;
  const unit = timeUnit ?? since?.[1] ?? source.unit;
  const unitSeconds = secondsPerTimeUnit(unit);
  if (unitSeconds !== undefined) return timeAxis(source, count, format, unitSeconds, epochUtc);
  const named = unit === '' ? timeNameOf(source.name) : undefined;
  if (!named) return placeAxis(source, count, format);
  if (named.unitSeconds !== undefined) return timeAxis(source, count, format, named.unitSeconds);
  const first = Number(source.values[0] ?? 0);
  const unix = UNIX_UNITS.find(([, seconds]) => isUnix(first * seconds));
  const guess = unix
    ? `"${source.id}" has no unit: its size says Unix time in ${unix[0]}.`
    : `"${source.id}" has no unit: it is taken for seconds.`;
  return { ...timeAxis(source, count, format, unix?.[1] ?? 1), guess };
}

/** As `timeName`, but an array called `x` may be any place; `seconds since …` is a unit. */
export function timeNameOf(name: string, unit = ''): TimeName | undefined {
  return /^x(?:-axis)?$/i.test(name.trim()) ? undefined : timeName(name, SINCE.exec(unit)?.[1] ?? unit);
}

function isUnix(seconds: number): boolean {
  return seconds >= UNIX_MIN_S && seconds < UNIX_MAX_S;
}

/** Of a Unix time, whose size says whether it is in seconds or in a smaller unit; undefined when it is none. */
export function unixUtc(time: number): Utc | undefined {
  const unit = UNIX_UNITS.find(([, seconds]) => isUnix(time * seconds));
  return unit && utcFromUnixMs(time * unit[1] * 1000);
}

/** Of an ISO 8601 text, without a zone in UTC; undefined when it is none. */
export function isoUtc(text: string): Utc | undefined {
  const match =
    /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d(?:\.\d+)?))?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/i.exec(
      text.trim(),
    );
  if (!match) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', zone = 'Z'] = match;
  const unixMs =
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)) + Number(second) * 1000;
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)/.exec(zone) ?? [];
  const zoneMs = sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000 : 0;
  return Number.isFinite(unixMs) ? utcFromUnixMs(unixMs - zoneMs) : undefined;
}

/** `epochUtc` is what 0 of the values is where their unit names a date: then, as for Unix times, the first is second 0. */
function timeAxis(source: AxisValues, count: number, format: string, unitSeconds: number, epochUtc?: Utc): ArrayAxis {
  const { values, id } = source;
  const first = values[0] ?? 0;
  const firstS = Number(first) * unitSeconds;
  const unix = source.zeroUtc === undefined && isUnix(firstS) ? utcFromUnixMs(firstS * 1000) : undefined;
  const clock = epochUtc === undefined ? unix : utcAddSeconds(epochUtc, firstS);
  // nanoseconds since 1970 do not fit into a double, those since the first do
  const zero = clock !== undefined ? first : typeof first === 'bigint' ? 0n : 0;
  const timesS = samplePlaces(values, count, (value) => inSeconds(minus(value, zero), unitSeconds));
  const decided = timeAxisOf(timesS, source.resolution * unitSeconds);
  const zeroUtc = clock ?? source.zeroUtc;
  const edges = edgeNotes(source, count, format);
  if (!decided) return { id, places: undefined, diagnostics: edges };
  if (decided.timing === 'stamped' && (decided.stepBackRow ?? count) < count / 2) {
    return goesBack(source, decided.stepBackRow!, format);
  }
  return {
    id,
    places: decided,
    ...(zeroUtc === undefined ? {} : { zeroUtc }),
    diagnostics: [...axisDiagnostics(decided, id, format), ...edges],
  };
}

/** An axis that is no time: exact places, or none. */
function placeAxis(source: AxisValues, count: number, format: string): ArrayAxis {
  const { id, name, values, unit } = source;
  const axis: SignalAxis = { name, unit: unitSymbol(unit) };
  const inOrder = samplePlaces(values, count, Number);
  const isReversed = falls(inOrder);
  const places = isReversed ? inOrder.toReversed() : inOrder;
  const even = timeAxisOf(places, source.resolution);
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

function edgeNotes({ id, values }: AxisValues, count: number, format: string): Diagnostic[] {
  if (values.length === count) return [];
  const message = `"${id}" has the edges of ${count} bins: each sample lies in the middle of its bin.`;
  return [{ severity: 'info', code: `${format}/bin-edges`, message }];
}

function samplePlaces(
  values: ArrayLike<number | bigint>,
  count: number,
  convert: (value: number | bigint) => number,
): Float64Array {
  const hasEdges = values.length === count + 1;
  return Float64Array.from({ length: count }, (_, index) => {
    const place = convert(values[index]!);
    return hasEdges ? (place + convert(values[index + 1]!)) / 2 : place;
  });
}

function minus(value: number | bigint, zero: number | bigint): number {
  return typeof value === 'bigint' ? Number(value - BigInt(zero)) : value - Number(zero);
}
