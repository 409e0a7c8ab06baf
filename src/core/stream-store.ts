// The signal store over an instrument's stream rings. All of it is done at the call, on the caller's thread; it never
// waits, so the page may use it. The rings of one instrument count from the same moment, so their signals share one time
// axis.

import { LabError } from '../base/errors.ts';
import { type Utc, utcAddSeconds } from '../base/time.ts';
import type {
  Annotation,
  SampleBlock,
  SignalInfo,
  SignalStore,
  Statistics,
  SteadySignal,
  Summary,
  SummaryRequest,
} from '../model/signal-store.ts';
import { type StreamRing, utcOfSample } from './stream-ring.ts';
import { SummaryCache } from './summary-cache.ts';

interface Place {
  readonly ring: StreamRing;
  readonly index: number;
  readonly bins: SummaryCache;
}

function overviewOf(ring: StreamRing, index: number, startSample: number): Pick<SteadySignal, 'overview'> {
  const overview = ring.overviewOf(index);
  return overview.startSample < startSample ? { overview } : {};
}

export class StreamStore implements SignalStore {
  readonly #rings: readonly StreamRing[];
  readonly #source: string;
  readonly #places = new Map<string, Place>();

  /** `source` is what the signals come from, such as `JS110-001636`. */
  constructor(rings: readonly StreamRing[], source: string) {
    this.#rings = rings;
    this.#source = source;
    for (const ring of rings) {
      for (const [index, { id }] of ring.signals.entries()) {
        this.#places.set(id, { ring, index, bins: new SummaryCache(ring, index) });
      }
    }
  }

  /** Samples of a stream are there. */
  get hasSamples(): boolean {
    return this.#rings.some(({ endSample }) => endSample > 0);
  }

  /**
   * UTC of the first sample, as the newest one tells it at the rate that the signals state: what the instrument's clock
   * is off that rate shows at the oldest samples. It is refined while that clock becomes known.
   */
  get originUtc(): Utc | undefined {
    for (const { clock, endSample, signals } of this.#rings) {
      if (clock) return utcAddSeconds(utcOfSample(clock, endSample), -endSample / signals[0]!.sampleRateHz);
    }
    return undefined;
  }

  signals(): readonly SignalInfo[] {
    return this.#rings.flatMap((ring) => {
      const { startSample, endSample } = ring;
      return ring.signals.map(({ id, name, unit, dtype, sampleRateHz }, index) => ({
        id,
        name,
        unit,
        source: this.#source,
        dtype,
        timing: 'steady' as const,
        sampleRateHz,
        startSample,
        endSample,
        ...overviewOf(ring, index, startSample),
        offsetS: 0,
        firstSampleId: 0n,
      }));
    });
  }

  /** Unlike a file, a ring moves under the viewer: bins outside what it still holds are NaN, not an error. */
  async summary({ signalId, ...range }: SummaryRequest): Promise<Summary> {
    return this.#placeOf(signalId).bins.summary(range);
  }

  async samples(signalId: string, start: number, end: number): Promise<SampleBlock> {
    const { ring, index } = this.#placeOf(signalId);
    return { start, values: ring.readSamples(index, start, end) };
  }

  async statistics(signalId: string, start: number, end: number): Promise<Statistics> {
    const { ring, index } = this.#placeOf(signalId);
    return ring.statistics(index, start, end);
  }

  async annotations(): Promise<readonly Annotation[]> {
    return [];
  }

  #placeOf(signalId: string): Place {
    const place = this.#places.get(signalId);
    if (!place) throw new LabError('format/not-found', `The instrument has no signal named ${signalId}.`);
    return place;
  }
}
