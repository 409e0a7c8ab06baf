// Keeps the time of the stream where the packets cannot: their 16-bit index wraps every 4.13 s. A transfer can be late
// by seconds, because its thread was held up, but it is never early. So lateness alone proves no loss; what proves one
// is that a packet cannot be older than the read that took it, nor than an answer of the instrument that came before.
// Whole turns of the index are missing only when nothing less fits. Packets behind a jump of the index that leaves a
// doubt are held back until it is gone, a tenth of a second as a rule, so that a loss stands where it happened.

import { isIntactPacket, PACKET_BYTES, PACKET_SAMPLES, SAMPLE_RATE_HZ } from './constants.ts';

const INDEX_COUNT = 0x1_0000;
const PACKETS_PER_MS = SAMPLE_RATE_HZ / PACKET_SAMPLES / 1000;
/** The estimate of the stream's start may rise this fast: far more than any two crystals differ. */
const DRIFT = 500e-6;
/** Reads that together take more than the instrument can keep back: its memory is smaller than 256 KiB. */
const BACKLOG_READS = 4;

/** One bulk transfer, in milliseconds of one clock. */
export interface Transfer {
  readonly bytes: Uint8Array;
  /** When its read was posted. */
  readonly postedMs: number;
  readonly arrivalMs: number;
}

/** A part of the stream: packets that are missing and that the index does not show, then packets. */
export interface Piece {
  readonly missingPackets: number;
  readonly bytes: Uint8Array;
}

export class ArrivalWatch {
  /** When packet 0 would have arrived with the least delay, and when that was last looked at. */
  #start: { packetZeroMs: number; seenMs: number } | undefined;
  #expectedIndex: number | undefined;
  /** What arrives now was not complete before. */
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #askedMs = Number.NEGATIVE_INFINITY;
  /** When the last reads were posted. */
  #postedMs: number[] = [];
  /** Transfers from a jump on that may hide turns. */
  #held: { readonly transfers: Transfer[]; readonly jumpAtByte: number; packets: number; turns: number } | undefined;

  /** A new stream: time counts from its first transfer, or from `confirm`. */
  reset(): void {
    this.#start = undefined;
    this.rejoin();
  }

  /** The stream goes on with another packet index; its time goes on too. */
  rejoin(): void {
    this.#expectedIndex = undefined;
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
    this.#askedMs = Number.NEGATIVE_INFINITY;
    this.#postedMs = [];
    this.#held = undefined;
  }

  /**
   * The instrument has just answered a request that was made at `askedMs`: whatever was complete by then has been
   * taken.
   */
  noteAnswer(askedMs: number): void {
    this.#askedMs = askedMs;
  }

  /** Packets that the stream should have by `nowMs`, from its start; `undefined` before that is known. */
  packetsUntil(nowMs: number): number | undefined {
    return this.#start && Math.round((nowMs - this.#start.packetZeroMs) * PACKETS_PER_MS);
  }

  /** What can be appended now that `transfer` is there. `position` is the number of packets in the stream so far. */
  take(transfer: Transfer, position: number): readonly Piece[] {
    this.#narrow(transfer.postedMs);
    const { jumpAtByte, packets } = this.#follow(transfer.bytes);
    const end = position + (this.#held?.packets ?? 0) + packets;
    const turns = this.#turnsBy(this.#notBeforeMs, end);
    const isCertain = turns === this.#turnsBy(transfer.arrivalMs, end);
    const released = this.#held;
    if (released && jumpAtByte === undefined && !isCertain) {
      released.transfers.push(transfer);
      released.packets += packets;
      released.turns = turns;
      return [];
    }
    // Of several jumps the last one hides the turns: the others came while the reads still took everything.
    if (released && jumpAtByte === undefined) released.turns = turns;
    const pieces = this.release();
    const ownTurns = turns - (released?.turns ?? 0);
    if (jumpAtByte === undefined || isCertain) return [...pieces, ...split(transfer.bytes, jumpAtByte ?? 0, ownTurns)];
    this.#held = { transfers: [transfer], jumpAtByte, packets, turns: ownTurns };
    return pieces;
  }

  /** What is held back, as far as it is understood. */
  release(): readonly Piece[] {
    if (!this.#held) return [];
    const { transfers, jumpAtByte, turns } = this.#held;
    this.#held = undefined;
    const [first, ...others] = transfers.map(({ bytes }) => bytes);
    return [...split(first!, jumpAtByte, turns), ...others.map((bytes) => ({ missingPackets: 0, bytes }))];
  }

  /** Learns that packet `position` had been taken by `nowMs`. */
  learn(nowMs: number, position: number): void {
    const packetZeroMs = nowMs - position / PACKETS_PER_MS;
    const risenMs = this.#start
      ? this.#start.packetZeroMs + (nowMs - this.#start.seenMs) * DRIFT
      : Number.POSITIVE_INFINITY;
    this.#start = { packetZeroMs: Math.min(packetZeroMs, risenMs), seenMs: nowMs };
  }

  /** From when on the last packet of a transfer must have been taken whose read was posted at `postedMs`. */
  #narrow(postedMs: number): void {
    // The read was waiting at that time, so the instrument had nothing left to send.
    if (postedMs <= this.#askedMs) this.#notBeforeMs = Math.max(this.#notBeforeMs, this.#askedMs);
    // What the instrument had kept back when a read was posted went into that one and the next few.
    this.#postedMs.push(postedMs);
    if (this.#postedMs.length > BACKLOG_READS) {
      this.#notBeforeMs = Math.max(this.#notBeforeMs, this.#postedMs.shift()!);
    }
  }

  /** Follows the index through a transfer: packets there and missing between them, and where the first jump is. */
  #follow(bytes: Uint8Array): { readonly jumpAtByte: number | undefined; readonly packets: number } {
    let packets = Math.floor(bytes.byteLength / PACKET_BYTES);
    let jumpAtByte: number | undefined;
    const endByte = packets * PACKET_BYTES;
    for (let offset = 0; offset < endByte; offset += PACKET_BYTES) {
      if (!isIntactPacket(bytes, offset)) continue;
      const index = bytes[offset + 4]! | (bytes[offset + 5]! << 8);
      const jump = this.#expectedIndex === undefined ? 0 : (index - this.#expectedIndex) & (INDEX_COUNT - 1);
      if (jump > 0) {
        jumpAtByte ??= offset;
        packets += jump;
      }
      this.#expectedIndex = (index + 1) & (INDEX_COUNT - 1);
    }
    return { jumpAtByte, packets };
  }

  /** Whole turns of the index that are missing if the packet before `end` was taken at `ms`. */
  #turnsBy(ms: number, end: number): number {
    const expected = this.packetsUntil(ms);
    return expected === undefined ? 0 : Math.max(0, Math.round((expected - end) / INDEX_COUNT));
  }
}

function split(bytes: Uint8Array, atByte: number, turns: number): readonly Piece[] {
  if (turns === 0) return [{ missingPackets: 0, bytes }];
  const late = { missingPackets: turns * INDEX_COUNT, bytes: bytes.subarray(atByte) };
  return atByte === 0 ? [late] : [{ missingPackets: 0, bytes: bytes.subarray(0, atByte) }, late];
}
