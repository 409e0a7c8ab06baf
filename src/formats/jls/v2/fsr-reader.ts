// Samples and summary entries of one fixed-rate signal, whatever state the file is in: a DATA chunk that is
// damaged or lost is a gap; a summary that is damaged, cut (as the reference library writes those of wide
// types) or was never written is computed again from the level below.

import { LoadCache } from '../../lru.ts';
import type { DiagnosticLog } from '../diagnostics.ts';
import type { Chunk, ChunkReader } from './chunk-reader.ts';
import { type FsrLayout, LinkError } from './contents.ts';
import { type SignalDefinition, viewOf } from './decode.ts';
import {
  bitsOf,
  bytesOnDisk,
  CHUNK_HEADER_BYTES,
  isWideType,
  KIND_DATA,
  KIND_SUMMARY,
  PAYLOAD_HEADER_BYTES,
  TRACK_FSR,
  trackTag,
} from './spec.ts';
import type { Windows } from './windows.ts';

/** Summary entries: mean, std, min, max of each, as stored. */
export type Entries = Float32Array | Float64Array;

const ENTRY_VALUES = 4;
/** Where the kernels put their results: behind the largest payload in the codec's scratch. */
export const SCRATCH_TARGET_AT = 2 ** 20;
/** Scratch that a reader's codec needs: a payload and as many bytes of results. */
export const SCRATCH_BYTES = 2 * 2 ** 20;
/** DATA chunks asked for ahead of the one in use; more than that in one go may be read through. */
const READ_AHEAD = 16;
const DATA_CACHE_BYTES = 8 * 2 ** 20;
const SUMMARY_CACHE_BYTES = 8 * 2 ** 20;

/** Receives the packed samples of a DATA chunk, `undefined` if it is lost, and its number. */
export type DataVisitor = (bytes: Uint8Array | undefined, number: number) => Promise<void> | void;

export class FsrReader {
  readonly signal: SignalDefinition;
  readonly #chunks: ChunkReader;
  readonly #log: DiagnosticLog;
  readonly #rescue: (cause: LinkError) => Promise<FsrLayout | undefined>;
  readonly #data = new LoadCache<Uint8Array | undefined>(DATA_CACHE_BYTES);
  readonly #summaries = new LoadCache<Entries>(SUMMARY_CACHE_BYTES);
  readonly #bits: number;
  readonly #isWide: boolean;
  /** DATA chunks found lost, and their samples. */
  readonly #lost = new Map<number, number>();
  #layout: FsrLayout;

  /** `rescue` finds the chunks again by a walk when a link turns out to be broken. */
  constructor(
    chunks: ChunkReader,
    signal: SignalDefinition,
    layout: FsrLayout,
    log: DiagnosticLog,
    rescue: (cause: LinkError) => Promise<FsrLayout | undefined>,
  ) {
    this.signal = signal;
    this.#chunks = chunks;
    this.#layout = layout;
    this.#log = log;
    this.#rescue = rescue;
    this.#bits = bitsOf(signal.dtype);
    this.#isWide = isWideType(signal.dtype);
  }

  get sampleCount(): number {
    return this.#layout.sampleCount;
  }

  get firstSampleId(): bigint {
    return this.#layout.firstSampleId;
  }

  /** Samples of DATA chunk `number`. */
  samplesIn(number: number): number {
    const { samplesPerData } = this.signal.sizes;
    return Math.max(0, Math.min(samplesPerData, this.sampleCount - number * samplesPerData));
  }

  /** Packed samples of DATA chunk `number`; `undefined` = lost. The caller must not change them. */
  data(number: number): Promise<Uint8Array | undefined> {
    return this.#data.get(number, (this.samplesIn(number) * this.#bits) / 8, () => this.#loadData(number));
  }

