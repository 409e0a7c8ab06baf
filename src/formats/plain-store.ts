// A signal store over data that carry no stored summaries: records, tables, arrays. Exact figures always come
// from the samples; moments of blocks that were read for wide views are kept, so that later views of the same samples
// cost no more than the blocks at the ends of their bins.

import { FormatError } from '../base/errors.ts';
import type { Utc } from '../base/time.ts';
import { HeldFigures } from '../model/held-figures.ts';
import type {
  Annotation,
  SampleBlock,
  SampleValues,
  SignalInfo,
  SignalStore,
  StampedAccess,
  StampedSignal,
  Statistics,
  SteadySignal,
  Summary,
  SummaryRequest,
} from '../model/signal-store.ts';
import { steadyStatistics } from '../model/timing.ts';
import { BlockTable, type FillLimit } from './block-table.ts';
import { type ColumnSource, STRETCH_BYTES, valueSource } from './column-source.ts';
import { addMoments, emptyMoments, type Moments, standardDeviation } from './moments.ts';

interface ReadableSignal {
  /** Samples [start, end), which lie inside the signal; called with at most CHUNK_SAMPLES. */
  read(start: number, end: number): Promise<SampleValues>;
}

/** A signal with a rate, and how to read it. */
export interface SteadyPlainSignal extends ReadableSignal {
  readonly info: SteadySignal;
  /** Present when the figures can be had without the values: the signal is that column of the source. */
  readonly packed?: { readonly source: ColumnSource; readonly column: number };
}

/** A signal with a time per sample. */
export interface StampedPlainSignal extends ReadableSignal {
  readonly info: StampedSignal;
  /** Of all its samples, not falling. */
  readonly timesS: Float64Array;
}

export type PlainSignal = SteadyPlainSignal | StampedPlainSignal;

/** Samples per read. */
export const CHUNK_SAMPLES = 65_536;
/** Bins of a summary, at most: four doubles each. */
const MAX_BINS = 1 << 20;
/** Bins whose ends are looked after at once. */
const BINS_PER_STEP = 4096;
/** Bytes of the file that are read for a draft: some fifty milliseconds, of which a frame may be lost before the next. */
const DRAFT_BYTES = 32 * 2 ** 20;
/** Samples of one `samples` call, at most (8 bytes each). */
const MAX_SAMPLES = 1 << 22;

/** Where the figures of a signal come from. */
interface Figures {
  readonly source: ColumnSource;
  readonly column: number;
}

export class PlainStore implements SignalStore {
  readonly originUtc: Utc | undefined;
  readonly stamped?: StampedAccess;
  readonly #signals: ReadonlyMap<string, PlainSignal>;
  readonly #figures = new Map<SteadyPlainSignal, Figures>();
  readonly #held = new Map<StampedPlainSignal, HeldFigures>();
  readonly #tables = new Map<ColumnSource, BlockTable>();

