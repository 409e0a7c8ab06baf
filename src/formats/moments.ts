// Count, mean, sum of squared deviations, minimum and maximum of values, mergeable without loss: the parallel
// form of Welford's update (Chan, Golub, LeVeque 1979).

import type { SampleValues } from '../model/signal-store.ts';

/** Over valid (not NaN) values. With `count` 0 the others mean nothing. */
export interface Moments {
  count: number;
  mean: number;
  /** Sum of squared deviations from the mean. */
  m2: number;
  min: number;
  max: number;
}

export function emptyMoments(): Moments {
  return { count: 0, mean: 0, m2: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
}

/** Adds `other` to `into`. */
export function addMoments(into: Moments, other: Readonly<Moments>): void {
  if (other.count === 0) return;
  if (into.count === 0) {
    into.count = other.count;
    into.mean = other.mean;
    into.m2 = other.m2;
    into.min = other.min;
    into.max = other.max;
    return;
  }
  const count = into.count + other.count;
  const delta = other.mean - into.mean;
  into.mean += (delta * other.count) / count;
  into.m2 += other.m2 + (delta * delta * into.count * other.count) / count;
  into.count = count;
  if (other.min < into.min) into.min = other.min;
  if (other.max > into.max) into.max = other.max;
}

/** Adds values [start, end). Two passes over the block: no cancellation, and exact for a constant. */
export function addValues(into: Moments, values: SampleValues, start: number, end: number): void {
  const block = emptyMoments();
  let sum = 0;
  for (let index = start; index < end; index++) {
    const value = Number(values[index]);
    if (Number.isNaN(value)) continue;
    block.count++;
    sum += value;
    if (value < block.min) block.min = value;
    if (value > block.max) block.max = value;
  }
  if (block.count === 0) return;
  block.mean = sum / block.count;
  for (let index = start; index < end; index++) {
    const deviation = Number(values[index]) - block.mean;
    if (!Number.isNaN(deviation)) block.m2 += deviation * deviation;
  }
  addMoments(into, block);
}

/** With n − 1 in the denominator; 0 for one value, NaN for none. */
export function standardDeviation({ count, m2 }: Readonly<Moments>): number {
  if (count === 0) return Number.NaN;
  return count === 1 ? 0 : Math.sqrt(m2 / (count - 1));
}
