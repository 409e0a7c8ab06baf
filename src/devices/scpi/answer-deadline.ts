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
  readonly #over = new AbortController();
  #receivedBytes = 0;
  #stopTimer: () => void = () => undefined;

  constructor(clock: Clock, silenceMs: number) {
    this.#clock = clock;
    this.#startMs = clock.nowMs();
    this.#silenceMs = silenceMs;
    this.#arm();
  }

  /** Aborted when the time is over. */
  get signal(): AbortSignal {
    return this.#over.signal;
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
    if (leftMs <= 0) this.#over.abort();
    else this.#stopTimer = this.#clock.after(leftMs, () => this.#arm());
  }
}
