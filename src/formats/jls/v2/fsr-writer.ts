// Writes the samples of one fixed-rate signal: full DATA chunks, and summaries over them in levels, each
// level condensing the one below. Chunks are built in the workspace's memory and leave in one piece.

import { assert } from '../../../base/assert.ts';
import { FormatError } from '../../../base/errors.ts';
import type { Codec } from '../../../core/codec.ts';
import type { Region } from '../../../core/memory.ts';
import type { SampleType } from '../../../model/signal-store.ts';
import { CHUNK_TAIL_BYTES, ChunkList, type ChunkWriter, setOffset } from './chunk-writer.ts';
import type { TrackHead } from './head.ts';
import { copyPacked } from './packing.ts';
import {
  bitsOf,
  CHUNK_HEADER_BYTES,
  isWideType,
  KIND_DATA,
  KIND_INDEX,
  KIND_SUMMARY,
  LEVEL_COUNT,
  PAYLOAD_HEADER_BYTES,
  PAYLOAD_MAX_BYTES,
  type SignalSizes,
  TRACK_FSR,
  trackTag,
} from './spec.ts';

const ENTRIES_AT = CHUNK_HEADER_BYTES + PAYLOAD_HEADER_BYTES;

interface Level {
  readonly index: Region;
  readonly summary: Region;
  readonly indexList: ChunkList;
  readonly summaryList: ChunkList;
  indexCount: number;
  entryCount: number;
  /** First sample covered by what is gathered now. */
  startSample: number;
  isWritten: boolean;
}

export interface FsrWriterOptions {
  readonly signalId: number;
  readonly dtype: SampleType;
  readonly sizes: SignalSizes;
  /** Leave out full chunks of one constant value (u1, u4 and u8). */
  readonly isConstantOmitted: boolean;
}

export class FsrWriter {
  readonly #codec: Codec;
  readonly #chunks: ChunkWriter;
  readonly #head: TrackHead;
  readonly #options: FsrWriterOptions;
  readonly #bits: number;
  readonly #isWide: boolean;
  readonly #entryBytes: number;
  readonly #view: DataView;
  readonly #data: Region;
  readonly #packed: Uint8Array;
  readonly #dataList = new ChunkList();
  readonly #levels: Level[] = [];
  /** Absolute id of the signal's first sample. */
  #firstSampleId = 0n;
  #isStarted = false;
  /** Samples taken so far, and how many of them are still in the buffer. */
  #sampleCount = 0;
  #bufferedCount = 0;
  /** The chunk that has the first of the buffered samples already, with room for the others. */
  #kept: { readonly offset: number; readonly count: number } | undefined;