  /**
   * Calls `visit` for the DATA chunks first … last in turn; their samples are valid until it is done. Many chunks are
   * read past the cache, those that lie close together in large pieces.
   */
  async eachData(first: number, last: number, visit: DataVisitor): Promise<void> {
    const windows = await this.#windowsOver(first, last);
    if (windows) return this.#readThrough(windows, first, last, visit);
    const ahead: Promise<Uint8Array | undefined>[] = [];
    for (let number = first, next = first; number <= last; number++) {
      for (; next <= last && next <= number + READ_AHEAD; next++) ahead.push(this.data(next));
      await visit(await ahead.shift(), number);
    }
  }

  /** Samples of [start, end) that were found lost by reading them. */
  lostSamples(start: number, end: number): number {
    const { samplesPerData } = this.signal.sizes;
    let sum = 0;
    for (const [number, count] of this.#lost) {
      const first = number * samplesPerData;
      sum += Math.max(0, Math.min(end, first + count) - Math.max(start, first));
    }
    return sum;
  }

  /** Samples per entry at `level` ≥ 1. */
  stepOf(level: number): number {
    return this.signal.sizes.sampleDecimateFactor * this.signal.sizes.summaryDecimateFactor ** (level - 1);
  }

  /** All whole entries of SUMMARY chunk `number` at `level` ≥ 1. The caller must not change them. */
  entries(level: number, number: number): Promise<Entries> {
    const sizeBytes = this.signal.sizes.entriesPerSummary * (this.#isWide ? 32 : 16);
    return this.#summaries.get(level * 2 ** 40 + number, sizeBytes, () => this.#loadEntries(level, number));
  }

  async #located(find: (layout: FsrLayout) => Promise<number>): Promise<number> {
    try {
      return await find(this.#layout);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      const found = await this.#rescue(error);
      if (!found) return 0;
      this.#layout = found;
      return find(found);
    }
  }

  /**
   * What reads the DATA chunks first … last in turn; `undefined` where they lie so far apart that asking for several at
   * once is faster.
   */
  async #windowsOver(first: number, last: number): Promise<Windows | undefined> {
    if (last - first < READ_AHEAD) return undefined;
    const start = await this.#located((layout) => layout.dataOffset(first));
    const end = (await this.#located((layout) => layout.dataOffset(last))) + 1;
    if (start === 0 || end <= start) return undefined;
    const readCostBytes = this.#chunks.source.readCostBytes ?? 0;
    if (readCostBytes > 0 && end - start > (last - first) * readCostBytes) return undefined;
    return this.#chunks.windows(start, end, this.#dataBytes);
  }

  /** Each chunk says where the next one is. Where that is not so, the index is asked. */
  async #readThrough(windows: Windows, first: number, last: number, visit: DataVisitor): Promise<void> {
    try {
      let nextOffset = 0;
      for (let number = first; number <= last; number++) {
        const offset = nextOffset || (await this.#located((layout) => layout.dataOffset(number)));
        const window = await windows.from(offset);
        const chunk = window && this.#chunks.chunkIn(window, 0, offset);
        const bytes = this.#samplesOf(chunk, number);
        nextOffset = bytes && chunk ? chunk.nextOffset : 0;
        await visit(bytes ?? (await this.data(number)), number);
      }
    } finally {
      await windows.close();
    }
  }

  async #loadData(number: number): Promise<Uint8Array | undefined> {
    const count = this.samplesIn(number);
    if (count === 0) return undefined;
    const offset = await this.#located((layout) => layout.dataOffset(number));
    if (offset === 0) return this.#omitted(number, count);
    const bytes = this.#samplesOf(await this.#chunks.sizedChunk(offset, this.#dataBytes), number);
    if (!bytes) this.#logGap(number, count, offset);
    return bytes;
  }

