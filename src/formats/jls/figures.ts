// Moments as the signal store hands them out, shared by both generations of JLS.

import type { Statistics, Summary } from '../../model/signal-store.ts';
import { steadyStatistics } from '../../model/timing.ts';
import { type Moments, standardDeviation } from '../moments.ts';

/** A summary in which every bin is still empty (NaN). */
export function createSummary(start: number, increment: number, count: number): Summary {
  const column = () => new Float64Array(count).fill(Number.NaN);
  return { start, increment, mean: column(), std: column(), min: column(), max: column() };
}

/** Stores a bin; values are multiplied by `scale`. One without a valid sample stays empty. */
export function putBin(summary: Summary, index: number, moments: Readonly<Moments>, scale: number): void {
  if (moments.count === 0) return;
  summary.mean[index] = moments.mean * scale;
  summary.std[index] = standardDeviation(moments) * scale;
  summary.min[index] = moments.min * scale;
  summary.max[index] = moments.max * scale;
}

/** The figures of [start, end). */
export function statisticsOf(
  moments: Readonly<Moments>,
  start: number,
  end: number,
  sampleRateHz: number,
  scale: number,
): Statistics {
  return steadyStatistics(
    {
      start,
      end,
      count: moments.count,
      mean: moments.mean * scale,
      std: standardDeviation(moments) * scale,
      min: moments.min * scale,
      max: moments.max * scale,
    },
    sampleRateHz,
  );
}
