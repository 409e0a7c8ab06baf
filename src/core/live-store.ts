// The signal store over a live stream ring: what viewers, markers and exporters see of a running instrument. All of
// it is done at the call, on the caller's thread; it never waits, so the page may use it.

import { LabError } from '../base/errors.ts';
import type { Utc } from '../base/time.ts';
import type {
  Annotation,
  SampleBlock,
  SignalInfo,
  SignalStore,
  Statistics,
  Summary,
  SummaryRequest,
} from '../model/signal-store.ts';
import { type StreamRing, utcOfSample } from './stream-ring.ts';

export class LiveStore implements SignalStore {
  readonly ring: StreamRing;
  readonly #source: string;

  /** `source` is what the signals come from, such as `JS110-001636`. */
  constructor(ring: StreamRing, source: string) {
    this.ring = ring;
    this.#source = source;
  }

  /** UTC of the first sample of the stream; it is refined while the instrument's clock becomes known. */
  get originUtc(): Utc | undefined {
    const { clock } = this.ring;
    return clock && utcOfSample(clock, 0);
  }

  signals(): readonly SignalInfo[] {
    const { startSample, endSample } = this.ring;
    return this.ring.signals.map(({ id, name, unit, dtype, sampleRateHz }) => ({
      id,
      name,
      unit,
      source: this.#source,
      dtype,
      sampleRateHz,
      startSample,
      endSample,
      offsetS: 0,
      firstSampleId: 0n,
    }));
  }

  /** Unlike a file, a ring moves under the viewer: bins outside what it still holds are NaN, not an error. */
  async summary({ signalId, ...range }: SummaryRequest): Promise<Summary> {
    return this.ring.summary(this.#indexOf(signalId), range);
  }

  async samples(signalId: string, start: number, end: number): Promise<SampleBlock> {
    return { start, values: this.ring.readSamples(this.#indexOf(signalId), start, end) };
  }

  async statistics(signalId: string, start: number, end: number): Promise<Statistics> {
    return this.ring.statistics(this.#indexOf(signalId), start, end);
  }

  async annotations(): Promise<readonly Annotation[]> {
    return [];
  }

  #indexOf(signalId: string): number {
    const index = this.ring.signals.findIndex(({ id }) => id === signalId);
    if (index < 0) throw new LabError('format/not-found', `The instrument has no signal named ${signalId}.`);
    return index;
  }
}
