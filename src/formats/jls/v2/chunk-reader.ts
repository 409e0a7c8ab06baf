// Reads chunks of a JLS v2 file by offset, checksums verified. Small reads go through pages, so that opening a
// file and following its lists takes a handful of ranges.

import type { Codec } from '../../../core/codec.ts';
import { LoadCache } from '../../lru.ts';
import type { RandomAccess } from '../../source.ts';
import { offsetAt, viewOf } from './decode.ts';
import { bytesOnDisk, CHUNK_HEADER_BYTES, isKnownTag, PAYLOAD_MAX_BYTES } from './spec.ts';
import { type Spares, Windows } from './windows.ts';

const PAGE_BYTES = 32_768;
const PAGE_CACHE_BYTES = 64 * PAGE_BYTES;
const PAGES_AHEAD = 16;
/** Payloads beyond this are not read: no writer makes them and a damaged length might. */
export const PAYLOAD_READ_MAX_BYTES = 16 * 2 ** 20;

export interface ChunkHeader {
  readonly offset: number;
  readonly nextOffset: number;
  readonly tag: number;
  readonly meta: number;
  readonly payloadLength: number;
  /** Where the chunk behind it begins. */
  readonly endOffset: number;
}

export interface Chunk extends ChunkHeader {
  readonly payload: Uint8Array;
}

