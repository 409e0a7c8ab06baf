// Exact sums of one signal in fixed point, as the instrument keeps them. Doubles hold the sums of a block of samples
// without rounding; from there on they are big integers.

/** Samples are at most 2^35 steps; split here, the squares of both parts add up exactly in doubles. */
const SPLIT_BITS = 18;
const SPLIT = 2 ** SPLIT_BITS;

export class FixedSums {
  readonly #scale: number;
  sum = 0n;
  sumOfSquares = 0n;
  min = Infinity;
  max = -Infinity;
  /** Over all blocks. */
  total = 0n;

  /** `bits`: fraction bits of the sums. */
  constructor(bits: number) {
    this.#scale = 2 ** bits;
  }

  /** The next block; the total goes on. */
  clear(): void {
    this.sum = 0n;
    this.sumOfSquares = 0n;
    this.min = Infinity;
    this.max = -Infinity;
  }

  /** At most 2^13 samples. */
  add(samples: Float32Array, start: number, end: number): void {
    const scale = this.#scale;
    let [sum, high2, highLow, low2] = [0, 0, 0, 0];
    let { min, max } = this;
    for (let k = start; k < end; k++) {
      const x = Math.floor(samples[k]! * scale + 0.5);
      const high = Math.floor(x / SPLIT);
      const low = x - high * SPLIT;
      sum += x;
      high2 += high * high;
      highLow += high * low;
      low2 += low * low;
      if (x < min) min = x;
      if (x > max) max = x;
    }
    this.min = min;
    this.max = max;
    this.sum += BigInt(sum);
    this.total += BigInt(sum);
    this.sumOfSquares +=
      (BigInt(high2) << BigInt(2 * SPLIT_BITS)) + (BigInt(highLow) << BigInt(SPLIT_BITS + 1)) + BigInt(low2);
  }
}
