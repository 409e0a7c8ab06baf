// The container of JLS version 1 files: records of tag, flags, length, payload and CRC, eight bytes aligned
// (github.com/jetperch/pyjoulescope, joulescope/datafile.py). Calibrations of the JS110 use the same one.

import type { Codec } from '../../../core/codec.ts';
import type { RandomAccess } from '../../source.ts';

export const MAGIC_V1 = [
  0xd3, 0x74, 0x61, 0x67, 0x66, 0x6d, 0x74, 0x20, 0x0d, 0x0a, 0x20, 0x0a, 0x20, 0x20, 0x1a, 0x1c,
] as const;
export const FILE_HEADER_BYTES = 32;
export const CONTAINER_VERSION = 1;
export const RECORD_HEADER_BYTES = 8;
export const FLAG_COMPRESSED = 0x80;
export const FLAG_ENCRYPTED = 0x40;
/** Longest payload that is taken into memory at once, stored or inflated. */
export const PAYLOAD_MAX_BYTES = 16 * 2 ** 20;

const KNOWN_TAGS = new Set([
  'HDR',
  'END',
  'CLS',
  'CLE',
  'SUB',
  'MJS',
  'AJS',
  'ABN',
  'UJS',
  'UBN',
  'IDX',
  'CJS',
  'USB',
  'SGS',
  'SGE',
  'ENC',
]);

export interface TagRecord {
  readonly tag: string;
  readonly flags: number;
  readonly offset: number;
  readonly payloadOffset: number;
  /** As stored: after compression. */
  readonly lengthBytes: number;
  /** Where the record behind it begins. */
  readonly endOffset: number;
}

/** Bytes of a record with a payload of `lengthBytes`. */
export function recordBytes(lengthBytes: number): number {
  return Math.ceil((RECORD_HEADER_BYTES + lengthBytes + 4) / 8) * 8;
}

/** Parses a record header; `undefined` when it is cut. Tags may be unknown, lengths may lie. */
export function parseRecord(bytes: Uint8Array, at: number, offset: number): TagRecord | undefined {
  if (bytes.byteLength < at + RECORD_HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lengthBytes = view.getUint32(at + 4, true);
  return {
    tag: String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!),
    flags: bytes[at + 3]!,
    offset,
    payloadOffset: offset + RECORD_HEADER_BYTES,
    lengthBytes,
    endOffset: offset + recordBytes(lengthBytes),
  };
}

/** True for a header that a writer could have made: a known tag, only known flags. */
export function isPlausible(record: TagRecord): boolean {
  return KNOWN_TAGS.has(record.tag) && (record.flags & ~(FLAG_COMPRESSED | FLAG_ENCRYPTED)) === 0;
}

export interface Payload {
  readonly bytes: Uint8Array;
  readonly isIntact: boolean;
}

/** Reads records of a file and checks them. */
export class RecordReader {
  readonly sizeBytes: number;
  readonly codec: Codec;
  readonly #source: RandomAccess;

  constructor(source: RandomAccess, codec: Codec) {
    this.#source = source;
    this.codec = codec;
    this.sizeBytes = source.sizeBytes;
  }

  /** Bytes [offset, offset + length), fewer at the end of the file. */
  read(offset: number, lengthBytes: number): Promise<Uint8Array> {
    return this.#source.read(offset, Math.max(0, Math.min(lengthBytes, this.sizeBytes - offset)));
  }

  async header(offset: number): Promise<TagRecord | undefined> {
    return parseRecord(await this.read(offset, RECORD_HEADER_BYTES), 0, offset);
  }

  /** The payload, inflated if need be; `undefined` when it is cut, encrypted or too long. */
  async payload(record: TagRecord): Promise<Payload | undefined> {
    if (record.lengthBytes > PAYLOAD_MAX_BYTES || record.endOffset > this.sizeBytes) return undefined;
    return this.payloadIn(await this.read(record.offset, record.endOffset - record.offset), record);
  }

  /** The same from the record's own bytes. */
  async payloadIn(bytes: Uint8Array, record: TagRecord): Promise<Payload | undefined> {
    const size = record.endOffset - record.offset;
    if (bytes.byteLength < size || (record.flags & FLAG_ENCRYPTED) !== 0) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isIntact = this.codec.crc(bytes.subarray(0, size - 4)) === view.getUint32(size - 4, true);
    const stored = bytes.subarray(RECORD_HEADER_BYTES, RECORD_HEADER_BYTES + record.lengthBytes);
    if ((record.flags & FLAG_COMPRESSED) === 0) return { bytes: stored, isIntact };
    const inflated = await inflate(stored);
    return inflated && { bytes: inflated, isIntact };
  }
}

/** Inflates a zlib stream up to PAYLOAD_MAX_BYTES; `undefined` if it is damaged or longer. */
async function inflate(stored: Uint8Array): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const stream = new Blob([new Uint8Array(stored)]).stream().pipeThrough(new DecompressionStream('deflate'));
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.byteLength;
      if (length > PAYLOAD_MAX_BYTES) return undefined;
      pieces.push(value);
    }
  } catch (error) {
    if (error instanceof TypeError || error instanceof Error) return undefined;
    throw error;
  } finally {
    reader.releaseLock();
  }
  const joined = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.byteLength;
  }
  return joined;
}
