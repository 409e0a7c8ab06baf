// What a trace may be: a lowest and a highest value for each time. A mask is derived from a trace with tolerances, or drawn;
// where it says nothing its limits are infinite. Pure.

import { sharedFloats } from './shared-floats.ts';

/** One signal of a record. */
export interface TimedTrace {
  /** NaN where there is no sample. */
  readonly samples: Float32Array;
  readonly startS: number;
  readonly stepS: number;
}

/** Limits at steady times, straight lines between them. */
export interface MaskLimits {
  readonly startS: number;
  readonly stepS: number;
  /** −∞: no limit. */
  readonly low: Float32Array;
  /** ∞: no limit. */
  readonly high: Float32Array;
}

export interface MaskTolerance {
  /** To either side, in seconds; 0 or more. */
  readonly timeS: number;
  /** Upwards and downwards, in the signal's unit; 0 or more. */
  readonly value: number;
}

export interface MaskVerdict {
  /** Samples that have a limit. */
  readonly testedCount: number;
  /** Of them those beyond one. */
  readonly failedCount: number;
  /** Time of the first of them from the trigger. */
  readonly firstFailedS: number | undefined;
}

/** Places closer than this part of a step are one: times are sums of rounded numbers. */
const SAME_PLACE = 1e-6;

/** A mask to draw on has no more places: of a screen's columns there are a thousand. */
const MOST_PLACES = 2 ** 20;

/** Without a limit anywhere, at the times of a trace, or of each so many of its samples: to draw on. */
export function openMask({ samples, startS, stepS }: TimedTrace): MaskLimits {
  const every = Math.max(1, Math.ceil(samples.length / MOST_PLACES));
  const count = Math.ceil((samples.length - 1) / every) + 1;
  const low = sharedFloats(count).fill(Number.NEGATIVE_INFINITY);
  const high = sharedFloats(count).fill(Number.POSITIVE_INFINITY);
  return { startS, stepS: every * stepS, low, high };
}

/**
 * Everything that the trace reaches within the tolerance of time, and the tolerance of value beyond it. The trace is the
 * straight lines between its samples. A hole has no limits, and does not widen those beside it.
 */
export function maskAround({ samples, startS, stepS }: TimedTrace, { timeS, value }: MaskTolerance): MaskLimits {
  const reach = timeS / stepS;
  const low = widened(samples, reach, -1);
  const high = widened(samples, reach, 1);
  for (let i = 0; i < samples.length; i++) {
    const isHole = Number.isNaN(samples[i]!);
    low[i] = isHole ? Number.NEGATIVE_INFINITY : low[i]! - value;
    high[i] = isHole ? Number.POSITIVE_INFINITY : high[i]! + value;
  }
  return { startS, stepS, low, high };
}

/** The highest (`sign` 1) or lowest value within `reach` samples of each one. */
function widened(samples: Float32Array, reach: number, sign: 1 | -1): Float32Array {
  const result = sharedFloats(samples.length);
  const whole = Math.min(samples.length, Math.floor(reach + SAME_PLACE));
  /** Places of values that may be the highest yet to come, each lower than the one before it. */
  const places = new Uint32Array(samples.length);
  let first = 0;
  let end = 0;
  let next = 0;
  for (let i = 0; i < samples.length; i++) {
    for (; next <= Math.min(samples.length - 1, i + whole); next++) {
      const value = samples[next]!;
      if (Number.isNaN(value)) continue;
      while (end > first && sign * samples[places[end - 1]!]! <= sign * value) end--;
      places[end++] = next;
    }
    while (first < end && places[first]! < i - whole) first++;
    let best = first < end ? sign * samples[places[first]!]! : Number.NEGATIVE_INFINITY;
    if (reach > whole) {
      best = Math.max(best, sign * (between(samples, i - reach) ?? -sign * Number.POSITIVE_INFINITY));
      best = Math.max(best, sign * (between(samples, i + reach) ?? -sign * Number.POSITIVE_INFINITY));
    }
    result[i] = sign * best;
  }
  return result;
}

/** On the straight line at a place; `undefined` beyond the trace and beside a hole. */
function between(samples: Float32Array, at: number): number | undefined {
  const before = Math.floor(at);
  const value = samples[before]! + (at - before) * (samples[before + 1]! - samples[before]!);
  return at >= 0 && at <= samples.length - 1 && !Number.isNaN(value) ? value : undefined;
}

/** A sample fails when it is beyond a limit; on it, it passes. Samples at times that the mask does not have are not tested. */
export function testMask(mask: MaskLimits, { samples, startS, stepS }: TimedTrace): MaskVerdict {
  const last = mask.low.length - 1;
  const perSample = stepS / mask.stepS;
  const offset = (startS - mask.startS) / mask.stepS;
  let testedCount = 0;
  let failedCount = 0;
  let firstFailed = -1;
  for (let i = 0; i < samples.length; i++) {
    const exact = offset + i * perSample;
    const nearest = Math.round(exact);
    const at = Math.abs(exact - nearest) < SAME_PLACE ? nearest : exact;
    if (at < 0 || at > last) continue;
    const value = samples[i]!;
    const low = limitAt(mask.low, at);
    const high = limitAt(mask.high, at);
    if (Number.isNaN(value) || !(low > Number.NEGATIVE_INFINITY || high < Number.POSITIVE_INFINITY)) continue;
    testedCount++;
    if (!(value < low || value > high)) continue;
    if (failedCount === 0) firstFailed = i;
    failedCount++;
  }
  const firstFailedS = failedCount === 0 ? undefined : startS + firstFailed * stepS;
  return { testedCount, failedCount, firstFailedS };
}

/** NaN between a limit and none: there is none. */
function limitAt(limits: Float32Array, at: number): number {
  const before = Math.floor(at);
  const limit = limits[before]!;
  return at === before ? limit : limit + (at - before) * (limits[before + 1]! - limit);
}

/**
 * Draws a limit into the mask, along the line from one point to another. The side that was drawn on is the same memory in
 * another array: what was found with the one before does not hold any longer.
 */
export function drawOnMask(
  mask: MaskLimits,
  side: 'low' | 'high',
  from: { readonly timeS: number; readonly value: number },
  to: { readonly timeS: number; readonly value: number },
): MaskLimits {
  const limits = mask[side].subarray();
  const [left, right] = from.timeS <= to.timeS ? [from, to] : [to, from];
  const place = (timeS: number) => (timeS - mask.startS) / mask.stepS;
  const start = Math.max(0, Math.floor(place(left.timeS)));
  const end = Math.min(limits.length - 1, Math.ceil(place(right.timeS)));
  if (start > end) return mask;
  const slope = right.timeS > left.timeS ? (right.value - left.value) / (right.timeS - left.timeS) : 0;
  const valueAt = (timeS: number) =>
    left.value + slope * (Math.min(right.timeS, Math.max(left.timeS, timeS)) - left.timeS);
  // between its ends there is nothing to be looked at: a line over ten million places takes milliseconds
  const zero = left.value + slope * (mask.startS - left.timeS);
  const perPlace = slope * mask.stepS;
  for (let i = start + 1; i < end; i++) limits[i] = zero + i * perPlace;
  for (const i of [start, end]) limits[i] = valueAt(mask.startS + i * mask.stepS);
  return { ...mask, [side]: limits };
}
