// What a thread spends its time on, in shared memory: the thread writes, the engine reads. Waiting, because the rest is
// the share of a processor that it could have used; and of a source how long it could take no event (its dead time).

/** Layout: three f64, namely a stretched sum of waiting, one of dead time, and the Unix time of a source's start (0 = none). */
export const THREAD_TIMES_BYTES = 24;

/** Looks closer together than this share one result. */
const MIN_SPAN_S = 0.05;

/**
 * Seconds spent in stretches, the present one included, in one cell that is never half written: the sum so far, or
 * while a stretch is under way the sum minus the Unix time at which it began, which is below 0.
 */
class StretchSum {
  readonly #cell: Float64Array;
  #sumS = 0;
  #startS = 0;

  constructor(cell: Float64Array) {
    this.#cell = cell;
  }

  begin(nowS: number): void {
    this.#startS = nowS;
    this.#cell[0] = this.#sumS - nowS;
  }

  end(nowS: number): void {
    this.#sumS += Math.max(0, nowS - this.#startS);
    this.#cell[0] = this.#sumS;
  }
}

/** The thread's side. */
export class ThreadTimes {
  readonly #now: () => number;
  readonly #waiting: StretchSum;
  readonly #start: Float64Array;
  /** Begins when a source has an event and ends when that is in a slot. */
  readonly dead: StretchSum;

  /** `now` is Unix time in seconds. */
  constructor(memory: ArrayBufferLike, address: number, now: () => number) {
    const cells = new Float64Array(memory, address, 3);
    this.#now = now;
    this.#waiting = new StretchSum(cells.subarray(0, 1));
    this.dead = new StretchSum(cells.subarray(1, 2));
    this.#start = cells.subarray(2, 3);
  }

  /** From `nowS` on the thread is a source. */
  startSource(nowS: number): void {
    this.#start[0] = nowS;
  }

  /** Runs `wait`, which may block, and adds its time. Not within `beginWait` and `endWait`. */
  waitDuring<T>(wait: () => T): T {
    this.beginWait();
    const result = wait();
    this.endWait();
    return result;
  }

  beginWait(): void {
    this.#waiting.begin(this.#now());
  }

  endWait(): void {
    this.#waiting.end(this.#now());
  }
}

/** How long a source ran and how much of that it was dead, up to a moment. */
export interface SourceTimes {
  readonly deadS: number;
  readonly elapsedS: number;
}

/** The dead share of the time since `before`, or of all; 0..1, NaN when no source ran in it. */
export function deadShareOf(now: SourceTimes, before: SourceTimes = { deadS: 0, elapsedS: 0 }): number {
  const share = (now.deadS - before.deadS) / (now.elapsedS - before.elapsedS);
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : Number.NaN;
}

/** The engine's side. */
export class ThreadTimesReader {
  readonly #cells: Float64Array;
  #lookS: number;
  #waitedS = 0;
  #share = 0;

  constructor(memory: ArrayBufferLike, address: number, nowS: number) {
    this.#cells = new Float64Array(memory, address, 3);
    this.#lookS = nowS;
  }

  /** The share of time since the previous look in which the thread did not wait, 0..1. */
  processorShare(nowS: number): number {
    const spanS = nowS - this.#lookS;
    if (spanS < MIN_SPAN_S) return this.#share;
    const waitedS = stretchedSum(this.#cells[0]!, nowS);
    this.#share = Math.min(1, Math.max(0, 1 - (waitedS - this.#waitedS) / spanS));
    this.#lookS = nowS;
    this.#waitedS = waitedS;
    return this.#share;
  }

  /** `nowS` is the present, or when the thread ended. All 0 for a thread that is no source, or none yet. */
  sourceTimes(nowS: number): SourceTimes {
    const [, dead, startS] = this.#cells as unknown as [number, number, number];
    if (startS === 0) return { deadS: 0, elapsedS: 0 };
    const elapsedS = Math.max(0, nowS - startS);
    return { deadS: Math.min(elapsedS, stretchedSum(dead, nowS)), elapsedS };
  }
}

function stretchedSum(cell: number, nowS: number): number {
  return cell < 0 ? Math.max(0, nowS + cell) : cell;
}
