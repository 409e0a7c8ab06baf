// Seeded randomness for simulators: the same seed gives the same run.

/** Entries of the Gaussian table; a power of two, so that an index wraps with a mask. */
const GAUSSIAN_COUNT = 4096;

/** xorshift32 (Marsaglia 2003, shifts 13, 17, 5): fast, period 2^32 − 1, good enough for noise and jitter. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 0x9e37_79b9;
  }

  /** 0 ≤ x < 2^32. */
  nextU32(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state;
  }

  /** 0 ≤ x < 1. */
  next(): number {
    return this.nextU32() / 2 ** 32;
  }

  /** min ≤ x < max. */
  between(min: number, max: number): number {
    return min + (max - min) * this.next();
  }
}

/** 4096 samples of a standard normal distribution (Box and Muller), mean removed so that integrals have no bias. */
export function gaussianTable(random: Random): Float32Array {
  const table = new Float32Array(GAUSSIAN_COUNT);
  for (let i = 0; i < GAUSSIAN_COUNT; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    const angle = 2 * Math.PI * random.next();
    table[i] = radius * Math.cos(angle);
    table[i + 1] = radius * Math.sin(angle);
  }
  const mean = table.reduce((sum, x) => sum + x, 0) / GAUSSIAN_COUNT;
  return table.map((x) => x - mean);
}
