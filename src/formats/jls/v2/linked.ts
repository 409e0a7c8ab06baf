// Opens a properly closed JLS v2 file by its lists and index trees: a few small reads, whatever its size.
// Any broken link throws LinkError.

import type { Annotation } from '../../../model/signal-store.ts';
import { LruCache } from '../../lru.ts';
import type { SourceInfo } from '../../reader.ts';
import type { DiagnosticLog } from '../diagnostics.ts';
import type { Chunk, ChunkHeader, ChunkReader } from './chunk-reader.ts';
import { type Contents, type FsrLayout, LinkError, plausibleSampleCount } from './contents.ts';
import {
  decodeAnnotation,
  decodeSignal,
  decodeSource,
  decodeUserData,
  decodeUtc,
  offsetAt,
  type SignalDefinition,
  type UtcPair,
  viewOf,
} from './decode.ts';
import { reportLostSamples } from './salvage.ts';
import {
  bitsOf,
  bytesOnDisk,
  CHUNK_HEADER_BYTES,
  FILE_HEADER_BYTES,
  KIND_DATA,
  KIND_HEAD,
  KIND_INDEX,
  KIND_SUMMARY,
  LEVEL_COUNT,
  PAYLOAD_HEADER_BYTES,
  TAG_SIGNAL,
  TAG_SOURCE,
  TAG_USER_DATA,
  TRACK_ANNOTATION,
  TRACK_FSR,
  TRACK_UTC,
  trackTag,
} from './spec.ts';

/** The three list heads are within this many chunks of the start in any file of the reference. */
const PROLOGUE_CHUNKS_MAX = 64;
/** DATA chunks of a signal without a usable definition that are counted, at most. */
const LOST_CHUNKS_MAX = 2000;
/** DATA chunks behind the end of the index that are followed one by one; more ask for a walk. */
const TAIL_CHUNKS_MAX = 2000;
/** Indexes of nothing but omitted chunks that are searched for what is behind them. */
const OMITTED_INDEXES_MAX = 2000;
const INDEX_CACHE_BYTES = 2 * 2 ** 20;

type Heads = Map<string, readonly number[]>;

export async function readLinked(chunks: ChunkReader, log: DiagnosticLog): Promise<Contents> {
  const start = await prologue(chunks);
  const sources: SourceInfo[] = [];
  for await (const chunk of list(chunks, start.source, TAG_SOURCE))
    sources.push(decodeSource(chunk.meta & 0xff, chunk.payload));
  const signals: SignalDefinition[] = [];
  const skipped: number[] = [];
  const heads: Heads = new Map();
  for await (const chunk of list(chunks, start.signal)) {
    if (chunk.tag === TAG_SIGNAL) {
      const signal = decodeSignal(chunk.meta & 0xff, chunk.payload);
      if (signal && chunk.meta < 256) signals.push(signal);
      else {
        skipped.push(chunk.meta);
        log.add(
          'warning',
          'signal-skipped',
          `Signal ${chunk.meta} has a definition that cannot be used and is left out.`,
          chunk.offset,
        );
      }
    } else if ((chunk.tag & 7) === KIND_HEAD) {
      const view = viewOf(chunk.payload);
      const offsets = Array.from({ length: Math.min(LEVEL_COUNT, chunk.payload.byteLength >> 3) }, (_, i) =>
        offsetAt(view, i * 8),
      );
      heads.set(`${chunk.meta} ${(chunk.tag >> 3) & 3}`, offsets);
    }
  }
  for (const signalId of skipped) {
    const first = heads.get(`${signalId} ${TRACK_FSR}`)?.[0] ?? 0;
    await reportLostSamples(signalId, list(chunks, first, trackTag(TRACK_FSR, KIND_DATA)), log, LOST_CHUNKS_MAX);
  }
  const layouts = new Map<number, FsrLayout>();
  const utc = new Map<number, readonly UtcPair[]>();
  for (const signal of signals) {
    if (!signal.isFsr) continue;
    const layout = new LinkedLayout(chunks, signal, heads.get(`${signal.signalId} ${TRACK_FSR}`) ?? []);
    await layout.measure(log);
    layouts.set(signal.signalId, layout);
    utc.set(signal.signalId, await utcPairs(chunks, heads.get(`${signal.signalId} ${TRACK_UTC}`) ?? []));
  }
  return {
    sources,
    signals,
    layouts,
    utc,
    async annotations(signalId) {
      const first = heads.get(`${signalId} ${TRACK_ANNOTATION}`)?.[0] ?? 0;
      const found: Omit<Annotation, 'signalId'>[] = [];
      await visit(chunks, first, trackTag(TRACK_ANNOTATION, KIND_DATA), ({ payload, offset }) => {
        const annotation = decodeAnnotation(payload);
        if (annotation) found.push(annotation);
        else log.add('warning', 'annotation-damaged', 'An annotation makes no sense and is left out.', offset);
      });
      return found;
    },
    async userData() {
      const found = [];
      for await (const chunk of list(chunks, start.userData, TAG_USER_DATA)) {
        const entry = decodeUserData(chunk.meta, chunk.payload);
        if (entry) found.push(entry);
      }
      return found;
    },
  };
}

