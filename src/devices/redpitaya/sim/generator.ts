// The pulse generator on the output: weights per height, rate, and the words of its filter. What it sends comes in where a
// cable leads it.

import type { Random } from '../../sim/random.ts';
import { type Command, HISTOGRAM_BINS, MCPHA, TICKS_PER_S } from '../protocol/command.ts';
import type { PulseSource } from './sources.ts';

const MOST_FALL_US = 100;
const MOST_RISE_NS = 100;

export class Generator {
  #fallUs = 50;
  #riseNs = 50;
  #rateHz = 1000;
  #isPoisson = false;
  #weights = new Float64Array(HISTOGRAM_BINS);
  #sums: Float64Array | undefined;
  #keepsPulsing = false;

  /** Words of the filter since it was started last. */
  get filter(): { readonly fall: number; readonly rise: number } {
    return { fall: halfLifeWord(this.#fallUs * 1000), rise: halfLifeWord(this.#riseNs) };
  }

  get isRunning(): boolean {
    return this.#sums !== undefined;
  }

  get source(): PulseSource {
    const sums = this.#sums;
    return {
      rateHz: sums ? this.#rateHz : 0,
      isSteady: !this.#isPoisson,
      height: (random: Random) => {
        const place = random.next() * (sums?.at(-1) ?? 0);
        return sums ? sums.findIndex((sum) => sum > place) : 0;
      },
    };
  }

  apply({ code, value }: Command): void {
    const number = Number(value);
    switch (code) {
      case MCPHA.fallTime:
        if (number <= MOST_FALL_US) this.#fallUs = number;
        break;
      case MCPHA.riseTime:
        if (number <= MOST_RISE_NS) this.#riseNs = number;
        break;
      case MCPHA.pulseRate:
        this.#rateHz = Number(BigInt.asUintN(32, value));
        break;
      case MCPHA.distribution:
        this.#isPoisson = value !== 0n;
        break;
      case MCPHA.resetSpectrum:
        this.#weights = new Float64Array(HISTOGRAM_BINS);
        break;
      case MCPHA.spectrumBin:
        this.#weights[Number((value >> 32n) % BigInt(HISTOGRAM_BINS))] = Number(BigInt.asUintN(32, value));
        break;
      case MCPHA.startGenerator:
        this.#start(value === 1n);
        break;
      case MCPHA.stopGenerator:
        this.#sums = undefined;
        break;
    }
  }

  clientLeft(): void {
    if (!this.#keepsPulsing) this.#sums = undefined;
  }

  #start(keepsPulsing: boolean): void {
    let sum = 0;
    const sums = this.#weights.map((weight) => (sum += weight));
    if (sum === 0) return;
    this.#sums = sums;
    this.#keepsPulsing = keepsPulsing;
  }
}

/** Part that is left after a sample of a decay with this half-life, in 65536ths; 0 for none. */
function halfLifeWord(halfLifeNs: number): number {
  if (halfLifeNs === 0) return 0;
  const samples = (TICKS_PER_S / 1e9) * halfLifeNs;
  return Math.floor(Math.exp(-Math.LN2 / samples) * 65_536 + 0.5) % 65_536;
}
