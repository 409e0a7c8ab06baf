// The signal store over an instrument's values: each number of a record is a stamped signal, all on one axis that
// counts from the first record. Any thread; done at the call, it never waits.

import { LabError } from '../base/errors.ts';
import { type Utc, utcFromTicks } from '../base/time.ts';
import { HeldFigures } from '../model/held-figures.ts';
import type {
  Annotation,
  SampleBlock,
  SignalStore,
  StampedAccess,
  StampedSignal,
  Statistics,
  Summary,
  SummaryRequest,
} from '../model/signal-store.ts';
import type { StampedSeries } from './stamped-series.ts';

/** Stands in where there is no first record: nothing is read by it. */
const NO_RECORDS = utcFromTicks(0n);

/** What a number of a record is. */
export interface SeriesSignal {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
}

export class SeriesStore implements SignalStore {
  readonly stamped: StampedAccess;
  readonly #series: StampedSeries;
  readonly #signals: readonly SeriesSignal[];
  readonly #source: string;
  /** Figures of each signal, of this generation. */
  #figures: readonly HeldFigures[] = [];
  #generation = -1;

  /** `signals` in the order of the numbers of a record; `source` is what they come from, such as `34461A-MY123`. */
  constructor(series: StampedSeries, signals: readonly SeriesSignal[], source: string) {
    this.#series = series;
    this.#signals = signals;
    this.#source = source;
    this.stamped = {
      samplesIn: async (signalId, startS, endS) => this.#figuresOf(signalId).samplesIn(startS, endS),
      bins: async ({ signalId, ...request }) => this.#figuresOf(signalId).timeBins(request),
      statistics: async (signalId, startS, endS) => this.#figuresOf(signalId).statisticsBetween(startS, endS),
    };
  }

  /** UTC of the first record; undefined while there is none. */
  get originUtc(): Utc | undefined {
    return this.#series.count > 0 ? this.#series.utcAt(0) : undefined;
  }

  signals(): readonly StampedSignal[] {
    return this.#signals.map((_, index) => this.#info(index));
  }

  async summary({ signalId, start, increment, count }: SummaryRequest): Promise<Summary> {
    this.#requireRange(start, start + increment * count);
    return { start, increment, ...(await this.#figuresOf(signalId).sampleBins(start, increment, count, false)) };
  }

  async samples(signalId: string, start: number, end: number): Promise<SampleBlock> {
    const index = this.#indexOf(signalId);
    return { start, ...this.#series.read(index, start, end, this.originUtc ?? NO_RECORDS) };
  }

  async statistics(signalId: string, start: number, end: number): Promise<Statistics> {
    this.#requireRange(start, end);
    return this.#figuresOf(signalId).statistics(start, end);
  }

  async annotations(): Promise<readonly Annotation[]> {
    return [];
  }

  #info(index: number): StampedSignal {
    const { count } = this.#series;
    const origin = this.originUtc;
    return {
      ...this.#signals[index]!,
      source: this.#source,
      dtype: 'f64',
      timing: 'stamped',
      axisId: 'values',
      startSample: 0,
      endSample: count,
      startS: 0,
      endS: origin === undefined || count === 0 ? 0 : this.#series.secondsAt(count - 1, origin),
      firstSampleId: 0n,
    };
  }

  #indexOf(signalId: string): number {
    const index = this.#signals.findIndex(({ id }) => id === signalId);
    if (index >= 0) return index;
    throw new LabError('format/not-found', `The instrument has no value named ${signalId}.`);
  }

  #figuresOf(signalId: string): HeldFigures {
    const index = this.#indexOf(signalId);
    const { generation } = this.#series;
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#figures = this.#signals.map((_, at) => this.#heldFigures(at));
    }
    return this.#figures[index]!;
  }

  #heldFigures(index: number): HeldFigures {
    const info = () => this.#info(index);
    // The first record of a generation stays what it is.
    let first: Utc | undefined;
    const origin = () => {
      first ??= this.originUtc;
      return first ?? NO_RECORDS;
    };
    return new HeldFigures({
      get info() {
        return info();
      },
      timeAt: (sample) => this.#series.secondsAt(sample, origin()),
      read: async (start, end) => this.#series.read(index, start, end, origin()).values,
    });
  }

  #requireRange(start: number, end: number): void {
    const { count } = this.#series;
    if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end && end <= count) return;
    throw new LabError('format/range', `Values ${start} to ${end} are not there; the instrument has 0 to ${count}.`);
  }
}
