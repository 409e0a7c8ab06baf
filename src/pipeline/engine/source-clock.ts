// The clock of a source that simulates or plays back: its events come when their process says. Threads wake late, by
// more than the shortest waits, so the moment of waking is no event's time.

/** A source may be late by this much and catch up; beyond it, its clock has stood still. */
const MAX_LAG_S = 0.05;

export class SourceClock {
  readonly #now: () => number;
  readonly #wait: (seconds: number) => void;
  readonly #startS: number;
  /** Of the process, since the start. */
  #elapsedS = 0;
  /** How long the clock has stood still. */
  #stoodS = 0;

  /** `now` is Unix time in seconds; `wait` blocks for about so many seconds, or shorter when the run is shut down. */
  constructor(now: () => number, wait: (seconds: number) => void) {
    this.#now = now;
    this.#wait = wait;
    this.#startS = now();
  }

  /** Unix time of the event that is due; behind the true time by how long the clock has stood still. */
  get eventTimeS(): number {
    return this.#startS + this.#elapsedS;
  }

  /** Lets so many seconds of the process pass, and waits until they have. */
  sleep(seconds: number): void {
    const lagS = this.#now() - this.#dueS;
    if (lagS > MAX_LAG_S) this.#stoodS += lagS - MAX_LAG_S;
    this.#elapsedS += seconds;
    const leftS = this.#dueS - this.#now();
    if (leftS > 0) this.#wait(leftS);
  }

  /** A full buffer held the source up for so long: the process went on, and what came meanwhile is lost. */
  pass(seconds: number): void {
    this.#elapsedS += Math.max(0, seconds);
  }

  get #dueS(): number {
    return this.#startS + this.#elapsedS + this.#stoodS;
  }
}
