// How busy a worker is.

/** Long enough for several transfers. */
const LOAD_WINDOW_MS = 400;

/** Turns milliseconds of work into a share of the time that passed. */
export class LoadMeter {
  #atMs = Number.NEGATIVE_INFINITY;
  #busyMs = 0;
  #load = 0;

  /** `busyMs` is the total so far; it starts again with a new driver. */
  update(nowMs: number, busyMs: number): number {
    const passedMs = nowMs - this.#atMs;
    if (passedMs < LOAD_WINDOW_MS) return this.#load;
    const spentMs = Math.max(0, busyMs - this.#busyMs);
    this.#load = Number.isFinite(passedMs) ? Math.min(1, spentMs / passedMs) : 0;
    this.#atMs = nowMs;
    this.#busyMs = busyMs;
    return this.#load;
  }
}
