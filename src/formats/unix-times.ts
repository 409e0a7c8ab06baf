// Moments as files count and write them: Unix times in units that their size tells, and dates of ISO 8601.

import { UTC_EPOCH_UNIX_S, UTC_TICKS_PER_SECOND, type Utc, utcFromTicks, utcFromUnixMs } from '../base/time.ts';

/** Seconds since 1970 that are taken for a Unix time: 2001 to 2052. Numbers of seconds are rarely so large. */
export const LEAST_UNIX_S = 1e9;
const MOST_UNIX_S = 2.6e9;
/** Units that Unix times are counted in, as seconds. */
const UNIX_UNITS = [1, 1e-3, 1e-6, 1e-9] as const;

export function isUnixSeconds(seconds: number): boolean {
  return seconds >= LEAST_UNIX_S && seconds < MOST_UNIX_S;
}

/** Seconds per unit in which a number is a Unix time; undefined when its size is none. */
export function unixUnit(time: number): number | undefined {
  return UNIX_UNITS.find((unitSeconds) => isUnixSeconds(time * unitSeconds));
}

/** UTC of a count of units since 1970, to the nearest of our ticks. */
export function utcOfCount(count: number | bigint, unitSeconds: number): Utc {
  const perSecond = BigInt(Math.max(1, Math.round(1 / unitSeconds)));
  const ticksOf = (units: bigint): bigint => {
    const scaled = unitSeconds > 1 ? units * BigInt(Math.round(unitSeconds)) : units;
    const sinceEpoch = scaled - BigInt(UTC_EPOCH_UNIX_S) * perSecond;
    return (sinceEpoch * UTC_TICKS_PER_SECOND + perSecond / 2n) / perSecond;
  };
  if (typeof count === 'bigint') return utcFromTicks(ticksOf(count));
  const whole = Math.floor(count);
  const rest = Math.round((count - whole) * unitSeconds * Number(UTC_TICKS_PER_SECOND));
  return utcFromTicks(ticksOf(BigInt(whole)) + BigInt(rest));
}

/** Of a Unix time, whose size says in which unit it is; undefined when it is none. */
export function unixUtc(time: number): Utc | undefined {
  const unitSeconds = unixUnit(time);
  return unitSeconds === undefined ? undefined : utcOfCount(time, unitSeconds);
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
