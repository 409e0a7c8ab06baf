// Histogram counting with NumPy's rules: edges as numpy.linspace makes them, bins half-open, the last one closed;
// NaN, infinities and values outside are not counted.

import { LabError } from '../../base/errors.ts';

/** `numpy.linspace(min, max, count)`: `count` edges; the last one is exactly `max`. */
export function linspace(min: number, max: number, count: number): Float64Array {
  const edges = new Float64Array(Math.max(0, count));
  const step = (max - min) / (count - 1);
  for (let i = 0; i < count; i++) edges[i] = i * step + min;
  if (count > 1) edges[count - 1] = max;
  return edges;
}

/** Counts per bin between uniform edges. */
export class HistogramBins {
  readonly edges: Float64Array;
  readonly counts: BigInt64Array<ArrayBuffer>;
  readonly #binsPerUnit: number;

  /** `edgeCount` edges make `edgeCount − 1` bins, none for fewer than two. Rejects when `max` is below `min`. */
  constructor(min: number, max: number, edgeCount: number) {
    if (edgeCount >= 2 && max < min) {
      throw new LabError(
        'setup/invalid',
        `bins must increase monotonically: the range ${min} to ${max} runs backwards.`,
      );
    }
    this.edges = linspace(min, max, edgeCount);
    this.counts = new BigInt64Array(Math.max(0, edgeCount - 1));
    this.#binsPerUnit = this.counts.length / (max - min);
  }

  add(value: number): void {
    const bin = this.#binOf(value);
    if (bin >= 0) this.counts[bin] = this.counts[bin]! + 1n;
  }

  #binOf(value: number): number {
    const { edges } = this;
    const last = this.counts.length - 1;
    if (last < 0 || !(value >= edges[0]! && value <= edges[last + 1]!)) return -1;
    if (value === edges[last + 1]) return last;
    // Rounding may miss by one; the edges themselves decide.
    let bin = Math.min(last, Math.trunc((value - edges[0]!) * this.#binsPerUnit));
    while (bin > 0 && value < edges[bin]!) bin--;
    while (bin < last && value >= edges[bin + 1]!) bin++;
    return bin;
  }
}
