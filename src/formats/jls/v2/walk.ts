// Finds every intact chunk of a damaged or unfinished JLS v2 file by going through it from the start. Links are
// ignored: what a chunk is and where it belongs stands in the chunk itself. The file is only read.

import type { Annotation } from '../../../model/signal-store.ts';
import type { SourceInfo, UserDataEntry } from '../../reader.ts';
import type { DiagnosticLog } from '../diagnostics.ts';
import type { Chunk, ChunkHeader, ChunkReader } from './chunk-reader.ts';
import { type Contents, type FsrLayout, plausibleSampleCount } from './contents.ts';
import {
  decodeAnnotation,
  decodeSignal,
  decodeSource,
  decodeUserData,
  decodeUtc,
  type SignalDefinition,
  type UtcPair,
  viewOf,
} from './decode.ts';
import {
  type Column,
  type Columns,
  firstSampleIdOf,
  reportLostSamples,
  salvageSignal,
  salvageSource,
} from './salvage.ts';
import {
  bitsOf,
  CHUNK_HEADER_BYTES,
  FILE_HEADER_BYTES,
  isKnownTag,
  KIND_DATA,
  KIND_SUMMARY,
  PAYLOAD_HEADER_BYTES,
  TAG_END,
  TAG_SIGNAL,
  TAG_SOURCE,
  TAG_USER_DATA,
  TRACK_ANNOTATION,
  TRACK_FSR,
  TRACK_UTC,
  trackTag,
} from './spec.ts';

/** The file is read in windows of this size. */
const WINDOW_BYTES = 2 ** 20;
/** Bytes that `headers` needs to see of a chunk. */
const CHUNK_START_BYTES = CHUNK_HEADER_BYTES + PAYLOAD_HEADER_BYTES;
/** 1 for every tag that the format defines. */
const KNOWN_TAGS = Uint8Array.from({ length: 256 }, (_, tag) => Number(isKnownTag(tag)));
/** Definitions, annotations and user data that a walk keeps. */
const SMALL_CHUNKS_MAX = 1_000_000;

interface Small {
  readonly tag: number;
  readonly meta: number;
  readonly offset: number;
}

export async function readByWalk(chunks: ChunkReader, log: DiagnosticLog): Promise<Contents> {
  const columns = new Map<number, Column>();
  const small: Small[] = [];
  let skippedBytes = 0;
  let hasEnd = false;
  for await (const found of headers(chunks)) {
    skippedBytes += found.skippedBytes;
    const { header, payloadHead } = found;
    const isSamples = header.tag === trackTag(TRACK_FSR, KIND_DATA) || header.tag === trackTag(TRACK_FSR, KIND_SUMMARY);
    if (header.tag === TAG_END) hasEnd = true;
    else if (isSamples && payloadHead.byteLength >= PAYLOAD_HEADER_BYTES) note(columns, header, payloadHead);
    else if (isSmall(header.tag) && small.length < SMALL_CHUNKS_MAX) small.push(header);
  }
  if (skippedBytes > 0) {
    log.add('warning', 'bytes-skipped', `${skippedBytes} bytes of the file hold no intact chunk and were passed over.`);
  }
  if (!hasEnd) {
    log.add(
      'warning',
      'not-closed',
      'The file was not closed: its last fraction of a second may be missing. Save a repaired copy (on the command line: repair IN OUT); the original is only read.',
    );
  }
  return assemble(chunks, log, columns, small);
}

function isSmall(tag: number): boolean {
  return (
    tag === TAG_SOURCE ||
    tag === TAG_SIGNAL ||
    tag === TAG_USER_DATA ||
    tag === trackTag(TRACK_ANNOTATION, KIND_DATA) ||
    tag === trackTag(TRACK_UTC, KIND_DATA)
  );
}

function note(columns: Map<number, Column>, header: ChunkHeader, payloadHead: Uint8Array): void {
  const column = columns.get(header.meta) ?? { offsets: [], timestamps: [], counts: [] };
  columns.set(header.meta, column);
  const view = viewOf(payloadHead);
  column.offsets.push(header.offset);
  column.timestamps.push(view.getBigInt64(0, true));
  column.counts.push(view.getUint32(8, true));
}

interface Found {
  readonly header: ChunkHeader;
  /** The first bytes of the payload. */
  readonly payloadHead: Uint8Array;
  /** Bytes without a chunk before it. */
  readonly skippedBytes: number;
}

