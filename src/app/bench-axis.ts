// Where live stores lie on one UTC axis. Each instrument tells the time of its own samples, and knows it better from
// second to second; here each is put at an offset from a common origin. An offset that is right within what USB can tell
// stays as it is, so that a picture stands still; beyond that it glides, too slowly to be seen.

import type { Clock } from '../base/clock.ts';
import { type Utc, utcSecondsBetween } from '../base/time.ts';
import type { SignalStore } from '../model/signal-store.ts';

/** Arrival over USB tells the time of a sample this well. */
const TOLERANCE_S = 2e-3;
/** Seconds that an offset moves in a second. */
const GLIDE_PER_S = 0.01;
/** No clock settles by so much: the instrument began anew. */
const NEW_START_S = 1;

interface Place {
  readonly offsetS: number;
  readonly isMoving: boolean;
  readonly atMs: number;
}

/** The common axis: where each store lies on it. It lives on while stores come and go. */
export class BenchAxis {
  readonly #clock: Clock;
  readonly #places = new WeakMap<SignalStore, Place>();
  #originUtc: Utc | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** UTC of second 0: the begin of the store that was placed first. It never moves. */
  get originUtc(): Utc | undefined {
    return this.#originUtc;
  }

  /** Seconds from the origin to second 0 of the store; `undefined` while the store does not know its time. */
  offsetOf(store: SignalStore): number | undefined {
    const { originUtc } = store;
    if (originUtc === undefined) return undefined;
    this.#originUtc ??= originUtc;
    const place = placed(this.#places.get(store), utcSecondsBetween(this.#originUtc, originUtc), this.#clock.nowMs());
    this.#places.set(store, place);
    return place.offsetS;
  }
}

function placed(place: Place | undefined, wantedS: number, atMs: number): Place {
  const errorS = place ? wantedS - place.offsetS : 0;
  if (!place || Math.abs(errorS) > NEW_START_S) return { offsetS: wantedS, isMoving: false, atMs };
  const isMoving = errorS !== 0 && (place.isMoving || Math.abs(errorS) > TOLERANCE_S);
  if (!isMoving) return { ...place, isMoving, atMs };
  const stepS = (GLIDE_PER_S * (atMs - place.atMs)) / 1000;
  const isThere = Math.abs(errorS) <= stepS;
  return { offsetS: isThere ? wantedS : place.offsetS + Math.sign(errorS) * stepS, isMoving: !isThere, atMs };
}
