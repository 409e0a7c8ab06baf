// A soft fuse: heat that grows with the square of the current and decays, and a threshold at which the circuit opens.
// With thresholds T1 (for ever) and T2 (for d seconds), K = −ln((T2² − T1²)/T2²)/d and F = 1/(61·√(T1²/K)).

import { COUNTER_RATE_HZ } from '../constants.ts';

/** Fraction bits of the registers. */
const F_BITS = 14;
const K_BITS = 10;
const F_SCALE = 61;

export class SoftFuse {
  #isEnabled = false;
  /** Heat at which it opens, in A²s. */
  #threshold = Infinity;
  /** Per second. */
  #decay = 0;
  #heat = 0;

  get isEnabled(): boolean {
    return this.#isEnabled;
  }

  /** `f` and `k`: the registers F (4q14) and K (8q10). */
  configure(isEnabled: boolean, f: number, k: number): void {
    if (!isEnabled) this.cool();
    this.#isEnabled = isEnabled;
    this.#threshold = f === 0 ? Infinity : 1 / (F_SCALE * (f / 2 ** F_BITS)) ** 2;
    this.#decay = k / 2 ** K_BITS;
  }

  /** It was closed again. */
  cool(): void {
    this.#heat = 0;
  }

  /** Takes the true current at 2 MHz. Returns the sample after which the circuit opens, or `count`. */
  run(current: Float64Array, count: number): number {
    const dt = 1 / COUNTER_RATE_HZ;
    for (let k = 0; k < count; k++) {
      this.#heat += (current[k]! * current[k]! - this.#decay * this.#heat) * dt;
      if (this.#heat > this.#threshold) return k;
    }
    return count;
  }
}