/** Every header with a good checksum, in file order; behind a bad place the next one is searched in steps of 8. */
async function* headers(chunks: ChunkReader): AsyncGenerator<Found> {
  let window: Uint8Array = new Uint8Array(0);
  let windowOffset = 0;
  let offset = FILE_HEADER_BYTES;
  let expected = offset;
  let lastStart = offset;
  while (offset + CHUNK_HEADER_BYTES <= chunks.sizeBytes) {
    const isInside = offset >= windowOffset && offset + CHUNK_START_BYTES <= windowOffset + window.byteLength;
    const isAtEnd = offset >= windowOffset && windowOffset + window.byteLength === chunks.sizeBytes;
    if (!isInside && !isAtEnd) {
      window = await chunks.read(offset, WINDOW_BYTES);
      if (window.byteOffset % 4 !== 0) window = window.slice();
      windowOffset = offset;
    }
    const at = offset - windowOffset;
    const header = chunks.parseHeader(window, at, offset);
    if (header) {
      const payloadHead = window.subarray(
        at + CHUNK_HEADER_BYTES,
        at + CHUNK_HEADER_BYTES + Math.min(PAYLOAD_HEADER_BYTES, header.payloadLength),
      );
      yield { header, payloadHead, skippedBytes: Math.max(0, offset - expected) };
      lastStart = offset;
      offset = header.endOffset;
      expected = offset;
    } else if (offset === expected && lastStart + CHUNK_HEADER_BYTES < offset) {
      // Bytes may be missing inside the chunk before: the next header can lie earlier than that chunk claims.
      offset = lastStart + CHUNK_HEADER_BYTES;
      lastStart = expected;
    } else offset = windowOffset + nextCandidate(window, at + 8);
  }
}

/**
 * The next place from `from` on, in steps of 8, at which a header may stand: byte 16 of one is a known tag, the byte
 * behind it 0. Without one, the first place whose chunk the window does not show. Zeros pass at memory speed.
 */
function nextCandidate(window: Uint8Array, from: number): number {
  const words = new Uint32Array(window.buffer, window.byteOffset, window.byteLength >> 2);
  const end = window.byteLength - CHUNK_START_BYTES;
  let at = from;
  for (; at <= end; at += 8) {
    const word = words[(at + 16) >> 2]!;
    if ((word & 0xff00) === 0 && KNOWN_TAGS[word & 0xff] === 1) break;
  }
  return at;
}

async function assemble(
  chunks: ChunkReader,
  log: DiagnosticLog,
  columns: Map<number, Column>,
  small: readonly Small[],
): Promise<Contents> {
  const sources = new Map<number, SourceInfo>();
  const signals = new Map<number, SignalDefinition>();
  const pairs = new Map<number, UtcPair[]>();
  const annotationOffsets = new Map<number, number[]>();
  const userDataOffsets: number[] = [];
  for (const { tag, meta, offset } of small) {
    const id = meta & 0xff;
    if (tag === TAG_USER_DATA) userDataOffsets.push(offset);
    else if (tag === trackTag(TRACK_ANNOTATION, KIND_DATA)) append(annotationOffsets, id, offset);
    else {
      const chunk = await chunks.chunk(offset);
      if (!chunk) await addDamaged(chunks, tag, offset, columns, sources, signals, log);
      else if (tag === TAG_SOURCE && !sources.has(id)) sources.set(id, decodeSource(id, chunk.payload));
      else if (tag === TAG_SIGNAL && !signals.has(id)) addSignal(signals, id, chunk, log);
      else if (tag === trackTag(TRACK_UTC, KIND_DATA)) {
        const pair = decodeUtc(chunk.payload);
        if (pair) append(pairs, id, pair);
      }
    }
  }
  const layouts = new Map<number, FsrLayout>();
  for (const signal of signals.values()) {
    if (signal.isFsr) layouts.set(signal.signalId, await TableLayout.build(chunks, signal, columns, log));
  }
  for (const [meta, { offsets }] of columns) {
    if (meta < 256 && !signals.has(meta)) await reportLostSamples(meta, chunksAt(chunks, offsets), log);
  }
  return {
    sources: [...sources.values()],
    signals: [...signals.values()],
    layouts,
    utc: pairs,
    async annotations(signalId) {
      const found: Omit<Annotation, 'signalId'>[] = [];
      for (const offset of annotationOffsets.get(signalId) ?? []) {
        const chunk = chunks.chunkAtHand(offset) ?? (await chunks.chunk(offset));
        const annotation = chunk && decodeAnnotation(chunk.payload);
        if (annotation) found.push(annotation);
        else log.add('warning', 'annotation-damaged', 'An annotation is damaged and is left out.', offset);
      }
      return found;
    },
    async userData() {
      const found: UserDataEntry[] = [];
      for (const offset of userDataOffsets) {
        const chunk = await chunks.chunk(offset);
        if (!chunk) log.add('warning', 'user-data-damaged', 'A piece of user data is damaged and is left out.', offset);
        const entry = chunk && decodeUserData(chunk.meta, chunk.payload);
        if (entry) found.push(entry);
      }
      return found;
    },
  };
}

