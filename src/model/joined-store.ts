// Several stores as one on a common axis, each at an offset: instruments side by side, whose signals keep their own rates
// and times.

import { LabError } from '../base/errors.ts';
import type { Utc } from '../base/time.ts';
import type {
  Annotation,
  SampleBlock,
  SignalInfo,
  SignalStore,
  StampedAccess,
  Statistics,
  Summary,
  SummaryRequest,
} from './signal-store.ts';
import { stampedOf } from './timing.ts';

/** A store where it lies on the common axis. */
export interface PlacedStore {
  /** Goes before the ids of its signals and of their axes; no other's id begins with it. */
  readonly prefix: string;
  /** What its signals come from. */
  readonly source: string;
  readonly store: SignalStore;
  /** Seconds from the common origin to second 0 of the store; `undefined` while nobody knows. May change. */
  offsetS(): number | undefined;
}

/** Annotations are left to whoever puts the stores together. Any thread. */
export class JoinedStore implements SignalStore {
  readonly #originUtc: () => Utc | undefined;
  readonly #parts: readonly PlacedStore[];
  readonly stamped: StampedAccess = {
    samplesIn: (signalId, startS, endS) =>
      this.#at(signalId, ({ store, id, offsetS }) => stampedOf(store).samplesIn(id, startS - offsetS, endS - offsetS)),
    statistics: (signalId, startS, endS, signal) =>
      this.#at(signalId, ({ store, id, offsetS }) =>
        stampedOf(store).statistics(id, startS - offsetS, endS - offsetS, signal),
      ),
    bins: ({ signalId, zeroS = 0, ...request }) =>
      this.#at(signalId, ({ store, id, offsetS }) =>
        stampedOf(store).bins({ ...request, signalId: id, zeroS: zeroS - offsetS }),
      ),
  };

  /** `originUtc` tells the UTC of second 0 of the common axis. */
  constructor(parts: readonly PlacedStore[], originUtc: () => Utc | undefined) {
    this.#parts = parts;
    this.#originUtc = originUtc;
  }

  get originUtc(): Utc | undefined {
    return this.#originUtc();
  }

  /** Signals whose place is not known yet are there, and empty. */
  signals(): readonly SignalInfo[] {
    return this.#parts.flatMap((part) => {
      const offsetS = part.offsetS();
      return part.store.signals().map((signal) => ({
        ...signal,
        id: `${part.prefix}${signal.id}`,
        source: part.source,
        ...onAxis(signal, part.prefix, offsetS ?? 0),
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

  async annotations(): Promise<readonly Annotation[]> {
    return [];
  }

  async #at<T>(signalId: string, ask: (place: SignalPlace) => Promise<T>): Promise<T> {
    const part = this.#parts.find(({ prefix }) => signalId.startsWith(prefix));
    if (!part) throw new LabError('format/not-found', `No instrument on this axis has a signal ${signalId}.`);
    return ask({ store: part.store, id: signalId.slice(part.prefix.length), offsetS: part.offsetS() ?? 0 });
  }
}

/** A signal in the store that it comes from. */
interface SignalPlace {
  readonly store: SignalStore;
  readonly id: string;
  readonly offsetS: number;
}

/** What changes of a signal when its store is moved by `offsetS`. */
function onAxis(signal: SignalInfo, prefix: string, offsetS: number) {
  return signal.timing === 'steady'
    ? { timing: signal.timing, sampleRateHz: signal.sampleRateHz, offsetS: signal.offsetS + offsetS }
    : {
        timing: signal.timing,
        axisId: `${prefix}${signal.axisId}`,
        startS: signal.startS + offsetS,
        endS: signal.endS + offsetS,
      };
}
