// Time in the project is integer: 64-bit ticks of 2^-30 s since 2018-01-01T00:00:00Z, the "time64" of
// Joulescope files (github.com/jetperch/jls, include/jls/time.h). Only this file converts it.

/** UTC time in ticks of 2^-30 s since 2018-01-01T00:00:00Z. */
export type Utc = bigint & { readonly __unit: 'utc-ticks' };

/** Ticks per second. */
export const UTC_TICKS_PER_SECOND = 1n << 30n;

/** Unix time of the tick epoch, in seconds. */
export const UTC_EPOCH_UNIX_S = 1_514_764_800;

const EPOCH_UNIX_MS = UTC_EPOCH_UNIX_S * 1000;
const NS_PER_SECOND = 1_000_000_000n;

/** Names an integer as UTC ticks, for readers that take it from a file. */
export function utcFromTicks(ticks: bigint): Utc {
  return ticks as Utc;
}

/** From Unix milliseconds (`Date.now()`, fractions kept to 2^-30 s as far as the double has them). */
export function utcFromUnixMs(unixMs: number): Utc {
  const sinceEpochMs = unixMs - EPOCH_UNIX_MS;
  const wholeSeconds = Math.floor(sinceEpochMs / 1000);
  const fraction = (sinceEpochMs - wholeSeconds * 1000) / 1000;
  return (BigInt(wholeSeconds) * UTC_TICKS_PER_SECOND + BigInt(Math.round(fraction * 2 ** 30))) as Utc;
}

/** To Unix milliseconds; good to a microsecond for any date of this century. */
export function utcToUnixMs(utc: Utc): number {
  const seconds = utc >> 30n;
  const fraction = Number(utc - (seconds << 30n)) / 2 ** 30;
  return EPOCH_UNIX_MS + Number(seconds) * 1000 + fraction * 1000;
}

/** From Unix nanoseconds, as EPICS and others tell them; to the nearest tick. */
export function utcFromUnixNs(unixNs: bigint): Utc {
  const shifted = (unixNs - BigInt(UTC_EPOCH_UNIX_S) * NS_PER_SECOND) * UTC_TICKS_PER_SECOND + NS_PER_SECOND / 2n;
  const rest = ((shifted % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND;
  return ((shifted - rest) / NS_PER_SECOND) as Utc;
}

/** To Unix nanoseconds, the nearest one. */
export function utcToUnixNs(utc: Utc): bigint {
  return BigInt(UTC_EPOCH_UNIX_S) * NS_PER_SECOND + ((utc * NS_PER_SECOND + (1n << 29n)) >> 30n);
}

/** As ISO 8601 in UTC, rounded to the nanosecond; zeros at the end of the fraction are left out. */
export function utcToIsoText(utc: Utc): string {
  const nanoseconds = (utc * 1_000_000_000n + (1n << 29n)) >> 30n;
  const seconds = nanoseconds / 1_000_000_000n - (nanoseconds % 1_000_000_000n < 0n ? 1n : 0n);
  const text = new Date(EPOCH_UNIX_MS + Number(seconds) * 1000).toISOString().slice(0, 19);
  const fraction = (nanoseconds - seconds * 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  return fraction === '' ? `${text}Z` : `${text}.${fraction}Z`;
}

/** `utc` moved by a number of seconds (may be negative). */
export function utcAddSeconds(utc: Utc, seconds: number): Utc {
  const whole = Math.floor(seconds);
  return (utc + BigInt(whole) * UTC_TICKS_PER_SECOND + BigInt(Math.round((seconds - whole) * 2 ** 30))) as Utc;
}

/** Seconds from `from` to `to`, exact in the integer part. */
export function utcSecondsBetween(from: Utc, to: Utc): number {
  const ticks = to - from;
  const whole = ticks >> 30n;
  return Number(whole) + Number(ticks - (whole << 30n)) / 2 ** 30;
}