async function* chunksAt(chunks: ChunkReader, offsets: readonly number[]): AsyncGenerator<Chunk | undefined> {
  for (const offset of offsets) yield await chunks.chunk(offset);
}

function append<T>(map: Map<number, T[]>, key: number, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function addSignal(signals: Map<number, SignalDefinition>, id: number, chunk: Chunk, log: DiagnosticLog): void {
  const signal = decodeSignal(id, chunk.payload);
  if (signal) signals.set(id, signal);
  else skipSignal(id, chunk.offset, log);
}

/** A definition whose payload is damaged, if it can still be believed. */
async function addDamaged(
  chunks: ChunkReader,
  tag: number,
  offset: number,
  columns: Columns,
  sources: Map<number, SourceInfo>,
  signals: Map<number, SignalDefinition>,
  log: DiagnosticLog,
): Promise<void> {
  const chunk = tag === trackTag(TRACK_UTC, KIND_DATA) ? undefined : await chunks.unverifiedChunk(offset);
  const id = chunk ? chunk.meta & 0xff : 0;
  if (!chunk) log.add('warning', 'chunk-damaged', 'A UTC pair or a definition is damaged and is left out.', offset);
  else if (tag === TAG_SOURCE && !sources.has(id)) sources.set(id, salvageSource(chunk, log));
  else if (tag === TAG_SIGNAL && !signals.has(id)) {
    const signal = await salvageSignal(chunks, chunk, columns, log);
    if (signal) signals.set(id, signal);
    else skipSignal(id, offset, log);
  }
}

function skipSignal(id: number, offset: number, log: DiagnosticLog): void {
  const message = `Signal ${id} has a definition that cannot be used and is left out.`;
  log.add('warning', 'signal-skipped', message, offset);
}

/** Chunk offsets by number, from a walk. */
class TableLayout implements FsrLayout {
  readonly firstSampleId: bigint;
  readonly sampleCount: number;
  readonly #levels: readonly ReadonlyMap<number, number>[];

  private constructor(firstSampleId: bigint, sampleCount: number, levels: readonly ReadonlyMap<number, number>[]) {
    this.firstSampleId = firstSampleId;
    this.sampleCount = sampleCount;
    this.#levels = levels;
  }

  static async build(
    chunks: ChunkReader,
    signal: SignalDefinition,
    columns: Columns,
    log: DiagnosticLog,
  ): Promise<TableLayout> {
    const { signalId, sizes } = signal;
    const { samplesPerData, sampleDecimateFactor, entriesPerSummary, summaryDecimateFactor } = sizes;
    const first = await firstSampleIdOf(chunks, columns.get(signalId), columns.get(signalId | (1 << 12)));
    const limit = plausibleSampleCount(chunks.sizeBytes, bitsOf(signal.dtype), samplesPerData);
    const levels: Map<number, number>[] = [];
    let sampleCount = 0;
    for (let level = 0; level < 16; level++) {
      const column = columns.get(signalId | (level << 12));
      const places = new Map<number, number>();
      levels.push(places);
      if (!column) continue;
      const perEntry = level === 0 ? 1 : sampleDecimateFactor * summaryDecimateFactor ** (level - 1);
      const capacity = level === 0 ? samplesPerData : entriesPerSummary;
      for (let i = 0; i < column.offsets.length; i++) {
        const position = Number(column.timestamps[i]! - first);
        const number = position / (perEntry * capacity);
        const count = Math.min(column.counts[i]!, capacity);
        const end = position + count * perEntry;
        // A position that jumps may come from a damaged payload, so it counts only if the chunk is intact.
        const isJump = !Number.isInteger(number) || number < 0 || number !== places.size;
        const isGood = !isJump || (Number.isInteger(number) && number >= 0 && (await chunks.chunk(column.offsets[i]!)));
        if (!isGood || end > limit) {
          log.add(
            'warning',
            'chunk-misplaced',
            `A chunk of ${signal.name} has an impossible position and is left out.`,
            column.offsets[i],
          );
          continue;
        }
        places.set(number, column.offsets[i]!);
        if (level <= 1) sampleCount = Math.max(sampleCount, end);
      }
    }
    return new TableLayout(first, sampleCount, levels);
  }

  dataOffset(number: number): Promise<number> {
    return Promise.resolve(this.#levels[0]?.get(number) ?? 0);
  }

  summaryOffset(level: number, number: number): Promise<number> {
    return Promise.resolve(this.#levels[level]?.get(number) ?? 0);
  }
}