async function prologue(chunks: ChunkReader): Promise<{ source: number; signal: number; userData: number }> {
  const first = new Map<number, number>();
  let offset = FILE_HEADER_BYTES;
  for (let i = 0; i < PROLOGUE_CHUNKS_MAX && first.size < 3; i++) {
    const header = await chunks.header(offset);
    if (!header) break;
    const isListed = header.tag === TAG_SOURCE || header.tag === TAG_SIGNAL || header.tag === TAG_USER_DATA;
    if (isListed && !first.has(header.tag)) first.set(header.tag, offset);
    offset = header.endOffset;
  }
  const source = first.get(TAG_SOURCE);
  const signal = first.get(TAG_SIGNAL);
  const userData = first.get(TAG_USER_DATA);
  if (source === undefined || signal === undefined || userData === undefined) {
    throw new LinkError('the lists at the start of the file are damaged', offset);
  }
  return { source, signal, userData };
}

/** The chunks of a list. Lists lead forward, so each step must go to a higher offset. */
async function* list(chunks: ChunkReader, first: number, tag?: number): AsyncGenerator<Chunk> {
  for (let offset = first; offset !== 0; ) {
    const chunk = listed(chunks.chunkAtHand(offset) ?? (await chunks.chunk(offset)), offset, tag);
    yield chunk;
    checkForward(chunk);
    offset = chunk.nextOffset;
  }
}

/** The same at once: to be asked for each of very many small chunks takes longer than to look at it. */
async function visit(chunks: ChunkReader, first: number, tag: number, use: (chunk: Chunk) => void): Promise<void> {
  for (let offset = first; offset !== 0; ) {
    const chunk = listed(chunks.chunkAtHand(offset) ?? (await chunks.chunk(offset)), offset, tag);
    use(chunk);
    checkForward(chunk);
    offset = chunk.nextOffset;
  }
}

function listed(chunk: Chunk | undefined, offset: number, tag: number | undefined): Chunk {
  if (!chunk || (tag !== undefined && chunk.tag !== tag))
    throw new LinkError('a link leads to a damaged chunk', offset);
  return chunk;
}

function checkForward(chunk: ChunkHeader): void {
  if (chunk.nextOffset !== 0 && chunk.nextOffset <= chunk.offset)
    throw new LinkError('a link leads back', chunk.offset);
}

/** All pairs, from the level-1 summaries; from the DATA chunks in a file that is too short to have any. */
async function utcPairs(chunks: ChunkReader, head: readonly number[]): Promise<UtcPair[]> {
  const pairs: UtcPair[] = [];
  if (head[1]) {
    for await (const chunk of list(chunks, head[1], trackTag(TRACK_UTC, KIND_INDEX))) {
      const summary = await chunks.chunk(chunk.endOffset);
      if (summary?.tag !== trackTag(TRACK_UTC, KIND_SUMMARY))
        throw new LinkError('a UTC summary is damaged', chunk.endOffset);
      const { payload } = summary;
      for (let at = PAYLOAD_HEADER_BYTES; at + 16 <= payload.byteLength; at += 16) {
        const padded = new Uint8Array(PAYLOAD_HEADER_BYTES + 8);
        padded.set(payload.subarray(at, at + 8));
        padded.set(payload.subarray(at + 8, at + 16), PAYLOAD_HEADER_BYTES);
        const pair = decodeUtc(padded);
        if (pair) pairs.push(pair);
      }
    }
  } else if (head[0]) {
    for await (const chunk of list(chunks, head[0], trackTag(TRACK_UTC, KIND_DATA))) {
      const pair = decodeUtc(chunk.payload);
      if (pair) pairs.push(pair);
    }
  }
  return pairs;
}

