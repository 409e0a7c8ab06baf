// The clock of a replay: time passes as the recorded samples say, not as fast as this computer reads them, so that
// the result is the same on every machine.

import type { Clock } from '../base/clock.ts';

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

export class ReplayClock implements Clock {
  readonly #startUnixMs: number;
  #nowMs = 0;
  #timers: Timer[] = [];

  constructor(startUnixMs: number) {
    this.#startUnixMs = startUnixMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  unixMs(): number {
    return this.#startUnixMs + this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { dueMs: this.#nowMs + delayMs, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Time is `nowMs` at least from now on. */
  reach(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs);
  }

  /** Runs what is due. False when nothing was. */
  runDue(): boolean {
    const due = this.#timers.filter((timer) => timer.dueMs <= this.#nowMs);
    this.#timers = this.#timers.filter((timer) => timer.dueMs > this.#nowMs);
    for (const { callback } of due.sort((a, b) => a.dueMs - b.dueMs)) callback();
    return due.length > 0;
  }

  /** Moves on to the next timer. */
  skip(): void {
    const next = Math.min(...this.#timers.map((timer) => timer.dueMs));
    if (Number.isFinite(next)) this.reach(next);
  }
}

/** Lets everything that waits for this moment happen. */
export async function step(clock: ReplayClock): Promise<boolean> {
  const hadWork = clock.runDue();
  await new Promise<void>((resolve) => setImmediate(resolve));
  return hadWork;
}

/** Lets time pass until `work` is done. */
export async function settle<T>(clock: ReplayClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const watched = work.finally(() => {
    isDone = true;
  });
  watched.catch(() => undefined);
  while (!isDone) {
    if (!(await step(clock)) && !isDone) clock.skip();
  }
  return watched;
}