  /** Longest DATA chunk of the signal. */
  get #dataBytes(): number {
    return CHUNK_HEADER_BYTES + bytesOnDisk(PAYLOAD_HEADER_BYTES + (this.signal.sizes.samplesPerData * this.#bits) / 8);
  }

  /** The packed samples of a chunk if it is DATA chunk `number` of this signal and holds them all. */
  #samplesOf(chunk: Chunk | undefined, number: number): Uint8Array | undefined {
    const end = PAYLOAD_HEADER_BYTES + Math.ceil((this.samplesIn(number) * this.#bits) / 8);
    const position = BigInt(number) * BigInt(this.signal.sizes.samplesPerData);
    if (!this.#isMine(chunk, KIND_DATA, 0, position) || chunk.payload.byteLength < end) return undefined;
    return chunk.payload.subarray(PAYLOAD_HEADER_BYTES, end);
  }

  #logGap(number: number, count: number, offset: number): void {
    const start = number * this.signal.sizes.samplesPerData;
    this.#lost.set(number, count);
    this.#log.add(
      'error',
      'samples-lost',
      `Samples ${start} to ${start + count - 1} of ${this.signal.name} are damaged or lost and are shown as a gap.`,
      offset || undefined,
    );
  }

  /** A chunk that was left out because all its samples are equal: their value stands in the level-1 summary. */
  async #omitted(number: number, count: number): Promise<Uint8Array | undefined> {
    const { samplesPerData, sampleDecimateFactor, entriesPerSummary } = this.signal.sizes;
    const perData = samplesPerData / sampleDecimateFactor;
    const perSummary = entriesPerSummary / perData;
    const entries = this.#bits <= 8 ? await this.#stored(1, Math.floor(number / perSummary)) : undefined;
    const from = (number % perSummary) * perData * ENTRY_VALUES;
    const value = Math.round(entries?.[from] ?? Number.NaN);
    const used = entries?.subarray(from, from + Math.ceil(count / sampleDecimateFactor) * ENTRY_VALUES);
    const isConstant = used?.every((x, i) => (i % ENTRY_VALUES === 1 ? x === 0 : x === value));
    if (!used || used.length * sampleDecimateFactor < count * ENTRY_VALUES || !isConstant) {
      this.#logGap(number, count, 0);
      return undefined;
    }
    const byte = this.#bits === 1 ? -value : this.#bits === 4 ? (value & 15) * 0x11 : value;
    return new Uint8Array(Math.ceil((count * this.#bits) / 8)).fill(byte);
  }

  /** The entries of a SUMMARY chunk as far as the file has them. */
  async #stored(level: number, number: number): Promise<Entries | undefined> {
    const offset = await this.#located((layout) => layout.summaryOffset(level, number));
    if (offset === 0) return undefined;
    const { entriesPerSummary } = this.signal.sizes;
    const entryBytes = this.#isWide ? 32 : 16;
    const bound = CHUNK_HEADER_BYTES + bytesOnDisk(PAYLOAD_HEADER_BYTES + entriesPerSummary * entryBytes);
    const chunk = await this.#chunks.sizedChunk(offset, bound);
    const position = BigInt(number) * BigInt(this.stepOf(level)) * BigInt(entriesPerSummary);
    if (!this.#isMine(chunk, KIND_SUMMARY, level, position)) {
      this.#log.add(
        'warning',
        'summary-damaged',
        `A summary of ${this.signal.name} is damaged and was computed again.`,
        offset,
      );
      return undefined;
    }
    const claimed = viewOf(chunk.payload).getUint32(8, true);
    const count = Math.min(
      claimed,
      entriesPerSummary,
      Math.floor((chunk.payload.byteLength - PAYLOAD_HEADER_BYTES) / entryBytes),
    );
    const bytes = chunk.payload.slice(PAYLOAD_HEADER_BYTES, PAYLOAD_HEADER_BYTES + count * entryBytes);
    return this.#isWide ? new Float64Array(bytes.buffer) : new Float32Array(bytes.buffer);
  }

  #isMine(chunk: Chunk | undefined, kind: number, level: number, position: bigint): chunk is Chunk {
    return (
      chunk !== undefined &&
      chunk.tag === trackTag(TRACK_FSR, kind) &&
      chunk.meta === (this.signal.signalId | (level << 12)) &&
      chunk.payload.byteLength >= PAYLOAD_HEADER_BYTES &&
      viewOf(chunk.payload).getBigInt64(0, true) === this.firstSampleId + position
    );
  }

