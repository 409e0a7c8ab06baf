// The figures of what is on screen, from the bins that are drawn anyway: exact for whole bins, good to a pixel
// at the edges. Figures that must be exact come from the store (see measure.ts).

import type { Summary } from '../../../model/signal-store.ts';

export interface Figures {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/** Figures of the bins between two samples; `undefined` when none of them holds a valid sample. */
export function figuresOf(summary: Summary, startSample: number, endSample: number): Figures | undefined {
  const first = Math.max(0, Math.round((startSample - summary.start) / summary.increment));
  const last = Math.min(summary.mean.length, Math.round((endSample - summary.start) / summary.increment));
  let count = 0;
  let mean = 0;
  let between = 0;
  let within = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = first; i < last; i++) {
    const value = summary.mean[i]!;
    if (Number.isNaN(value)) continue;
    count++;
    // Welford over the bin means, plus the variance inside the bins.
    const step = value - mean;
    mean += step / count;
    between += step * (value - mean);
    const inside = summary.std[i]!;
    if (summary.increment > 1 && inside > 0) within += inside * inside;
    if (summary.min[i]! < min) min = summary.min[i]!;
    if (summary.max[i]! > max) max = summary.max[i]!;
  }
  if (count === 0) return undefined;
  const sampleCount = count * summary.increment;
  const squares = within * (summary.increment - 1) + between * summary.increment;
  return { mean, std: sampleCount > 1 ? Math.sqrt(squares / (sampleCount - 1)) : 0, min, max };
}
