// Where the bins of a histogram lie on its axis, and values on it as text. A place is counted in bins: 3 is the lower edge
// of bin 3, 3.5 its middle.

import { formatUncertain } from '../../../base/si.ts';
import type { Uncertain } from '../../../model/poisson-fit.ts';
import type { PeakFit } from '../../../model/spectrum-peaks.ts';

export class HistogramAxis {
  readonly binCount: number;
  /** Of the values; empty when it is not known. */
  readonly unit: string;
  readonly #edges: Float64Array;
  readonly #isCounted: boolean;

  /**
   * `edges`: one more than bins, all rising or all falling. `isCounted`: bins are whole numbers, such as channels, and a
   * region is named by its first and last one.
   */
  constructor(edges: Float64Array, unit: string, isCounted = false) {
    this.#edges = edges;
    this.unit = unit;
    this.#isCounted = isCounted;
    this.binCount = Math.max(0, edges.length - 1);
  }

  /** Value at a place; between edges, and beyond the outer ones, in a straight line. */
  valueAt(place: number): number {
    if (this.binCount === 0) return place;
    const bin = Math.min(this.binCount - 1, Math.max(0, Math.floor(place)));
    const [low, high] = [this.#edges[bin]!, this.#edges[bin + 1]!];
    return low + (place - bin) * (high - low);
  }

  /** Place of a value, inside the histogram. */
  placeOf(value: number): number {
    const edges = this.#edges;
    const last = this.binCount;
    if (last === 0) return 0;
    const isRising = edges[last]! >= edges[0]!;
    let low = 0;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (value >= edges[middle]! === isRising) low = middle;
      else high = middle;
    }
    const part = (value - edges[low]!) / (edges[low + 1]! - edges[low]!);
    return Math.min(last, Math.max(0, low + (Number.isFinite(part) ? part : 0)));
  }

  /** Edge between bins nearest to a value. */
  edgeOf(value: number): number {
    return Math.round(this.placeOf(value));
  }

  /** What a region from bin `start` on is said to begin with. */
  startValue(start: number): number {
    return this.valueAt(this.#isCounted ? start + 0.5 : start);
  }

  /** What a region before bin `end` is said to end with. */
  endValue(end: number): number {
    return this.valueAt(this.#isCounted ? end - 0.5 : end);
  }

  /** The bin that a region begins with when `value` is said. */
  startOf(value: number): number {
    return this.#isCounted ? Math.floor(this.placeOf(value)) : this.edgeOf(value);
  }

  endOf(value: number): number {
    return this.#isCounted ? Math.ceil(this.placeOf(value)) : this.edgeOf(value);
  }

  /** The bin of a value; undefined outside. */
  binOf(value: number): number | undefined {
    const [first, last] = [this.#edges[0] ?? 0, this.#edges[this.binCount] ?? 0];
    if (!(value >= Math.min(first, last) && value <= Math.max(first, last))) return undefined;
    return Math.min(this.binCount - 1, Math.floor(this.placeOf(value)));
  }

  /** What so many bins around a place are wide. */
  widthAt(place: number, bins: number): number {
    return Math.abs(this.valueAt(place + bins / 2) - this.valueAt(place - bins / 2));
  }

  placeText({ value, uncertainty }: Uncertain): string {
    return formatUncertain(this.valueAt(value), this.widthAt(value, uncertainty), this.unit);
  }

  widthText({ value, uncertainty }: Uncertain, place: number): string {
    return formatUncertain(this.widthAt(place, value), this.widthAt(place, uncertainty), this.unit);
  }

  /** Width over position. */
  resolutionText({ fwhm, position }: PeakFit): string {
    const share = this.widthAt(position.value, fwhm.value) / Math.abs(this.valueAt(position.value));
    return `${(100 * share).toFixed(1)}\u202f%`;
  }
}
