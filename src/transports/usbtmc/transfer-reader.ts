// Takes the answers to requests out of what Bulk-IN brings: old answers, empty transfers, bytes behind a transfer and two
// transfers in one read included.
//
// The first read of a transfer is one packet long, so that it ends whether or not an empty packet follows an answer that
// fills its last one; the header tells how much more to ask for. What is left of such an end comes with the next read.

import { blockLength } from '../block-length.ts';
import { protocolError } from '../limits.ts';
import type { ExchangeLimits } from '../message-link.ts';
import type { BulkIn, Piece } from './bulk-in.ts';
import { decodeIn, HEADER_BYTES, type InHeader, tagOfAnswer } from './messages.ts';
import type { Quirks } from './quirks.ts';

/** Longest single read: far below what Linux lends to all USB devices together. */
const MAX_READ_BYTES = 1024 * 1024;
/** Empty transfers before the real one: Rigol DS1054Z sends one. */
const MAX_EMPTY = 16;

export interface Transfer {
  readonly parts: readonly Uint8Array[];
  readonly payloadBytes: number;
  readonly isLast: boolean;
}

export interface ReaderOptions {
  readonly packetBytes: number;
  readonly quirks: Quirks;
  readonly label: string;
}

export class TransferReader {
  readonly #bulkIn: BulkIn;
  readonly #options: ReaderOptions;
  /** Tags of requests that were given up; their answers may come at any time. */
  readonly #staleTags = new Set<number>();
  /** A transfer was left in its middle: what comes belongs to it, up to its end or to the header that is waited for. */
  #isSkipping = false;
  #isInTransfer = false;
  /** The last transfer filled its last packet: an empty packet or bytes of alignment may follow. */
  #mayTrail = false;

  constructor(bulkIn: BulkIn, options: ReaderOptions) {
    this.#bulkIn = bulkIn;
    this.#options = options;
  }

  /** The request is given up: its answer is never taken for another's. */
  giveUp(tag: number): void {
    this.#staleTags.add(tag);
    this.#isSkipping ||= this.#isInTransfer;
    this.#isInTransfer = false;
  }

  /** The answer to the request `tag` for `requestedBytes`; `isFirst` when an answer begins with it. */
  async read(tag: number, requestedBytes: number, isFirst: boolean, limits: ExchangeLimits): Promise<Transfer> {
    this.#staleTags.delete(tag);
    const begin = await this.#begin(tag, limits);
    const header = decodeIn(begin.bytes, tag, requestedBytes);
    if (typeof header === 'string') throw this.#fault(header);
    this.#isInTransfer = true;
    const transfer = await this.#body(begin, header, isFirst, limits);
    this.#isInTransfer = false;
    return transfer;
  }

  /** The piece that begins with the header waited for, or with something that has to be refused. */
  async #begin(tag: number, limits: ExchangeLimits): Promise<Piece> {
    const { packetBytes } = this.#options;
    let emptyCount = 0;
    for (;;) {
      const { bytes, isShort } = await this.#bulkIn.piece(packetBytes, limits);
      const start = this.#findHeader(bytes, tag);
      if (start !== undefined) return { bytes: bytes.subarray(start), isShort };
      if (bytes.length === 0) {
        this.#isSkipping = false;
        if (++emptyCount > MAX_EMPTY) throw this.#fault('empty');
      } else if (this.#isSkipping || this.#staleTags.has(tagOfAnswer(bytes) ?? 0)) {
        this.#isSkipping = !isShort;
      } else if (!this.#mayTrail || !isShort || tagOfAnswer(bytes) !== undefined) {
        return { bytes, isShort };
      }
      this.#mayTrail = false;
    }
  }

  /** A transfer begins with a packet. */
  #findHeader(bytes: Uint8Array, tag: number): number | undefined {
    for (let start = 0; start < bytes.length; start += this.#options.packetBytes) {
      if (tagOfAnswer(bytes.subarray(start)) === tag) return start;
    }
    return undefined;
  }

  async #body(begin: Piece, header: InHeader, isFirst: boolean, limits: ExchangeLimits): Promise<Transfer> {
    const { packetBytes, quirks } = this.#options;
    const isBare = quirks.isHeaderless && isFirst && header.isLast;
    const wantedBytes = this.#payloadBytes(begin.bytes.subarray(HEADER_BYTES), header, isBare);
    const parts = [begin.bytes.subarray(HEADER_BYTES, HEADER_BYTES + wantedBytes)];
    let payloadBytes = parts[0]!.length;
    let { isShort } = begin;
    while (payloadBytes < wantedBytes) {
      if (isShort && !isBare) throw this.#fault('truncated');
      limits.onProgress?.(payloadBytes);
      const missingBytes = Math.ceil((wantedBytes - payloadBytes) / packetBytes) * packetBytes;
      const piece = await this.#bulkIn.piece(Math.min(missingBytes, MAX_READ_BYTES), limits);
      const part = piece.bytes.subarray(0, wantedBytes - payloadBytes);
      parts.push(part);
      payloadBytes += part.length;
      isShort = piece.isShort;
    }
    this.#mayTrail = !isShort;
    this.#isSkipping = false;
    return { parts, payloadBytes, isLast: header.isLast || quirks.hasSingleTransfer };
  }

  #payloadBytes(start: Uint8Array, header: InHeader, isBare: boolean): number {
    const isByBlock = isBare && this.#options.quirks.hasWrongBlockSize;
    return (isByBlock ? blockLength(start) : undefined) ?? header.sizeBytes;
  }

  #fault(fault: string) {
    return protocolError(this.#options.label, `an answer broke the rules of USBTMC (${fault})`, fault);
  }
}
