// A signal store over data that carry no stored summaries: records, tables, arrays. Exact figures always come
// from the samples; a signal of which much is looked at gets a table of block moments on first use, so that later
// views of any span cost no more than the two ragged blocks at its ends.

import { FormatError } from '../base/errors.ts';
import type { Utc } from '../base/time.ts';
import type {
  Annotation,
  SampleBlock,
  SampleValues,
  SignalInfo,
  SignalStore,
  Statistics,
  Summary,
  SummaryRequest,
} from '../model/signal-store.ts';
import { addMoments, addValues, emptyMoments, type Moments, standardDeviation } from './moments.ts';

/** A signal and how to read it. */
export interface ScanSignal {
  readonly info: SignalInfo;
  /** Samples [start, end), which lie inside the signal; called with at most CHUNK_SAMPLES. */
  read(start: number, end: number): Promise<SampleValues>;
}

/** Samples per read. */
export const CHUNK_SAMPLES = 65_536;
/** Samples per block of moments, at least. */
const MIN_BLOCK_SAMPLES = 256;
/** Blocks per signal, at most: 40 bytes each. */
const MAX_BLOCKS = 1 << 18;
/** A span of less than this part of a signal is read by itself: a table would cost a pass over all of it. */
const TABLE_PART = 1 / 8;
/** Numbers of a block in the table: those of Moments, in order. */
const BLOCK_VALUES = 5;
/** Bins of a summary, at most: four doubles each. */
const MAX_BINS = 1 << 20;
/** Parts of blocks whose moments are kept: about 200 bytes each. */
const MAX_EDGES = 1 << 15;
/** Samples of one `samples` call, at most (8 bytes each). */
const MAX_SAMPLES = 1 << 22;

export class ScanStore implements SignalStore {
  readonly originUtc: Utc | undefined;
  readonly #signals: ReadonlyMap<string, ScanSignal>;
  readonly #tables = new Map<string, Promise<Float64Array>>();
  readonly #edges = new Map<string, Moments>();

  constructor(signals: readonly ScanSignal[], originUtc?: Utc) {
    this.originUtc = originUtc;
    this.#signals = new Map(signals.map((signal) => [signal.info.id, signal]));
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
    return { start, values: joinValues(parts) };
  }

  async statistics(signalId: string, start: number, end: number): Promise<Statistics> {
    const signal = this.#find(signalId, start, end);
    const moments = await this.#moments(signal, start, end);
    return {
      start,
      end,
      count: moments.count,
      mean: moments.count > 0 ? moments.mean : Number.NaN,
      std: standardDeviation(moments),
      min: moments.count > 0 ? moments.min : Number.NaN,
      max: moments.count > 0 ? moments.max : Number.NaN,
      integral: moments.count > 0 ? (moments.mean * (end - start)) / signal.info.sampleRateHz : Number.NaN,
    };
  }

