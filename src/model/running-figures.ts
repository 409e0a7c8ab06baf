// Mean, deviation and extremes of numbers that come one by one (B. P. Welford 1962). Pure.

export interface Figures {
  readonly count: number;
  /** NaN of no number, as are the extremes. */
  readonly mean: number;
  /** Sample standard deviation (n − 1); 0 of a single number, NaN of none. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

export class RunningFigures implements Figures {
  #count = 0;
  #mean = 0;
  #squares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /** `value` is finite. */
  add(value: number): void {
    this.#count++;
    const step = value - this.#mean;
    this.#mean += step / this.#count;
    this.#squares += step * (value - this.#mean);
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  get count(): number {
    return this.#count;
  }

  get mean(): number {
    return this.#count === 0 ? Number.NaN : this.#mean;
  }

  get std(): number {
    if (this.#count === 0) return Number.NaN;
    return this.#count === 1 ? 0 : Math.sqrt(this.#squares / (this.#count - 1));
  }

  get min(): number {
    return this.#count === 0 ? Number.NaN : this.#min;
  }

  get max(): number {
    return this.#count === 0 ? Number.NaN : this.#max;
  }
}
