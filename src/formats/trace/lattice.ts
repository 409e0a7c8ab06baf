// Whole numbers for the samples of a trace. What an oscilloscope measured were such: their step is found again where all
// samples lie on one; other samples are rounded to sixteen bits. Pure.

/** Codes of sixteen bits. */
export const LEAST_CODE = -32_768;
export const MOST_CODE = 32_767;
const CODES = 2 ** 16;
/** Where the smallest distance of two samples is so many steps, the step is still found. */
const MOST_PARTS = 8;
/** Half of the last place of single precision (IEEE 754), and as much again for the sum. */
const SINGLE_NOISE = 2 ** -23;

/** value = gain × code − offset, with gain and offset of single precision. */
export interface Lattice {
  readonly gain: number;
  readonly offset: number;
  /** Bits that the codes take. */
  readonly bits: number;
  /** Every sample is on it but for the last place of single precision. */
  readonly isExact: boolean;
}

/** Collects the samples of a trace, which may come in parts. */
export class LatticeSearch {
  #values = new Set<number>();
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  #holeCount = 0;

  add(values: ArrayLike<number | bigint>): void {
    for (let index = 0; index < values.length; index++) {
      const value = Number(values[index]);
      if (!Number.isFinite(value)) {
        this.#holeCount++;
        continue;
      }
      if (value < this.#low) this.#low = value;
      if (value > this.#high) this.#high = value;
      if (this.#values.size <= CODES) this.#values.add(value);
    }
  }

  /** Samples that are missing, or no numbers. */
  get holeCount(): number {
    return this.#holeCount;
  }

  find(): Lattice {
    if (this.#values.size === 0) return { gain: 1, offset: 0, bits: 8, isExact: true };
    if (this.#values.size > CODES) return this.#rounded();
    const sorted = Float64Array.from(this.#values).sort();
    return exactLattice(sorted) ?? this.#rounded();
  }

  #rounded(): Lattice {
    const gain = Math.fround((this.#high - this.#low) / (CODES - 2)) || 1;
    return { gain, offset: Math.fround(-(this.#low + this.#high) / 2), bits: 16, isExact: false };
  }
}

export function codeOf(value: number, { gain, offset }: Lattice): number {
  return Math.min(MOST_CODE, Math.max(LEAST_CODE, Math.round((value + offset) / gain)));
}

/** `sorted`: different values, rising. */
function exactLattice(sorted: Float64Array): Lattice | undefined {
  const low = sorted[0]!;
  const high = sorted.at(-1)!;
  const noise = SINGLE_NOISE * Math.max(Math.abs(low), Math.abs(high));
  if (sorted.length === 1) return placed(low, high, Math.abs(low) || 1);
  let smallest = Number.POSITIVE_INFINITY;
  for (let index = 1; index < sorted.length; index++)
    smallest = Math.min(smallest, sorted[index]! - sorted[index - 1]!);
  // steps that rounding covers are none
  if (smallest <= 4 * noise) return undefined;
  for (let parts = 1; parts <= MOST_PARTS; parts++) {
    const step = stepThrough(sorted, smallest / parts, noise);
    if (step !== undefined) return placed(low, high, step);
  }
  return undefined;
}

/** The step that all values are whole ones of, from a first guess: each further value makes it more exact. */
function stepThrough(sorted: Float64Array, guess: number, noise: number): number | undefined {
  const low = sorted[0]!;
  let step = guess;
  for (const value of sorted) {
    const count = Math.round((value - low) / step);
    if (Math.abs(value - low - count * step) > step / 4) return undefined;
    if (count > 0) step = (value - low) / count;
  }
  const isOn = sorted.every((value) => Math.abs(value - low - Math.round((value - low) / step) * step) <= 2 * noise);
  return isOn && Math.round((sorted.at(-1)! - low) / step) < CODES ? step : undefined;
}

/** Codes that count from zero volts where zero is on the lattice and near enough, else from the middle of the values. */
function placed(low: number, high: number, step: number): Lattice {
  const gain = Math.fround(step);
  const [first, last] = [low / step, high / step];
  const isOnZero = Math.abs(first - Math.round(first)) < 0.01;
  const fits = Math.round(first) >= LEAST_CODE && Math.round(last) <= MOST_CODE;
  const middle = Math.round((last - first) / 2);
  const offset = isOnZero && fits ? 0 : Math.fround(-(low + middle * step));
  const reach = offset === 0 ? Math.max(Math.abs(first), Math.abs(last)) : (last - first) / 2 + 1;
  const bits = Math.min(16, Math.max(8, Math.ceil(Math.log2(reach + 1)) + 1));
  return { gain, offset, bits, isExact: true };
}
