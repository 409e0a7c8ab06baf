// The signal store over an instrument's live channels: what viewers, markers and exporters see of it. Streams and values
// share one time axis. Where there is a stream it counts from the stream's first sample, and values are put where they
// belong by their UTC; before that it counts from the first value. All of it is done at the call; it never waits.

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
import type { AttachedChannels } from './channel-set.ts';
import { SeriesStore } from './series-store.ts';
import { StreamStore } from './stream-store.ts';

/** The time of an arrival is no better than this: values stay where they are while the origin moves by less. */
const TOLERANCE_S = 1e-3;

export class LiveStore implements SignalStore {
  readonly stamped: StampedAccess = {
    samplesIn: (signalId, startS, endS) => this.#ask(signalId, (it) => stampedOf(it).samplesIn(signalId, startS, endS)),
    bins: (request) => this.#ask(request.signalId, (it) => stampedOf(it).bins(request)),
    statistics: (signalId, startS, endS) =>
      this.#ask(signalId, (it) => stampedOf(it).statistics(signalId, startS, endS)),
  };
  readonly #channels: Pick<AttachedChannels, 'rings' | 'values'>;
  readonly #streams: StreamStore;
  readonly #values: readonly SeriesStore[];
  readonly #partOf = new Map<string, SignalStore>();
  readonly #fixedOrigin: Utc | undefined;
  #valuesOrigin: Utc | undefined;

  /**
   * `source` is what the signals come from, such as `JS110-001636`. With `fixedOriginUtc` the axis stays where it is,
   * whatever becomes of the stream.
   */
  constructor(channels: Pick<AttachedChannels, 'rings' | 'values'>, source: string, fixedOriginUtc?: Utc) {
    this.#channels = channels;
    this.#fixedOrigin = fixedOriginUtc;
    this.#streams = new StreamStore(channels.rings, source);
    const originUtc = () => this.#originOfValues();
    this.#values = channels.values.map((value) => new SeriesStore({ ...value, source, originUtc }));
    for (const part of [this.#streams, ...this.#values]) {
      for (const { id } of part.signals()) this.#partOf.set(id, part);
    }
  }

  /** Undefined as well while a stream does not know its time yet: nobody can say where the values belong. */
  get originUtc(): Utc | undefined {
    if (this.#fixedOrigin !== undefined) return this.#fixedOrigin;
    const { originUtc, hasSamples } = this.#streams;
    return originUtc !== undefined || hasSamples ? originUtc : this.#firstValueUtc;
  }

  /** Values that cannot be put beside the stream yet are there, and empty. */
  signals(): readonly SignalInfo[] {
    return [this.#streams, ...this.#values].flatMap((part): readonly SignalInfo[] => part.signals());
  }

  /** Unlike a file, a ring moves under the viewer: bins outside what it still holds are NaN, not an error. */
  summary(request: SummaryRequest): Promise<Summary> {
    return this.#ask(request.signalId, (it) => it.summary(request));
  }

  samples(signalId: string, start: number, end: number): Promise<SampleBlock> {
    return this.#ask(signalId, (it) => it.samples(signalId, start, end));
  }

  statistics(signalId: string, start: number, end: number): Promise<Statistics> {
    return this.#ask(signalId, (it) => it.statistics(signalId, start, end));
  }

  async annotations(): Promise<readonly Annotation[]> {
    return [];
  }

  get #firstValueUtc(): Utc | undefined {
    const firsts = this.#channels.values.flatMap(({ series }) => (series.count > 0 ? [series.utcAt(0)] : []));
    return firsts.sort((a, b) => (a < b ? -1 : 1))[0];
  }

  #originOfValues(): Utc | undefined {
    const { originUtc } = this;
    const held = this.#valuesOrigin;
    const isHeld =
      originUtc !== undefined && held !== undefined && Math.abs(utcSecondsBetween(held, originUtc)) < TOLERANCE_S;
    if (!isHeld) this.#valuesOrigin = originUtc;
    return this.#valuesOrigin;
  }

  async #ask<T>(signalId: string, ask: (part: SignalStore) => Promise<T>): Promise<T> {
    const part = this.#partOf.get(signalId);
    if (!part) throw new LabError('format/not-found', `The instrument has no signal named ${signalId}.`);
    return ask(part);
  }
}
