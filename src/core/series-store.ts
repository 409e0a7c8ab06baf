// The signal store over one channel of values: each number of a record is a stamped signal, all on one axis, whose
// origin the owner says (it may move). Any thread; done at the call, it never waits.

import { LabError } from '../base/errors.ts';
import { type Utc, utcFromTicks } from '../base/time.ts';
import type { ValueChannel } from '../model/channel.ts';
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

/** Stands in where there is no origin: nothing is read by it. */
const NO_ORIGIN = utcFromTicks(0n);

export interface SeriesStoreOptions {
  readonly series: StampedSeries;
  readonly channel: ValueChannel;
  /** What the signals come from, such as `34461A-MY123`. */
  readonly source: string;
  /** UTC of second 0 of the axis; while it is undefined the signals are empty. */
  readonly originUtc: () => Utc | undefined;
}

export class SeriesStore implements SignalStore {
  readonly stamped: StampedAccess;
  readonly #options: SeriesStoreOptions;
  readonly #series: StampedSeries;
  /** Figures of each signal, of this generation on this axis. */
  #figures: readonly HeldFigures[] = [];
  #generation = -1;
  #figuresOrigin: Utc | undefined;

  constructor(options: SeriesStoreOptions) {
    this.#options = options;
    this.#series = options.series;
    this.stamped = {
      samplesIn: async (signalId, startS, endS) => this.#figuresOf(signalId).samplesIn(startS, endS),
      bins: async ({ signalId, ...request }) => this.#figuresOf(signalId).timeBins(request),
      statistics: async (signalId, startS, endS) => this.#figuresOf(signalId).statisticsBetween(startS, endS),
    };
  }

  get originUtc(): Utc | undefined {
    return this.#options.originUtc();
  }

  signals(): readonly StampedSignal[] {
    const { originUtc } = this;
    return this.#options.channel.signals.map((_, index) => this.#info(index, originUtc));
  }

  async summary({ signalId, start, increment, count }: SummaryRequest): Promise<Summary> {
    this.#requireRange(start, start + increment * count);
    return { start, increment, ...(await this.#figuresOf(signalId).sampleBins(start, increment, count, false)) };
  }

  async samples(signalId: string, start: number, end: number): Promise<SampleBlock> {
    const index = this.#indexOf(signalId);
    this.#requireRange(start, end);
    return { start, ...this.#series.read(index, start, end, this.originUtc ?? NO_ORIGIN) };
  }

  async statistics(signalId: string, start: number, end: number): Promise<Statistics> {
    this.#requireRange(start, end);
    return this.#figuresOf(signalId).statistics(start, end);
  }

  async annotations(): Promise<readonly Annotation[]> {
    return [];
  }

  /** Records that have a place on the axis. */
  #countOn(originUtc: Utc | undefined): number {
    return originUtc === undefined ? 0 : this.#series.count;
  }

  #info(index: number, originUtc: Utc | undefined): StampedSignal {
    const { channel, source } = this.#options;
    const count = this.#countOn(originUtc);
    const timeAt = (record: number) => (count === 0 ? 0 : this.#series.secondsAt(record, originUtc ?? NO_ORIGIN));
    return {
      ...channel.signals[index]!,
      source,
      dtype: 'f64',
      timing: 'stamped',
      axisId: channel.id,
      startSample: 0,
      endSample: count,
      startS: timeAt(0),
      endS: timeAt(count - 1),
      firstSampleId: 0n,
    };
  }

  #indexOf(signalId: string): number {
    const index = this.#options.channel.signals.findIndex(({ id }) => id === signalId);
    if (index >= 0) return index;
    throw new LabError('format/not-found', `The instrument has no value named ${signalId}.`);
  }

  #figuresOf(signalId: string): HeldFigures {
    const index = this.#indexOf(signalId);
    const { generation } = this.#series;
    const { originUtc } = this;
    if (generation !== this.#generation || originUtc !== this.#figuresOrigin) {
      this.#generation = generation;
      this.#figuresOrigin = originUtc;
      this.#figures = this.#options.channel.signals.map((_, at) => this.#heldFigures(at, originUtc));
    }
    return this.#figures[index]!;
  }

  #heldFigures(index: number, originUtc: Utc | undefined): HeldFigures {
    const info = () => this.#info(index, originUtc);
    const origin = originUtc ?? NO_ORIGIN;
    return new HeldFigures({
      get info() {
        return info();
      },
      timeAt: (sample) => this.#series.secondsAt(sample, origin),
      read: async (start, end) => this.#series.read(index, start, end, origin).values,
    });
  }

  #requireRange(start: number, end: number): void {
    const count = this.#countOn(this.originUtc);
    if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end && end <= count) return;
    throw new LabError('format/range', `Values ${start} to ${end} are not there; the instrument has 0 to ${count}.`);
  }
}
