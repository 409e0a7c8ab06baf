// From the samples of a record to the bins that a trace is drawn with: no more than the screen has columns. Pure.

import type { Bins } from '../../plot/trace.ts';

/** Samples per bin, 1 while every one of them can be seen. */
export function incrementFor(visibleSamples: number, columnCount: number): number {
  return Math.max(1, Math.floor(visibleSamples / Math.max(1, columnCount)));
}

/**
 * Bins of `increment` samples that touch the places [from, to], at whole multiples of the increment. A bin holds what is
 * there: holes (NaN) take no part, and one of holes alone is NaN.
 */
export function binRecord(samples: Float32Array, from: number, to: number, increment: number): Bins {
  const first = Math.floor(Math.max(0, from) / increment);
  const end = Math.min(Math.ceil(samples.length / increment), Math.floor(to / increment) + 1);
  const count = Math.max(0, end - first);
  const mean = new Float64Array(count);
  const min = new Float64Array(count);
  const max = new Float64Array(count);
  for (let bin = 0; bin < count; bin++) {
    const start = (first + bin) * increment;
    const stop = Math.min(samples.length, start + increment);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let sum = 0;
    let valid = 0;
    for (let i = start; i < stop; i++) {
      const value = samples[i]!;
      if (value < low) low = value;
      if (value > high) high = value;
      if (!Number.isNaN(value)) {
        sum += value;
        valid++;
      }
    }
    mean[bin] = sum / valid;
    min[bin] = valid === 0 ? Number.NaN : low;
    max[bin] = valid === 0 ? Number.NaN : high;
  }
  return { start: first * increment, increment, mean, min, max };
}

/** Keeps the last bins of each array of samples: a pointer that moves over a picture bins nothing anew. */
export class BinCache {
  readonly #kept = new WeakMap<Float32Array, { readonly key: string; readonly bins: Bins }>();

  get(samples: Float32Array, from: number, to: number, increment: number): Bins {
    const key = `${Math.floor(from)} ${Math.floor(to)} ${increment}`;
    const kept = this.#kept.get(samples);
    if (kept?.key === key) return kept.bins;
    const bins = binRecord(samples, from, to, increment);
    this.#kept.set(samples, { key, bins });
    return bins;
  }
}