  async summary({ signalId, start, increment, count }: SummaryRequest): Promise<Summary> {
    if (!Number.isSafeInteger(increment) || increment < 1 || !Number.isSafeInteger(count) || count < 0) {
      throw new FormatError(
        'format/range',
        'A summary needs whole numbers: at least 1 sample per bin, 0 or more bins.',
      );
    }
    if (count > MAX_BINS) throw new FormatError('format/range', `More than ${MAX_BINS} bins in one request.`);
    const signal = this.#find(signalId, start, start + increment * count);
    const summary = {
      start,
      increment,
      mean: new Float64Array(count).fill(Number.NaN),
      std: new Float64Array(count).fill(Number.NaN),
      min: new Float64Array(count).fill(Number.NaN),
      max: new Float64Array(count).fill(Number.NaN),
    };
    const put = (bin: number, moments: Moments) => {
      if (moments.count === 0) return;
      summary.mean[bin] = moments.mean;
      summary.std[bin] = standardDeviation(moments);
      summary.min[bin] = moments.min;
      summary.max[bin] = moments.max;
    };
    // Without the table, bins of a small span are read in one go: a read for each would cost far more.
    if (this.#usesTable(signal, increment * count) && increment >= 2 * blockSize(signal.info)) {
      await this.#table(signal);
      const edge = new EdgeBlock(signal);
      for (let bin = 0; bin < count; bin++) {
        put(bin, await this.#moments(signal, start + bin * increment, start + (bin + 1) * increment, edge));
      }
      return summary;
    }
    let moments = emptyMoments();
    let bin = 0;
    let missing = increment;
    await this.#forEachChunk(signal, start, start + increment * count, (values) => {
      for (let index = 0; index < values.length; ) {
        const take = Math.min(missing, values.length - index);
        addValues(moments, values, index, index + take);
        index += take;
        missing -= take;
        if (missing > 0) continue;
        put(bin++, moments);
        moments = emptyMoments();
        missing = increment;
      }
    });
    return summary;
  }

  annotations(): Promise<readonly Annotation[]> {
    return Promise.resolve([]);
  }

  #find(signalId: string, start: number, end: number): ScanSignal {
    const signal = this.#signals.get(signalId);
    if (!signal) {
      throw new FormatError('format/not-found', `This file has no signal "${signalId}". Choose one that it lists.`);
    }
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

  async #moments(signal: ScanSignal, start: number, end: number, edge = new EdgeBlock(signal)): Promise<Moments> {
    const size = blockSize(signal.info);
    const firstBlock = Math.ceil(start / size);
    const endBlock = Math.floor(end / size);
    const moments = emptyMoments();
    const direct = (from: number, to: number) =>
      this.#forEachChunk(signal, from, to, (values) => addValues(moments, values, 0, values.length));
    if (endBlock - firstBlock < 2 || !this.#usesTable(signal, end - start)) {
      await direct(start, end);
      return moments;
    }
    const table = await this.#table(signal);
    addMoments(moments, await this.#edgeMoments(signal, start, firstBlock * size, edge));
    const part = emptyMoments();
    for (let block = firstBlock; block < endBlock; block++) {
      const at = block * BLOCK_VALUES;
      part.count = table[at]!;
      part.mean = table[at + 1]!;
      part.m2 = table[at + 2]!;
      part.min = table[at + 3]!;
      part.max = table[at + 4]!;
      addMoments(moments, part);
    }
    addMoments(moments, await this.#edgeMoments(signal, endBlock * size, end, edge));
    return moments;
  }

  /** Part of one block, kept: views ask for bins with the same edges again and again while they pan. */
  async #edgeMoments(signal: ScanSignal, start: number, end: number, edge: EdgeBlock): Promise<Moments> {
    const key = `${signal.info.id}:${start}:${end}`;
    const known = this.#edges.get(key);
    if (known) return known;
    const moments = emptyMoments();
    await edge.add(moments, start, end);
    if (this.#edges.size >= MAX_EDGES) this.#edges.clear();
    this.#edges.set(key, moments);
    return moments;
  }

  #usesTable(signal: ScanSignal, spanSamples: number): boolean {
    return this.#tables.has(signal.info.id) || spanSamples >= signal.info.endSample * TABLE_PART;
  }

  #table(signal: ScanSignal): Promise<Float64Array> {
    const known = this.#tables.get(signal.info.id);
    if (known) return known;
    const table = this.#buildTable(signal);
    this.#tables.set(signal.info.id, table);
    table.catch(() => this.#tables.delete(signal.info.id));
    return table;
  }

  async #buildTable(signal: ScanSignal): Promise<Float64Array> {
    const blockSamples = blockSize(signal.info);
    const table = new Float64Array(Math.floor(signal.info.endSample / blockSamples) * BLOCK_VALUES);
    let at = 0;
    let current = emptyMoments();
    let missing = blockSamples;
    await this.#forEachChunk(signal, 0, signal.info.endSample, (values) => {
      for (let index = 0; index < values.length; ) {
        const take = Math.min(missing, values.length - index);
        addValues(current, values, index, index + take);
        index += take;
        missing -= take;
        if (missing > 0) continue;
        table.set([current.count, current.mean, current.m2, current.min, current.max], at);
        at += BLOCK_VALUES;
        current = emptyMoments();
        missing = blockSamples;
      }
    });
    return table;
  }

  async #forEachChunk(
    signal: ScanSignal,
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

/** The block that was last read in part: the end of one bin and the start of the next lie in the same one. */
class EdgeBlock {
  readonly #signal: ScanSignal;
  readonly #size: number;
  #block = -1;
  #values: SampleValues = new Float64Array(0);

  constructor(signal: ScanSignal) {
    this.#signal = signal;
    this.#size = blockSize(signal.info);
  }

  /** Adds samples [start, end), which lie in one block. */
  async add(moments: Moments, start: number, end: number): Promise<void> {
    if (start === end) return;
    const block = Math.floor(start / this.#size);
    const blockStart = block * this.#size;
    if (block !== this.#block) {
      this.#values = await this.#signal.read(
        blockStart,
        Math.min(blockStart + this.#size, this.#signal.info.endSample),
      );
      this.#block = block;
    }
    addValues(moments, this.#values, start - blockStart, end - blockStart);
  }
}

function blockSize(info: SignalInfo): number {
  let size = MIN_BLOCK_SAMPLES;
  while (info.endSample / size > MAX_BLOCKS) size *= 2;
  return size;
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
