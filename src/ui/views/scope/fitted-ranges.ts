// The scales of channels that fill the screen. While records stay on it a scale only grows: with each new one they would all
// have to be counted anew.

import { fittedScreen, type Span } from './screen.ts';

export class FittedRanges {
  readonly #grown = new Map<string, Span>();

  /** Holds all these values, and those that the signal had since `forget`. */
  get(signalId: string, values: Span): Span {
    const own = fittedScreen(values);
    const before = this.#grown.get(signalId);
    if (before && before.low <= own.low && before.high >= own.high) return before;
    const low = Math.min(own.low, before?.low ?? own.low);
    const high = Math.max(own.high, before?.high ?? own.high);
    const grown = before ? fittedScreen({ low, high }) : own;
    this.#grown.set(signalId, grown);
    return grown;
  }

  /** Scales may shrink again. */
  forget(): void {
    this.#grown.clear();
  }
}
