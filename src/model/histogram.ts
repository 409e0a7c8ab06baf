// Histograms of samples and the distribution functions that follow from them.

/** Equal bins over [min, max]; the last bin includes `max`. Any thread. */
export class Histogram {
  readonly min: number;
  readonly max: number;
  readonly counts: Float64Array;
  /** Valid samples inside the range; the time that they hold where values were added with it. */
  total = 0;
  /** Samples that are missing (NaN). */
  missing = 0;
  /** Samples outside the range. */
  outside = 0;

  constructor(min: number, max: number, binCount: number) {
    this.min = min;
    this.max = max > min ? max : min + 1;
    this.counts = new Float64Array(binCount);
  }

  get binWidth(): number {
    return (this.max - this.min) / this.counts.length;
  }

  /** Each value counts 1, or as much as `weights` says. */
  add(values: ArrayLike<number>, weights?: ArrayLike<number>): void {
    const { min, max, counts } = this;
    const perUnit = counts.length / (max - min);
    const last = counts.length - 1;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value >= min && value <= max) {
        const weight = weights ? weights[i]! : 1;
        counts[Math.min(last, Math.floor((value - min) * perUnit))]! += weight;
        this.total += weight;
      } else if (Number.isNaN(value)) {
        this.missing++;
      } else {
        this.outside++;
      }
    }
  }

  /** Part of the samples below the upper edge of each bin, from above 0 to 1. */
  cumulative(): Float64Array {
    let sum = 0;
    return this.counts.map((count) => {
      sum += count;
      return sum / this.total;
    });
  }

  /** Part of the samples at or above the lower edge of each bin, from 1 down. */
  complementary(): Float64Array {
    let sum = 0;
    return this.counts.map((count) => {
      const rest = (this.total - sum) / this.total;
      sum += count;
      return rest;
    });
  }
}
