// The scales of channels that fill the screen. While records stay on it a scale only grows: with each new one they would all
// have to be counted anew.

import { fittedScreen, type Span } from './screen.ts';

export class FittedRanges {
  /** Of each array of samples: millions are not looked through in every frame. */
  readonly #own = new WeakMap<Float32Array, Span>();
  readonly #grown = new Map<string, Span>();

  /** Holds all values of the samples, and of those that the signal had since `forget`. */
  get(signalId: string, samples: Float32Array): Span {
    const own = this.#own.get(samples) ?? fittedScreen(samples);
    this.#own.set(samples, own);
    const before = this.#grown.get(signalId);
    if (before && before.low <= own.low && before.high >= own.high) return before;
    const low = Math.min(own.low, before?.low ?? own.low);
    const high = Math.max(own.high, before?.high ?? own.high);
    const grown = before ? fittedScreen(Float32Array.of(low, high)) : own;
    this.#grown.set(signalId, grown);
    return grown;
  }

  /** Scales may shrink again. */
  forget(): void {
    this.#grown.clear();
  }
}
