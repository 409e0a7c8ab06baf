// Rate and mean dead time of a buffer between two looks, as mimoCoRB2 defines them (mimo_buffer.py).

export interface BufferRates {
  /** Events per second since the look before. */
  readonly rateHz: number;
  /** Mean dead-time fraction 0..1 of the events since the look before; 0 when there was none. */
  readonly averageDeadtime: number;
}

/** Differences from look to look. Looks closer together than this share one result. */
const MIN_SPAN_S = 0.05;

export class RateMeter {
  #timeS: number;
  #eventCount = 0;
  #totalDeadtime = 0;
  #last: BufferRates = { rateHz: 0, averageDeadtime: 0 };

  constructor(nowS: number) {
    this.#timeS = nowS;
  }

  update(nowS: number, eventCount: number, totalDeadtime: number): BufferRates {
    const span = nowS - this.#timeS;
    if (span < MIN_SPAN_S) return this.#last;
    const events = eventCount - this.#eventCount;
    this.#last = {
      rateHz: events / span,
      averageDeadtime: events > 0 ? (totalDeadtime - this.#totalDeadtime) / events : 0,
    };
    this.#timeS = nowS;
    this.#eventCount = eventCount;
    this.#totalDeadtime = totalDeadtime;
    return this.#last;
  }
}