  constructor(signals: readonly PlainSignal[], originUtc?: Utc) {
    this.originUtc = originUtc;
    this.#signals = new Map(signals.map((signal) => [signal.info.id, signal]));
    for (const signal of signals) {
      const read = (start: number, end: number) => signal.read(start, end);
      if (isStamped(signal)) {
        const { info, timesS } = signal;
        this.#held.set(signal, new HeldFigures({ info, timeAt: (sample) => timesS[sample]!, read }));
      } else {
        const source = () => valueSource(signal.info.endSample, read);
        this.#figures.set(signal, signal.packed ?? { source: source(), column: 0 });
      }
    }
    if (this.#held.size > 0) this.stamped = this.#stampedAccess();
  }

  signals(): readonly SignalInfo[] {
    return [...this.#signals.values()].map((signal) => signal.info);
  }

  async samples(signalId: string, start: number, end: number): Promise<SampleBlock> {
    const signal = this.#find(signalId, start, end);
    if (end - start > MAX_SAMPLES) {
      throw new FormatError('format/range', `More than ${MAX_SAMPLES} samples in one request; ask in smaller pieces.`);
    }
    const parts: SampleValues[] = [];
    await this.#forEachChunk(signal, start, end, (values) => parts.push(values));
    const values = joinValues(parts);
    return isStamped(signal) ? { start, values, timesS: signal.timesS.slice(start, end) } : { start, values };
  }

  async statistics(signalId: string, start: number, end: number, abort?: AbortSignal): Promise<Statistics> {
    const signal = this.#find(signalId, start, end);
    if (isStamped(signal)) return this.#held.get(signal)!.statistics(start, end, abort);
    const moments = emptyMoments();
    if (end > start) {
      const limit = { mostBytes: Number.POSITIVE_INFINITY, abort };
      await this.#bins(signal, start, end - start, 1, limit, (_bin, found) => addMoments(moments, found));
    }
    const { count, mean, min, max } = moments;
    const figures = { start, end, count, mean, std: standardDeviation(moments), min, max };
    return steadyStatistics(figures, signal.info.sampleRateHz);
  }

  async summary({ signalId, start, increment, count, canBeDraft = false }: SummaryRequest): Promise<Summary> {
    requireBins(Number.isSafeInteger(increment) && increment >= 1, count);
    const signal = this.#find(signalId, start, start + increment * count);
    if (isStamped(signal)) {
      return { start, increment, ...(await this.#held.get(signal)!.sampleBins(start, increment, count, canBeDraft)) };
    }
    const nothing = () => new Float64Array(count).fill(Number.NaN);
    const summary = { start, increment, mean: nothing(), std: nothing(), min: nothing(), max: nothing() };
    const limit = { mostBytes: canBeDraft ? DRAFT_BYTES : Number.POSITIVE_INFINITY };
    const isWhole = await this.#bins(signal, start, increment, count, limit, (bin, moments) => {
      if (moments.count === 0) return;
      summary.mean[bin] = moments.mean;
      summary.std[bin] = standardDeviation(moments);
      summary.min[bin] = moments.min;
      summary.max[bin] = moments.max;
    });
    return isWhole ? summary : { ...summary, isDraft: true };
  }

  /** Not to be used afterwards. */
  close(): void {
    for (const { source } of this.#figures.values()) source.close?.();
  }

  annotations(): Promise<readonly Annotation[]> {
    return Promise.resolve([]);
  }

  #stampedAccess(): StampedAccess {
    const find = (signalId: string): HeldFigures => {
      const signal = this.#named(signalId);
      if (isStamped(signal)) return this.#held.get(signal)!;
      throw new FormatError('format/not-found', `"${signalId}" has a rate, not a time per sample.`);
    };
    return {
      samplesIn: async (signalId, startS, endS) => find(signalId).samplesIn(startS, endS),
      statistics: async (signalId, startS, endS, abort) => find(signalId).statisticsBetween(startS, endS, abort),
      bins: async ({ signalId, ...request }) => {
        requireBins(request.stepS > 0 && Number.isSafeInteger(request.firstBin), request.count);
        return find(signalId).timeBins(request);
      },
    };
  }

  #named(signalId: string): PlainSignal {
    const signal = this.#signals.get(signalId);
    if (signal) return signal;
    throw new FormatError('format/not-found', `This file has no signal "${signalId}". Choose one that it lists.`);
  }

  #find(signalId: string, start: number, end: number): PlainSignal {
    const signal = this.#named(signalId);
    const { startSample, endSample } = signal.info;
    const isValid = Number.isSafeInteger(start) && Number.isSafeInteger(end) && startSample <= start && start <= end;
    if (!isValid || end > endSample) {
      throw new FormatError(
        'format/range',
        `Samples ${start} to ${end} are outside of "${signalId}", which has ${startSample} to ${endSample}.`,
      );
    }
    return signal;
  }

