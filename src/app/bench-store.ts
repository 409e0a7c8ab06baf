// Several live stores as one, on one UTC axis. Each instrument tells the time of its own samples, and knows it better
// from second to second; here each is put at an offset from a common origin. An offset that is right within what USB
// can tell stays as it is, so that a picture stands still; beyond that it glides, too slowly to be seen.

import type { Clock } from '../base/clock.ts';
import { LabError } from '../base/errors.ts';
import { type Utc, utcSecondsBetween } from '../base/time.ts';
import type {
  Annotation,
  SampleBlock,
  SignalInfo,
  SignalStore,
  StampedAccess,
  Statistics,
  Summary,
  SummaryRequest,
} from '../model/signal-store.ts';
import { stampedOf } from '../model/timing.ts';

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

export interface BenchSource {
  /** Of the instrument; the store's signals are `id/signal`. */
  readonly id: string;
  /** What its signals come from, for the user. */
  readonly label: string;
  readonly store: SignalStore;
}

export class BenchStore implements SignalStore {
  readonly #axis: BenchAxis;
  readonly #sources: readonly BenchSource[];
  readonly stamped: StampedAccess = {
    samplesIn: (signalId, startS, endS) =>
      this.#at(signalId, ({ store, id, offsetS }) => stampedOf(store).samplesIn(id, startS - offsetS, endS - offsetS)),
    statistics: (signalId, startS, endS, signal) =>
      this.#at(signalId, ({ store, id, offsetS }) =>
        stampedOf(store).statistics(id, startS - offsetS, endS - offsetS, signal),
      ),
    // A store's own bins stand at multiples of their length on its own axis: they may be half a bin beside ours.
    bins: (request) =>
      this.#at(request.signalId, async ({ store, id, offsetS }) => {
        const shiftBins = Math.round(offsetS / request.stepS);
        const own = { ...request, signalId: id, firstBin: request.firstBin - shiftBins };
        return { ...(await stampedOf(store).bins(own)), firstBin: request.firstBin };
      }),
  };

  constructor(axis: BenchAxis, sources: readonly BenchSource[]) {
    this.#axis = axis;
    this.#sources = sources;
  }

  get originUtc(): Utc | undefined {
    return this.#axis.originUtc;
  }

  /** Signals whose time is not known yet are there, and empty. */
  signals(): readonly SignalInfo[] {
    return this.#sources.flatMap(({ id, label, store }) => {
      const offsetS = this.#axis.offsetOf(store);
      return store.signals().map((signal) => ({
        ...signal,
        id: `${id}/${signal.id}`,
        source: label,
        ...onAxis(signal, id, offsetS ?? 0),
        ...(offsetS === undefined && { endSample: signal.startSample }),
      }));
    });
  }

  summary(request: SummaryRequest): Promise<Summary> {
    return this.#at(request.signalId, ({ store, id }) => store.summary({ ...request, signalId: id }));
  }

  samples(signalId: string, start: number, end: number): Promise<SampleBlock> {
    return this.#at(signalId, async ({ store, id, offsetS }) => {
      const block = await store.samples(id, start, end);
      return block.timesS ? { ...block, timesS: block.timesS.map((timeS) => timeS + offsetS) } : block;
    });
  }

  statistics(signalId: string, start: number, end: number, signal?: AbortSignal): Promise<Statistics> {
    return this.#at(signalId, ({ store, id }) => store.statistics(id, start, end, signal));
  }

  /** Live data carry none. */
  async annotations(): Promise<readonly Annotation[]> {
    return [];
  }

  async #at<T>(signalId: string, ask: (place: SignalPlace) => Promise<T>): Promise<T> {
    const source = this.#sources.find(({ id }) => signalId.startsWith(`${id}/`));
    if (!source) throw new LabError('format/not-found', `No instrument on this axis has a signal ${signalId}.`);
    const { id, store } = source;
    return ask({ store, id: signalId.slice(id.length + 1), offsetS: this.#axis.offsetOf(store) ?? 0 });
  }
}

/** A signal in the store that it comes from. */
interface SignalPlace {
  readonly store: SignalStore;
  readonly id: string;
  readonly offsetS: number;
}

/** What changes of a signal when its store is moved by `offsetS`. */
function onAxis(signal: SignalInfo, sourceId: string, offsetS: number) {
  return signal.timing === 'steady'
    ? { timing: signal.timing, sampleRateHz: signal.sampleRateHz, offsetS: signal.offsetS + offsetS }
    : {
        timing: signal.timing,
        axisId: `${sourceId}/${signal.axisId}`,
        startS: signal.startS + offsetS,
        endS: signal.endS + offsetS,
      };
}
