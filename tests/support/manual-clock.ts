// A clock that moves only when a test says so. Between two timers every promise that can go on does so.

import type { Clock } from '../../src/base/clock.ts';

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

export class ManualClock implements Clock {
  #nowMs = 0;
  #unixOffsetMs: number;
  #timers: Timer[] = [];

  constructor(startUnixMs = Date.UTC(2026, 0, 2)) {
    this.#unixOffsetMs = startUnixMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  unixMs(): number {
    return this.#unixOffsetMs + this.#nowMs;
  }

  /** As if somebody set the computer's clock. */
  stepUnix(byMs: number): void {
    this.#unixOffsetMs += byMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Runs every timer that falls due within `durationMs`, in order. */
  async advance(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs;
    await settleTasks();
    while (await this.#runNext(untilMs));
    this.#nowMs = untilMs;
    await settleTasks();
  }

  /** As if the thread were blocked for `durationMs`: time passes, then everything due runs at once. */
  async freeze(durationMs: number): Promise<void> {
    this.#nowMs += durationMs;
    await this.advance(0);
  }

  /** Advances until `promise` settles; fails if it does not within `limitMs`. */
  async settle<T>(promise: Promise<T>, limitMs = 60_000): Promise<T> {
    let isSettled = false;
    const mark = () => {
      isSettled = true;
    };
    promise.then(mark, mark);
    const untilMs = this.#nowMs + limitMs;
    await settleTasks();
    while (!isSettled) {
      if (!(await this.#runNext(untilMs))) throw new Error(`still pending after ${limitMs} ms of manual time`);
    }
    return promise;
  }

  async #runNext(untilMs: number): Promise<boolean> {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (!next || timer.dueMs < next.dueMs) next = timer;
    if (!next || next.dueMs > untilMs) return false;
    this.#timers = this.#timers.filter((timer) => timer !== next);
    this.#nowMs = Math.max(this.#nowMs, next.dueMs);
    next.callback();
    await settleTasks();
    return true;
  }
}

/** One turn of the event loop: all promise reactions that are ready have run afterwards. */
function settleTasks(): Promise<void> {
  // Browsers have no setImmediate.
  const later: (callback: () => void) => unknown = globalThis.setImmediate ?? setTimeout;
  return new Promise((resolve) => later(resolve));
}
