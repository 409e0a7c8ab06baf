// From the samples of a record to the bins that it is drawn with: no more than a picture has columns. Pure.

/** Bins side by side from the sample `start` on, of `increment` samples each. */
export interface RecordBins {
  readonly start: number;
  readonly increment: number;
  readonly mean: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

/** What of a signal is to be binned: the places [from, to]. */
export interface BinnedPart {
  readonly samples: Float32Array;
  readonly from: number;
  readonly to: number;
  readonly increment: number;
}

/** Samples per bin, 1 while every one of them can be seen. */
export function incrementFor(visibleSamples: number, columnCount: number): number {
  return Math.max(1, Math.floor(visibleSamples / Math.max(1, columnCount)));
}

/**
 * Bins of `increment` samples that touch the places, at whole multiples of the increment. A bin holds what is there: holes
 * (NaN) take no part, and one of holes alone is NaN.
 */
export function binRecord({ samples, from, to, increment }: BinnedPart): RecordBins {
  const { first, end } = binsOf(samples.length, from, to, increment);
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

/** Samples that are looked at for it. */
export function binnedSamples({ samples, from, to, increment }: BinnedPart): number {
  const { first, end } = binsOf(samples.length, from, to, increment);
  return Math.max(0, Math.min(samples.length, end * increment) - first * increment);
}

/** Numbers of the bins, [first, end). */
function binsOf(length: number, from: number, to: number, increment: number) {
  return {
    first: Math.floor(Math.max(0, from) / increment),
    end: Math.min(Math.ceil(length / increment), Math.floor(to / increment) + 1),
  };
}