interface Index {
  readonly offset: number;
  /** Where its SUMMARY begins. */
  readonly endOffset: number;
  readonly timestamp: bigint;
  readonly offsets: Float64Array;
}

/** Finds chunks through the INDEX tree of one signal. */
class LinkedLayout implements FsrLayout {
  firstSampleId = 0n;
  sampleCount = 0;
  readonly #chunks: ChunkReader;
  readonly #signal: SignalDefinition;
  readonly #head: readonly number[];
  readonly #topLevel: number;
  readonly #cache = new LruCache<Index>(INDEX_CACHE_BYTES);
  /** DATA chunks that the tree reaches, and those behind them. */
  #indexedCount = 0;
  readonly #tail: number[] = [];

  constructor(chunks: ChunkReader, signal: SignalDefinition, head: readonly number[]) {
    this.#chunks = chunks;
    this.#signal = signal;
    this.#head = head;
    this.#topLevel = head.findLastIndex((offset) => offset !== 0);
  }

  /** Finds the signal's first id and length, including samples that the index does not reach. */
  async measure(log: DiagnosticLog): Promise<void> {
    const { signalId, dtype, sizes } = this.#signal;
    if (this.#topLevel < 0) return;
    let lastData = this.#head[0]!;
    let position = 0;
    let isIndexed = false;
    if (this.#topLevel > 0) {
      const first = await this.#index(1, this.#head[1]!);
      this.firstSampleId = first.timestamp;
      let index = await this.#index(this.#topLevel, this.#head[this.#topLevel]!);
      for (let level = this.#topLevel - 1; level >= 1; level--)
        index = await this.#index(level, index.offsets.at(-1) ?? 0);
      if (index.offsets.length === 0) throw new LinkError('an index is empty', index.offset);
      const number = Number(index.timestamp - this.firstSampleId) / sizes.samplesPerData + index.offsets.length - 1;
      if (!Number.isSafeInteger(number) || number < 0)
        throw new LinkError('an index has a wrong position', index.offset);
      this.#indexedCount = number + 1;
      position = number * sizes.samplesPerData;
      lastData = index.offsets.at(-1)!;
      isIndexed = true;
      if (lastData === 0) {
        const summary = await this.#chunks.chunk(index.endOffset);
        const count =
          summary && summary.payload.byteLength >= PAYLOAD_HEADER_BYTES
            ? viewOf(summary.payload).getUint32(8, true)
            : 0;
        this.sampleCount = Number(index.timestamp - this.firstSampleId) + count * sizes.sampleDecimateFactor;
        lastData = await this.#behindOmitted(number);
        position += sizes.samplesPerData;
        isIndexed = false;
      }
    } else this.firstSampleId = (await this.#dataHeader(lastData)).timestamp;
    await this.#measureTail(lastData, position, isIndexed, log);
    if (this.sampleCount > plausibleSampleCount(this.#chunks.sizeBytes, bitsOf(dtype), sizes.samplesPerData)) {
      throw new LinkError(`signal ${signalId} claims more samples than fit in the file`, lastData);
    }
  }

  async dataOffset(number: number): Promise<number> {
    if (number >= this.#indexedCount) return this.#tail[number - this.#indexedCount] ?? 0;
    const { samplesPerData, sampleDecimateFactor, entriesPerSummary } = this.#signal.sizes;
    const perIndex = entriesPerSummary / (samplesPerData / sampleDecimateFactor);
    const index = await this.#find(1, Math.floor(number / perIndex));
    return index?.offsets[number % perIndex] ?? 0;
  }

  async summaryOffset(level: number, number: number): Promise<number> {
    return (await this.#find(level, number))?.endOffset ?? 0;
  }

  /** The DATA chunk that follows a run of omitted ones in the list, of which chunk `number` is the last; 0 = none. */
  async #behindOmitted(number: number): Promise<number> {
    const { samplesPerData, sampleDecimateFactor, entriesPerSummary } = this.#signal.sizes;
    const perIndex = entriesPerSummary / (samplesPerData / sampleDecimateFactor);
    const last = Math.floor(number / perIndex);
    for (let indexNumber = last; indexNumber >= 0 && last - indexNumber < OMITTED_INDEXES_MAX; indexNumber--) {
      const present = (await this.#find(1, indexNumber))?.offsets.findLast((offset) => offset !== 0);
      if (present !== undefined) return (await this.#dataHeader(present)).nextOffset;
    }
    return 0;
  }

  /** Follows the DATA list to the true end, from the last chunk of the index (`isIndexed`) or from the one behind it. */
  async #measureTail(first: number, firstPosition: number, isIndexed: boolean, log: DiagnosticLog): Promise<void> {
    const { samplesPerData } = this.#signal.sizes;
    const hasIndex = this.#topLevel > 0;
    let position = firstPosition;
    for (let offset = first, isKnown = isIndexed; offset !== 0; isKnown = false) {
      const header = await this.#dataHeader(offset);
      if (Number(header.timestamp - this.firstSampleId) !== position) {
        throw new LinkError('a chunk of samples is not where the index says', offset);
      }
      if (!isKnown) this.#tail.push(offset);
      if (this.#tail.length > TAIL_CHUNKS_MAX) throw new LinkError('the index is incomplete', offset);
      this.sampleCount = position + Math.min(header.count, samplesPerData);
      checkForward(header);
      offset = header.nextOffset;
      position += samplesPerData;
    }
    if (hasIndex && this.#tail.length > 0) {
      log.add(
        'info',
        'tail-recovered',
        `The index of ${this.#signal.name} ends early, as some programs leave it; ${this.sampleCount - this.#indexedCount * samplesPerData} samples at the end were found without it.`,
        this.#tail[0],
      );
    }
  }

  async #dataHeader(offset: number): Promise<ChunkHeader & { timestamp: bigint; count: number }> {
    const header = await this.#chunks.header(offset);
    const { signalId } = this.#signal;
    if (
      header?.tag !== trackTag(TRACK_FSR, KIND_DATA) ||
      header.meta !== signalId ||
      header.payloadLength < PAYLOAD_HEADER_BYTES
    ) {
      throw new LinkError('a chunk of samples is damaged', offset);
    }
    const payload = viewOf(await this.#chunks.readShort(offset + CHUNK_HEADER_BYTES, PAYLOAD_HEADER_BYTES));
    return { ...header, timestamp: payload.getBigInt64(0, true), count: payload.getUint32(8, true) };
  }

  /** The INDEX chunk `number` of `level`, or `undefined` when the tree does not reach so far. */
  async #find(level: number, number: number): Promise<Index | undefined> {
    const { samplesPerData, sampleDecimateFactor, entriesPerSummary, summaryDecimateFactor } = this.#signal.sizes;
    if (level > this.#topLevel) return undefined;
    let offset = 0;
    if (level === this.#topLevel) offset = number === 0 ? this.#head[level]! : 0;
    else {
      const parent = await this.#find(level + 1, Math.floor(number / summaryDecimateFactor));
      offset = parent?.offsets[number % summaryDecimateFactor] ?? 0;
    }
    if (offset === 0) return undefined;
    const index = await this.#index(level, offset);
    const perChunk = sampleDecimateFactor * summaryDecimateFactor ** (level - 1) * entriesPerSummary;
    if (index.timestamp !== this.firstSampleId + BigInt(number) * BigInt(perChunk)) {
      throw new LinkError(`an index of ${samplesPerData}-sample chunks has a wrong position`, offset);
    }
    return index;
  }

  async #index(level: number, offset: number): Promise<Index> {
    const known = this.#cache.get(offset);
    if (known) return known;
    const { samplesPerData, sampleDecimateFactor, entriesPerSummary, summaryDecimateFactor } = this.#signal.sizes;
    const capacity =
      level === 1 ? entriesPerSummary / (samplesPerData / sampleDecimateFactor) : summaryDecimateFactor + 1;
    const chunk = await this.#chunks.chunk(offset);
    if (
      !chunk ||
      chunk.tag !== trackTag(TRACK_FSR, KIND_INDEX) ||
      chunk.meta !== (this.#signal.signalId | (level << 12)) ||
      chunk.payload.byteLength < PAYLOAD_HEADER_BYTES
    ) {
      throw new LinkError('an index is damaged', offset);
    }
    const view = viewOf(chunk.payload);
    const count = view.getUint32(8, true);
    if (count > capacity || PAYLOAD_HEADER_BYTES + count * 8 > chunk.payload.byteLength) {
      throw new LinkError('an index claims too many entries', offset);
    }
    const offsets = Float64Array.from({ length: count }, (_, i) => offsetAt(view, PAYLOAD_HEADER_BYTES + i * 8));
    const index = { offset, endOffset: chunk.endOffset, timestamp: view.getBigInt64(0, true), offsets };
    this.#cache.set(offset, index, bytesOnDisk(chunk.payloadLength) + 100);
    return index;
  }
}
