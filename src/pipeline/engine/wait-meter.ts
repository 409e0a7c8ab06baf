// How much of its time a thread waits: two doubles in shared memory that the thread writes and the engine reads. The rest
// is the share of a processor that it could have used.

/** Layout: f64 seconds waited so far, f64 Unix time at which the present wait began (0 = not waiting). */
export const WAIT_METER_BYTES = 16;

/** Looks closer together than this share one result. */
const MIN_SPAN_S = 0.05;

/** The thread's side. */
export class WaitMeter {
  readonly #cells: Float64Array;
  readonly #now: () => number;

  constructor(memory: ArrayBufferLike, address: number, now: () => number) {
    this.#cells = new Float64Array(memory, address, 2);
    this.#now = now;
  }

  /** Runs `wait`, which may block, and adds its time. */
  during<T>(wait: () => T): T {
    const start = this.#now();
    this.#cells[1] = start;
    const result = wait();
    this.#cells[0]! += this.#now() - start;
    this.#cells[1] = 0;
    return result;
  }
}

/** The engine's side: the share of time since the previous look in which the thread did not wait, 0..1. */
export class ShareMeter {
  readonly #cells: Float64Array;
  #lookS: number;
  #waitedS = 0;
  #share = 0;

  constructor(memory: ArrayBufferLike, address: number, nowS: number) {
    this.#cells = new Float64Array(memory, address, 2);
    this.#lookS = nowS;
  }

  update(nowS: number): number {
    const spanS = nowS - this.#lookS;
    if (spanS < MIN_SPAN_S) return this.#share;
    const since = this.#cells[1]!;
    const waitedS = this.#cells[0]! + (since > 0 ? Math.max(0, nowS - since) : 0);
    this.#share = Math.min(1, Math.max(0, 1 - (waitedS - this.#waitedS) / spanS));
    this.#lookS = nowS;
    this.#waitedS = waitedS;
    return this.#share;
  }
}
