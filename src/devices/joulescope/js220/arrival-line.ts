// Where the instrument's counter is by the host's own clock. Samples come late but never early, so the least delay seen
// so far tells which sample should have come by now; it bridges an interruption after which the counter begins anew.

import { COUNTER_RATE_HZ } from './constants.ts';

const IDS_PER_MS = COUNTER_RATE_HZ / 1000;
/** The estimate may rise this fast: far more than any two crystals differ. */
const DRIFT = 500e-6;

export class ArrivalLine {
  /** When id 0 would have arrived with the least delay, and when that was last looked at. */
  #line: { readonly zeroMs: number; readonly seenMs: number } | undefined;

  reset(): void {
    this.#line = undefined;
  }

  /** All samples before `endId` have arrived at `nowMs`. */
  learn(endId: number, nowMs: number): void {
    const zeroMs = nowMs - endId / IDS_PER_MS;
    const line = this.#line;
    const risenMs = line ? line.zeroMs + (nowMs - line.seenMs) * DRIFT : Number.POSITIVE_INFINITY;
    this.#line = { zeroMs: Math.min(zeroMs, risenMs), seenMs: nowMs };
  }

  /** The id that should arrive at `nowMs`; `undefined` before anything did. */
  idAt(nowMs: number): number | undefined {
    return this.#line && (nowMs - this.#line.zeroMs) * IDS_PER_MS;
  }
}