  constructor(codec: Codec, chunks: ChunkWriter, head: TrackHead, options: FsrWriterOptions) {
    this.#codec = codec;
    this.#chunks = chunks;
    this.#head = head;
    this.#options = options;
    const { dtype, sizes } = options;
    this.#bits = bitsOf(dtype);
    this.#isWide = isWideType(dtype);
    this.#entryBytes = this.#isWide ? 32 : 16;
    const dataBytes = (sizes.samplesPerData * this.#bits) / 8;
    const largest = PAYLOAD_HEADER_BYTES + Math.max(dataBytes, sizes.entriesPerSummary * this.#entryBytes);
    if (largest > PAYLOAD_MAX_BYTES) {
      throw new FormatError(
        'format/unsupported',
        `Signal ${options.signalId} asks for chunks of ${largest} bytes; JLS readers take ${PAYLOAD_MAX_BYTES}. Choose smaller sizes.`,
      );
    }
    const { buffer } = codec.workspace.core.memory;
    this.#view = new DataView(buffer);
    this.#data = codec.reserve('jls data', ENTRIES_AT + dataBytes + CHUNK_TAIL_BYTES);
    this.#packed = new Uint8Array(buffer, this.#data.address + ENTRIES_AT, dataBytes);
  }

  /** Id that the next sample should have; `undefined` before the first. */
  get nextSampleId(): bigint | undefined {
    return this.#isStarted ? this.#firstSampleId + BigInt(this.#sampleCount) : undefined;
  }

  /**
   * Takes `count` packed samples, the first of which has the absolute id `sampleId`. A gap before them is filled
   * (NaN for floats, 0 for integers); samples that were taken before are dropped.
   */
  write(sampleId: bigint, packed: Uint8Array, count: number): void {
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.#firstSampleId = sampleId;
    }
    const position = Number(sampleId - this.#firstSampleId);
    if (position > this.#sampleCount) this.#fillGap(position - this.#sampleCount);
    for (let taken = this.#sampleCount - position; taken < count; ) {
      const room = this.#options.sizes.samplesPerData - this.#bufferedCount;
      const size = Math.min(room, count - taken);
      copyPacked(this.#bits, packed, taken, this.#packed, this.#bufferedCount, size);
      taken += size;
      this.#advance(size);
    }
  }

  /**
   * Writes what is buffered as a chunk of full length that states how much of it is there; the samples to come go into the
   * same chunk. So a crash takes nothing of a slow signal. Not for signals whose constant chunks are left out.
   */
  keep(): void {
    assert(!this.#options.isConstantOmitted, 'a chunk that may be left out is not kept');
    const count = this.#bufferedCount;
    if (count === 0 || count === this.#kept?.count) return;
    this.#packed.fill(0, Math.ceil((count * this.#bits) / 8));
    this.#kept = { offset: this.#writeChunk(this.#sampleCount - count, count, this.#packed.byteLength), count };
  }

  /** Writes what is left: the last partial chunk and every unfinished level. */
  close(): void {
    if (this.#bufferedCount > 0) this.#writeData(this.#bufferedCount);
    for (let number = 1; number < LEVEL_COUNT; number++) {
      const level = this.#levels[number];
      if (!level) return;
      // A level without whole entries still indexes chunks: without it their samples would be out of reach.
      if (level.entryCount > 0 || (level.isWritten && level.indexCount > 0)) this.#writeLevel(number, level);
    }
  }

  #fillGap(count: number): void {
    const bytes = this.#packed;
    const { dtype, sizes } = this.#options;
    for (let left = count; left > 0; ) {
      const from = this.#bufferedCount;
      const size = Math.min(sizes.samplesPerData - from, left);
      if (dtype === 'f32') new Float32Array(bytes.buffer, bytes.byteOffset + from * 4, size).fill(Number.NaN);
      else if (dtype === 'f64') new Float64Array(bytes.buffer, bytes.byteOffset + from * 8, size).fill(Number.NaN);
      else {
        const firstBit = from * this.#bits;
        if (firstBit % 8 !== 0) bytes[firstBit >> 3]! &= (1 << (firstBit % 8)) - 1;
        bytes.fill(0, Math.ceil(firstBit / 8), Math.ceil((firstBit + size * this.#bits) / 8));
      }
      left -= size;
      this.#advance(size);
    }
  }

  #advance(count: number): void {
    this.#bufferedCount += count;
    this.#sampleCount += count;
    if (this.#bufferedCount === this.#options.sizes.samplesPerData) this.#writeData(this.#bufferedCount);
  }

  #writeData(count: number): void {
    const { dtype, sizes } = this.#options;
    const start = this.#sampleCount - count;
    const isOmitted = count === sizes.samplesPerData && this.#canOmit();
    let offset = 0;
    if (!isOmitted) offset = this.#writeChunk(start, count, Math.ceil((count * this.#bits) / 8));
    this.#kept = undefined;
    const level = this.#gather(1, start, offset);
    const entryCount = Math.floor(count / sizes.sampleDecimateFactor);
    this.#codec.summarise(
      dtype,
      this.#data.address + ENTRIES_AT,
      sizes.sampleDecimateFactor,
      entryCount,
      this.#isWide,
      this.#entryAddress(level),
    );
    this.#bufferedCount = 0;
    this.#grow(1, level, entryCount);
  }

  /** Writes the buffered samples, or completes the chunk that has some of them. Returns where it is. */
  #writeChunk(start: number, count: number, lengthBytes: number): number {
    const { address } = this.#data;
    this.#putHeader(address, start, count, this.#bits);
    if (this.#kept) {
      this.#chunks.patchInPlace(this.#kept.offset, address, PAYLOAD_HEADER_BYTES + this.#packed.byteLength);
      return this.#kept.offset;
    }
    const tag = trackTag(TRACK_FSR, KIND_DATA);
    const { signalId } = this.#options;
    const payloadBytes = PAYLOAD_HEADER_BYTES + lengthBytes;
    const offset = this.#chunks.writeInPlace(this.#dataList, tag, signalId, address, payloadBytes);
    this.#head.note(0, offset);
    return offset;
  }

  /** The first chunk is always written: the file's first sample id comes from it. */
  #canOmit(): boolean {
    if (!this.#options.isConstantOmitted || this.#dataList.lastOffset === 0) return false;
    const value = this.#packed[0]!;
    if (this.#bits === 1 && value !== 0 && value !== 0xff) return false;
    if (this.#bits === 4 && value >> 4 !== (value & 15)) return false;
    return this.#packed.every((byte) => byte === value);
  }

  #gather(number: number, start: number, offset: number): Level {
    const level = this.#levels[number] ?? this.#createLevel(number);
    if (level.indexCount === 0) level.startSample = start;
    setOffset(this.#view, level.index.address + ENTRIES_AT + level.indexCount * 8, offset);
    level.indexCount += 1;
    return level;
  }

  #entryAddress(level: Level): number {
    return level.summary.address + ENTRIES_AT + level.entryCount * this.#entryBytes;
  }

  #grow(number: number, level: Level, entryCount: number): void {
    level.entryCount += entryCount;
    if (level.entryCount === this.#options.sizes.entriesPerSummary) this.#writeLevel(number, level);
  }

  #createLevel(number: number): Level {
    assert(number < LEVEL_COUNT, 'more summary levels than a JLS file can point to');
    const { samplesPerData, sampleDecimateFactor, entriesPerSummary, summaryDecimateFactor } = this.#options.sizes;
    const indexCapacity =
      number === 1 ? entriesPerSummary / (samplesPerData / sampleDecimateFactor) : summaryDecimateFactor;
    const level: Level = {
      index: this.#codec.reserve('jls index', ENTRIES_AT + indexCapacity * 8 + CHUNK_TAIL_BYTES),
      summary: this.#codec.reserve('jls summary', ENTRIES_AT + entriesPerSummary * this.#entryBytes + CHUNK_TAIL_BYTES),
      indexList: new ChunkList(),
      summaryList: new ChunkList(),
      indexCount: 0,
      entryCount: 0,
      startSample: 0,
      isWritten: false,
    };
    this.#levels[number] = level;
    return level;
  }

  #writeLevel(number: number, level: Level): void {
    const { index, summary, indexCount, entryCount, startSample } = level;
    const meta = this.#options.signalId | (number << 12);
    this.#putHeader(index.address, startSample, indexCount, 64);
    const offset = this.#chunks.writeInPlace(
      level.indexList,
      trackTag(TRACK_FSR, KIND_INDEX),
      meta,
      index.address,
      PAYLOAD_HEADER_BYTES + indexCount * 8,
    );
    this.#putHeader(summary.address, startSample, entryCount, this.#entryBytes * 8);
    this.#chunks.writeInPlace(
      level.summaryList,
      trackTag(TRACK_FSR, KIND_SUMMARY),
      meta,
      summary.address,
      PAYLOAD_HEADER_BYTES + entryCount * this.#entryBytes,
    );
    this.#head.note(number, offset);
    level.isWritten = true;
    level.indexCount = 0;
    level.entryCount = 0;
    if (number + 1 === LEVEL_COUNT) return;
    const above = this.#gather(number + 1, startSample, offset);
    const groupSize = this.#options.sizes.summaryDecimateFactor;
    const groupCount = Math.floor(entryCount / groupSize);
    this.#codec.condense(this.#isWide, summary.address + ENTRIES_AT, groupSize, groupCount, this.#entryAddress(above));
    this.#grow(number + 1, above, groupCount);
  }

  #putHeader(address: number, startSample: number, entryCount: number, entryBits: number): void {
    const at = address + CHUNK_HEADER_BYTES;
    this.#view.setBigInt64(at, this.#firstSampleId + BigInt(startSample), true);
    this.#view.setUint32(at + 8, entryCount, true);
    this.#view.setUint32(at + 12, entryBits, true);
  }
}
