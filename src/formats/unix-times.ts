// Moments as files count and write them: Unix times in units that their size tells, and dates of ISO 8601.

import { UTC_EPOCH_UNIX_S, UTC_TICKS_PER_SECOND, type Utc, utcAddSeconds, utcFromTicks } from '../base/time.ts';

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

/** A moment as a text has it. */
export interface IsoMoment {
  /** Whole seconds since 1970; in UTC, where the text says its zone. */
  readonly unixS: number;
  /** Digits behind the seconds' point. */
  readonly fraction: string;
  readonly hasZone: boolean;
}

const ISO = /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/i;

/** Of an ISO 8601 text; undefined when it is none, or no day of the calendar or time of a day. */
export function isoMoment(text: string): IsoMoment | undefined {
  const match = ISO.exec(text.trim());
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits) => Number(digits ?? 0)) as Six;
  const [, , , , , , , fraction = '', zone] = match;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  // a leap second is second 60 (ISO 8601-1)
  if (!isDay || hour > 23 || minute > 59 || second > 60) return undefined;
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)/.exec(zone ?? '') ?? [];
  if (Number(hours ?? 0) > 23 || Number(minutes ?? 0) > 59) return undefined;
  const zoneS = sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60) : 0;
  const unixS = date.getTime() / 1000 + hour * 3600 + minute * 60 + second - zoneS;
  return { unixS, fraction, hasZone: zone !== undefined };
}

type Six = [number, number, number, number, number, number];

/** Of an ISO 8601 text, without a zone in UTC; undefined when it is none. */
export function isoUtc(text: string): Utc | undefined {
  const moment = isoMoment(text);
  return moment && utcAddSeconds(utcOfCount(moment.unixS, 1), Number(`0.${moment.fraction}`));
}
