// The time that an answer may take as a whole. Silence ends a question sooner; bytes that trickle in would hold it open for
// ever.

import type { Clock } from '../../base/clock.ts';

/** For an answer, behind the silence that it may begin with. */
const ANSWER_MS = 60_000;
/** More for each byte that has come: the slowest serial line that is used (2400 baud, ten bits a byte) takes 4.2. */
const BYTE_MS = 5;

export class AnswerDeadline {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #silenceMs: number;
  readonly #onOver: () => void;
  #receivedBytes = 0;
  #isOver = false;
  #stopTimer: () => void = () => undefined;

  /** Calls `onOver` once, unless it is ended before. */
  constructor(clock: Clock, silenceMs: number, onOver: () => void) {
    this.#clock = clock;
    this.#startMs = clock.nowMs();
    this.#silenceMs = silenceMs;
    this.#onOver = onOver;
    this.#arm();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Of the answer, so far. */
  noteReceived(bytes: number): void {
    this.#receivedBytes = Math.max(this.#receivedBytes, bytes);
  }

  /** The answer is there, or has failed. */
  end(): void {
    this.#stopTimer();
  }

  /** All that it gets, as by now. */
  get limitMs(): number {
    return this.#silenceMs + ANSWER_MS + this.#receivedBytes * BYTE_MS;
  }

  #arm(): void {
    const leftMs = this.#startMs + this.limitMs - this.#clock.nowMs();
    if (leftMs > 0) {
      this.#stopTimer = this.#clock.after(leftMs, () => this.#arm());
      return;
    }
    this.#isOver = true;
    this.#onOver();
  }
}
