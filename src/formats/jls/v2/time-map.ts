// Sample positions to UTC and back through the stored pairs of a signal: linear between two pairs, and along
// the first or last two beyond them. Rounding follows the reference library, so that conversions are equal.

import { type Utc, utcFromTicks } from '../../../base/time.ts';
import type { TimeMap, UtcEntry } from '../../reader.ts';

const TICKS_PER_SECOND = 2 ** 30;
/** Pairs from longer before the first sample than this are not used. */
const LEAD_MAX_S = 3600;

/** `undefined` without a usable pair. */
export function createTimeMap(entries: readonly UtcEntry[], sampleRateHz: number): TimeMap | undefined {
  const earliest = BigInt(-Math.round(LEAD_MAX_S * sampleRateHz));
  const used: UtcEntry[] = [];
  for (const entry of entries) {
    const last = used.at(-1);
    if (entry.sample < earliest || (last && entry.sample < last.sample)) continue;
    if (last && entry.sample === last.sample) used.pop();
    used.push(entry);
  }
  const first = used[0];
  if (!first) return undefined;
  if (used.length === 1) {
    return {
      toUtc: (sample) =>
        utcFromTicks(first.utc + bigTrunc((Number(sample - first.sample) / sampleRateHz) * TICKS_PER_SECOND)),
      toSample: (utc) => first.sample + bigTrunc((Number(utc - first.utc) / TICKS_PER_SECOND) * sampleRateHz),
    };
  }
  const samples = used.map((entry) => entry.sample);
  const times = used.map((entry): bigint => entry.utc);
  return {
    toUtc: (sample): Utc => utcFromTicks(along(samples, times, sample)),
    toSample: (utc) => along(times, samples, utc),
  };
}

/** The value at `at` on the broken line through (from, to). */
function along(from: readonly bigint[], to: readonly bigint[], at: bigint): bigint {
  let low = 0;
  let high = from.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (from[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  const run = Number(from[low + 1]! - from[low]!);
  if (run === 0) return to[low]!;
  const slope = Number(to[low + 1]! - to[low]!) / run;
  return to[low]! + bigRound(Number(at - from[low]!) * slope);
}

function bigTrunc(value: number): bigint {
  return BigInt(Math.trunc(finite(value)));
}

/** Half away from zero. Adding 0.5 first would be off by one beyond 2^52 ticks (48 days). */
function bigRound(value: number): bigint {
  const whole = Math.trunc(finite(value));
  return BigInt(Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole);
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