  /** Visits the bins in order. Resolves with false when some were left out, which only a draft may do. */
  async #bins(
    signal: SteadyPlainSignal,
    start: number,
    increment: number,
    count: number,
    limit: FillLimit,
    visit: (bin: number, moments: Moments) => void,
  ): Promise<boolean> {
    const figures = this.#figures.get(signal)!;
    const table = this.#tableOf(figures.source);
    if (increment < 2 * table.blockSamples) {
      await reduceDirectly(figures, start, increment, count, visit);
      return true;
    }
    let isWhole = true;
    for (let first = 0; first < count; first += BINS_PER_STEP) {
      const binCount = Math.min(BINS_PER_STEP, count - first);
      const edges = Array.from({ length: binCount + 1 }, (_, bin) => start + (first + bin) * increment);
      const prepared = await table.prepare(figures.column, edges, limit);
      for (let bin = 0; bin < binCount; bin++) {
        const moments = prepared.moments(bin);
        if (moments) visit(first + bin, moments);
        else isWhole = false;
      }
    }
    return isWhole;
  }

  #tableOf(source: ColumnSource): BlockTable {
    const known = this.#tables.get(source);
    if (known) return known;
    const table = new BlockTable(source);
    this.#tables.set(source, table);
    return table;
  }

  async #forEachChunk(
    signal: PlainSignal,
    start: number,
    end: number,
    take: (values: SampleValues) => void,
  ): Promise<void> {
    for (let from = start; from < end; ) {
      const to = Math.min(end, from + CHUNK_SAMPLES);
      take(await signal.read(from, to));
      from = to;
    }
  }
}

function isStamped(signal: PlainSignal): signal is StampedPlainSignal {
  return signal.info.timing === 'stamped';
}

function requireBins(isLengthValid: boolean, count: number): void {
  if (!isLengthValid || !Number.isSafeInteger(count) || count < 0) {
    throw new FormatError(
      'format/range',
      'A summary needs 0 or more whole bins, each of whole samples (at least 1) or of a time above 0.',
    );
  }
  if (count > MAX_BINS) throw new FormatError('format/range', `More than ${MAX_BINS} bins in one request.`);
}

/** Straight from the samples: for bins that are shorter than blocks would help with. */
async function reduceDirectly(
  { source, column }: Figures,
  start: number,
  increment: number,
  count: number,
  visit: (bin: number, moments: Moments) => void,
): Promise<void> {
  const most = Math.max(1, Math.floor(STRETCH_BYTES / source.sampleBytes));
  let bin = 0;
  let moments = emptyMoments();
  const end = start + increment * count;
  for (let from = start; from < end; ) {
    const to = Math.min(end, from + (increment <= most ? most - (most % increment) : most));
    await source.withSamples(from, to, (bins) => {
      for (let at = from; at < to; ) {
        const binEnd = start + (bin + 1) * increment;
        const isWhole = at === binEnd - increment && binEnd <= to;
        const binCount = isWhole ? Math.floor((to - at) / increment) : 1;
        const samples = isWhole ? increment : Math.min(binEnd, to) - at;
        bins(column, at - from, samples, binCount, (n, mean, m2, min, max) => {
          addMoments(moments, { count: n, mean, m2, min, max });
          if (!isWhole && at + samples < binEnd) return;
          visit(bin++, moments);
          moments = emptyMoments();
        });
        at += samples * binCount;
      }
    });
    from = to;
  }
}

/** One array from pieces of the same type; no pieces give an empty Float64Array. */
export function joinValues(parts: readonly SampleValues[]): SampleValues {
  const first = parts[0];
  if (!first) return new Float64Array(0);
  if (parts.length === 1) return first;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const joined = new (first.constructor as new (length: number) => SampleValues)(length);
  let offset = 0;
  for (const part of parts) {
    (joined as Float64Array).set(part as Float64Array, offset);
    offset += part.length;
  }
  return joined;
}