  async #loadEntries(level: number, number: number): Promise<Entries> {
    const { entriesPerSummary } = this.signal.sizes;
    const total = Math.floor(this.sampleCount / this.stepOf(level));
    const count = Math.max(0, Math.min(entriesPerSummary, total - number * entriesPerSummary));
    const stored = await this.#stored(level, number);
    const storedCount = Math.min(count, (stored?.length ?? 0) / ENTRY_VALUES);
    const entries = this.#isWide ? new Float64Array(count * ENTRY_VALUES) : new Float32Array(count * ENTRY_VALUES);
    if (stored) entries.set(stored.subarray(0, storedCount * ENTRY_VALUES));
    if (level === 1) await this.#summariseData(number, entries, storedCount);
    else await this.#condenseBelow(level, number, entries, storedCount);
    return entries;
  }

  /** Fills level-1 entries from `from` on out of the samples. */
  async #summariseData(number: number, entries: Entries, from: number): Promise<void> {
    const { samplesPerData, sampleDecimateFactor, entriesPerSummary } = this.signal.sizes;
    const perData = samplesPerData / sampleDecimateFactor;
    const count = entries.length / ENTRY_VALUES;
    const firstData = (number * entriesPerSummary) / perData;
    for (let first = Math.floor(from / perData) * perData; first < count; first += perData) {
      const bytes = await this.data(firstData + first / perData);
      const here = Math.min(perData, count - first);
      const skip = Math.max(0, from - first);
      const target = entries.subarray((first + skip) * ENTRY_VALUES, (first + here) * ENTRY_VALUES);
      if (bytes) target.set(this.#computed(bytes, here, 0).subarray(skip * ENTRY_VALUES));
      else target.fill(Number.NaN);
    }
  }

  /**
   * Fills entries of a level ≥ 2 out of the level below: those from `from` on, and those before whose std is lost
   * because the reference lets one empty entry (a gap) spoil it.
   */
  async #condenseBelow(level: number, number: number, entries: Entries, from: number): Promise<void> {
    const { entriesPerSummary, summaryDecimateFactor } = this.signal.sizes;
    const perChunk = entriesPerSummary / summaryDecimateFactor;
    const count = entries.length / ENTRY_VALUES;
    for (let first = 0; first < count; first += perChunk) {
      const here = Math.min(perChunk, count - first);
      const isWanted = (i: number) =>
        i >= from || (Number.isNaN(entries[i * ENTRY_VALUES + 1]) && !Number.isNaN(entries[i * ENTRY_VALUES]));
      const wanted = Array.from({ length: here }, (_, i) => first + i).filter(isWanted);
      if (wanted.length === 0) continue;
      const below = await this.entries(level - 1, number * summaryDecimateFactor + first / perChunk);
      const bytes = new Uint8Array(below.buffer, below.byteOffset, below.byteLength);
      const computed = this.#computed(bytes, here, summaryDecimateFactor);
      for (const i of wanted) {
        entries.set(computed.subarray((i - first) * ENTRY_VALUES, (i - first + 1) * ENTRY_VALUES), i * ENTRY_VALUES);
      }
    }
  }

  /** `count` entries computed from packed samples (`groupSize` 0) or from entries of the level below. */
  #computed(bytes: Uint8Array, count: number, groupSize: number): Entries {
    const { codec } = this.#chunks;
    const source = codec.load(bytes);
    const target = source + SCRATCH_TARGET_AT;
    if (groupSize > 0) codec.condense(this.#isWide, source, groupSize, count, target);
    else
      codec.summarise(this.signal.dtype, source, this.signal.sizes.sampleDecimateFactor, count, this.#isWide, target);
    const { buffer } = codec.workspace.core.memory;
    return this.#isWide
      ? new Float64Array(buffer, target, count * ENTRY_VALUES)
      : new Float32Array(buffer, target, count * ENTRY_VALUES);
  }
}
