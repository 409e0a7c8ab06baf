// UTC of sample numbers from the moments at which samples arrived. A sample can come late but never early, so the
// smallest delay seen is the truth: the filter keeps a minute of points and takes the earliest offset among them. As
// in the vendor's host (github.com/jetperch/joulescope_driver, time_map_filter.c), in its integer arithmetic.

import { UTC_TICKS_PER_SECOND, type Utc } from '../../base/time.ts';

/** Points kept, and the least time between two: a minute. */
const POINT_COUNT = 60;
const INTERVAL_TICKS = UTC_TICKS_PER_SECOND;

interface Point {
  readonly counter: bigint;
  readonly utc: bigint;
}

export class TimeMapFilter {
  readonly #rateHz: bigint;
  readonly #pointCount: number;
  #points: Point[] = [];

  constructor(rateHz: number, pointCount = POINT_COUNT) {
    this.#rateHz = BigInt(rateHz);
    this.#pointCount = pointCount;
  }

  /** Sample `counter` had been taken at `utc`. At most one point a second is kept. True if this one was. */
  add(counter: bigint, utc: Utc): boolean {
    const last = this.#points.at(-1);
    // A clock that was set back must not silence the filter.
    if (last && utc >= last.utc && utc - last.utc < INTERVAL_TICKS) return false;
    this.#points.push({ counter, utc });
    if (this.#points.length > this.#pointCount) this.#points.shift();
    return true;
  }

  /** The map: sample `counter` was taken at `utc`, from there on the nominal rate counts. */
  get map(): { readonly counter: bigint; readonly utc: Utc } | undefined {
    const first = this.#points[0];
    if (!first) return undefined;
    let utc = first.utc;
    for (const point of this.#points) {
      const candidate = point.utc - this.#ticks(point.counter - first.counter);
      if (candidate < utc) utc = candidate;
    }
    return { counter: first.counter, utc: utc as Utc };
  }

  clear(): void {
    this.#points = [];
  }

  /** Whole seconds first, then the rest, both truncated: the same integers as the vendor's. */
  #ticks(counter: bigint): bigint {
    return ((counter / this.#rateHz) << 30n) + ((counter % this.#rateHz) << 30n) / this.#rateHz;
  }
}
