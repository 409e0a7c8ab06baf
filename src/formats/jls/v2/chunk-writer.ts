// Appends chunks to a JLS v2 file: header, padding, checksums, and the linked lists, whose last member is
// patched after its successor is on disk, so that a crash never leaves a link to missing bytes.

import type { Codec } from '../../../core/codec.ts';
import type { AppendSink } from '../../source.ts';
import { bytesOnDisk, CHUNK_HEADER_BYTES } from './spec.ts';

/** Bytes of a header that its own CRC covers. */
const HEADER_CRC_AT = 28;
/** Room that a chunk needs behind its payload: padding to 8 bytes and the CRC. */
export const CHUNK_TAIL_BYTES = 12;

/** The end of one linked list of chunks. */
export class ChunkList {
  /** Offset of the last chunk; 0 = the list is empty. */
  lastOffset = 0;
  readonly lastHeader = new Uint8Array(CHUNK_HEADER_BYTES);
  /** The reference clears `payload_prev_length` when it links a source definition; so do we, to be byte-identical. */
  readonly isPrevLengthCleared: boolean;

  constructor(isPrevLengthCleared = false) {
    this.isPrevLengthCleared = isPrevLengthCleared;
  }
}

export class ChunkWriter {
  readonly #codec: Codec;
  readonly #sink: AppendSink;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #headerAddress: number;
  /** Payload length of the last chunk that had a payload, as the reference stores it. */
  #previousLength = 0;

  /** The codec's scratch bounds the payloads of `write`. */
  constructor(codec: Codec, sink: AppendSink) {
    this.#codec = codec;
    this.#sink = sink;
    const { buffer } = codec.workspace.core.memory;
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
    this.#headerAddress = codec.reserve('jls header', CHUNK_HEADER_BYTES).address;
  }

  /** Writes a chunk with any payload; returns its offset. */
  write(list: ChunkList | undefined, tag: number, meta: number, payload: Uint8Array): number {
    const address = this.#codec.scratchAddress;
    this.#bytes.set(payload, address + CHUNK_HEADER_BYTES);
    return this.writeInPlace(list, tag, meta, address, payload.byteLength);
  }

  /**
   * Writes a chunk that lies ready in the workspace's memory: 32 bytes of room at `address`, the payload, then
   * CHUNK_TAIL_BYTES of room. Returns the chunk's offset.
   */
  writeInPlace(
    list: ChunkList | undefined,
    tag: number,
    meta: number,
    address: number,
    payloadLengthBytes: number,
  ): number {
    const view = this.#view;
    const offset = this.#sink.sizeBytes;
    setOffset(view, address, 0);
    setOffset(view, address + 8, list?.lastOffset ?? 0);
    view.setUint32(address + 16, tag | (meta << 16), true);
    view.setUint32(address + 20, payloadLengthBytes, true);
    view.setUint32(address + 24, this.#previousLength, true);
    view.setUint32(address + HEADER_CRC_AT, this.#codec.crcAt(address, HEADER_CRC_AT), true);
    const tailBytes = bytesOnDisk(payloadLengthBytes);
    if (payloadLengthBytes > 0) this.#seal(address + CHUNK_HEADER_BYTES, payloadLengthBytes);
    this.#sink.append(this.#bytes.subarray(address, address + CHUNK_HEADER_BYTES + tailBytes));
    if (payloadLengthBytes > 0) this.#previousLength = payloadLengthBytes;
    if (list) {
      if (list.lastOffset > 0) this.#link(list, offset);
      list.lastOffset = offset;
      list.lastHeader.set(this.#bytes.subarray(address, address + CHUNK_HEADER_BYTES));
    }
    return offset;
  }

  /** Replaces the payload of a chunk by one of the same length. */
  patchPayload(offset: number, payload: Uint8Array): void {
    this.#patchAt(offset, this.#codec.load(payload), payload.byteLength);
  }

  /** The same with a chunk that lies ready as for `writeInPlace`. */
  patchInPlace(offset: number, address: number, payloadLengthBytes: number): void {
    this.#patchAt(offset, address + CHUNK_HEADER_BYTES, payloadLengthBytes);
  }

  #patchAt(offset: number, payloadAddress: number, lengthBytes: number): void {
    this.#seal(payloadAddress, lengthBytes);
    this.#sink.patch(
      offset + CHUNK_HEADER_BYTES,
      this.#bytes.subarray(payloadAddress, payloadAddress + bytesOnDisk(lengthBytes)),
    );
  }

  /** Pads the payload and puts its CRC behind. */
  #seal(address: number, lengthBytes: number): void {
    const end = address + bytesOnDisk(lengthBytes);
    this.#bytes.fill(0, address + lengthBytes, end);
    this.#view.setUint32(end - 4, this.#codec.crcAt(address, lengthBytes), true);
  }

  #link(list: ChunkList, nextOffset: number): void {
    const at = this.#headerAddress;
    this.#bytes.set(list.lastHeader, at);
    setOffset(this.#view, at, nextOffset);
    if (list.isPrevLengthCleared) this.#view.setUint32(at + 24, 0, true);
    this.#view.setUint32(at + HEADER_CRC_AT, this.#codec.crcAt(at, HEADER_CRC_AT), true);
    this.#sink.patch(list.lastOffset, this.#bytes.subarray(at, at + CHUNK_HEADER_BYTES));
  }
}

/** Stores a file offset (< 2^53) as u64 without making a bigint. */
export function setOffset(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}