export class ChunkReader {
  readonly sizeBytes: number;
  readonly codec: Codec;
  readonly source: RandomAccess;
  #spares: Spares | undefined;
  readonly #pages = new LoadCache<Uint8Array>(PAGE_CACHE_BYTES);
  #viewed: { readonly bytes: Uint8Array | undefined; readonly view: DataView } = {
    bytes: undefined,
    view: new DataView(new ArrayBuffer(0)),
  };
  /** The page that was read last. */
  #atHand: { readonly offset: number; readonly bytes: Uint8Array } = { offset: 0, bytes: new Uint8Array(0) };

  constructor(source: RandomAccess, codec: Codec) {
    this.source = source;
    this.codec = codec;
    this.sizeBytes = source.sizeBytes;
  }

  /** Bytes [offset, offset + length), fewer at the end of the file, straight from the file. */
  read(offset: number, lengthBytes: number): Promise<Uint8Array> {
    return this.source.read(offset, Math.max(0, Math.min(lengthBytes, this.sizeBytes - offset)));
  }

  /** What reads through the chunks that begin in [start, end) and are at most `longestBytes` long. */
  windows(start: number, end: number, longestBytes: number): Windows {
    this.#spares ??= this.source.readCostBytes ? [] : [this.#chunkMemory()];
    return new Windows(this.source, this.#spares, start, end, longestBytes);
  }

  /** The same through the page cache, for short pieces. */
  async readShort(offset: number, lengthBytes: number): Promise<Uint8Array> {
    const end = Math.min(offset + lengthBytes, this.sizeBytes);
    const page = Math.floor(offset / PAGE_BYTES);
    if (lengthBytes > PAGE_BYTES || end <= offset) return this.read(offset, lengthBytes);
    const first = await this.#page(page);
    this.#atHand = { offset: page * PAGE_BYTES, bytes: first };
    const from = offset - page * PAGE_BYTES;
    if (from + (end - offset) <= first.byteLength) return first.subarray(from, from + (end - offset));
    const joined = new Uint8Array(end - offset);
    const head = first.subarray(from);
    joined.set(head);
    const rest = end - offset - head.byteLength;
    joined.set((await this.#page(page + 1)).subarray(0, rest), head.byteLength);
    return joined;
  }

  /** The header at `offset`, or `undefined` if there is none with a good checksum that fits the file. */
  async header(offset: number): Promise<ChunkHeader | undefined> {
    if (!this.#isPlace(offset)) return undefined;
    return this.parseHeader(await this.readShort(offset, CHUNK_HEADER_BYTES), 0, offset);
  }

  /** The whole chunk at `offset`, or `undefined` if anything of it is damaged. */
  async chunk(offset: number): Promise<Chunk | undefined> {
    const header = await this.header(offset);
    if (!header) return undefined;
    if (header.payloadLength > PAYLOAD_READ_MAX_BYTES) return undefined;
    const tail = await this.readShort(offset + CHUNK_HEADER_BYTES, bytesOnDisk(header.payloadLength));
    return this.#complete(header, tail, 0);
  }

  /**
   * The whole chunk at `offset` if it lies in the page that was read last: without waiting, for lists of many small
   * chunks. No answer says nothing about the chunk: `chunk` does.
   */
  chunkAtHand(offset: number): Chunk | undefined {
    const at = offset - this.#atHand.offset;
    if (at < 0 || !this.#isPlace(offset)) return undefined;
    return this.chunkIn(this.#atHand.bytes, at, offset);
  }

  /** The chunk at `offset` whether or not the checksum of its payload is right; its header must be intact. */
  async unverifiedChunk(offset: number): Promise<Chunk | undefined> {
    const header = await this.header(offset);
    if (!header || header.payloadLength > PAYLOAD_READ_MAX_BYTES) return undefined;
    return { ...header, payload: await this.readShort(offset + CHUNK_HEADER_BYTES, header.payloadLength) };
  }

  /** As `chunk`, in one read of `lengthBytes` (its known size or an upper bound), not cached. */
  async sizedChunk(offset: number, lengthBytes: number): Promise<Chunk | undefined> {
    if (!this.#isPlace(offset)) return undefined;
    return this.chunkIn(await this.read(offset, lengthBytes), 0, offset);
  }

  /** Parses the chunk at `at` of bytes that were read from the file, where it lies at `offset`. */
  chunkIn(bytes: Uint8Array, at: number, offset: number): Chunk | undefined {
    const header = this.parseHeader(bytes, at, offset);
    if (!header) return undefined;
    return this.#complete(header, bytes, at + CHUNK_HEADER_BYTES);
  }

  parseHeader(bytes: Uint8Array, at: number, offset: number): ChunkHeader | undefined {
    if (bytes.byteLength < at + CHUNK_HEADER_BYTES) return undefined;
    const tag = bytes[at + 16]!;
    if (bytes[at + 17] !== 0 || !isKnownTag(tag)) return undefined;
    const view = this.#viewOf(bytes);
    const payloadLength = view.getUint32(at + 20, true);
    const endOffset = offset + CHUNK_HEADER_BYTES + bytesOnDisk(payloadLength);
    if (endOffset > this.sizeBytes) return undefined;
    if (this.codec.crc(bytes.subarray(at, at + 28)) !== view.getUint32(at + 28, true)) return undefined;
    return {
      offset,
      nextOffset: offsetAt(view, at),
      tag,
      meta: view.getUint16(at + 18, true),
      payloadLength,
      endOffset,
    };
  }

  /** `bytes` hold from `at` on what stands behind the header. */
  #complete(header: ChunkHeader, bytes: Uint8Array, at: number): Chunk | undefined {
    const { payloadLength } = header;
    const end = at + bytesOnDisk(payloadLength);
    if (bytes.byteLength < end) return undefined;
    const payload = bytes.subarray(at, at + payloadLength);
    if (payloadLength > 0 && this.codec.crc(payload) !== this.#viewOf(bytes).getUint32(end - 4, true)) return undefined;
    // Field by field: a spread takes several times as long, and there may be very many.
    const { offset, nextOffset, tag, meta, endOffset } = header;
    return { offset, nextOffset, tag, meta, payloadLength, endOffset, payload };
  }

  /** The view of what was looked at last is kept: many small chunks lie in one page. */
  #viewOf(bytes: Uint8Array): DataView {
    if (this.#viewed.bytes !== bytes) this.#viewed = { bytes, view: viewOf(bytes) };
    return this.#viewed.view;
  }

  /** Memory of the core for one chunk: what is read there is tested and reduced where it is. */
  #chunkMemory(): Uint8Array {
    const { address, lengthBytes } = this.codec.reserve('chunk', CHUNK_HEADER_BYTES + bytesOnDisk(PAYLOAD_MAX_BYTES));
    return new Uint8Array(this.codec.workspace.core.memory.buffer, address, lengthBytes);
  }

  #isPlace(offset: number): boolean {
    return offset >= 32 && offset % 8 === 0 && offset + CHUNK_HEADER_BYTES <= this.sizeBytes;
  }

  /** Page after page is read in larger pieces: a list of many small chunks would wait for each page. */
  #page(index: number): Promise<Uint8Array> {
    const isNext = index === this.#atHand.offset / PAGE_BYTES + 1;
    if (!isNext || this.#pages.peek(index)) {
      return this.#pages.get(index, PAGE_BYTES, () => this.read(index * PAGE_BYTES, PAGE_BYTES));
    }
    const piece = this.read(index * PAGE_BYTES, PAGES_AHEAD * PAGE_BYTES);
    const cut = (at: number) => piece.then((bytes) => bytes.subarray(at * PAGE_BYTES, (at + 1) * PAGE_BYTES));
    for (let at = 1; at < PAGES_AHEAD; at++) this.#pages.get(index + at, PAGE_BYTES, () => cut(at)).catch(() => {});
    return this.#pages.get(index, PAGE_BYTES, () => cut(0));
  }
}
