// Keeps the time of the stream where the packets cannot: their 16-bit index wraps every 4.13 s and starts anew after
// a replug. Transfers can be late but never early, so the least delay seen so far tells how many packets there should
// be by now; whole turns of the index, and interruptions, are found from that.

import { isIntactPacket, PACKET_BYTES, PACKET_SAMPLES, SAMPLE_RATE_HZ } from './constants.ts';

const INDEX_COUNT = 0x1_0000;
const PACKETS_PER_MS = SAMPLE_RATE_HZ / PACKET_SAMPLES / 1000;
/** The estimate of the stream's start may rise this fast: far more than any two crystals differ. */
const DRIFT = 500e-6;

/** Packets that the index does not show, and the byte of the transfer before which they belong. */
export interface HiddenGap {
  readonly atByte: number;
  readonly packetCount: number;
}

export class ArrivalWatch {
  readonly #readsInFlight: number;
  /** When packet 0 would have arrived with the least delay, and when that was last looked at. */
  #start: { packetZeroMs: number; seenMs: number } | undefined;
  #expectedIndex: number | undefined;
  #lateTransferCount = 0;

  /** `readsInFlight`: transfers that can still bring packets from before a hole. */
  constructor(readsInFlight: number) {
    this.#readsInFlight = readsInFlight;
  }

  /** A new stream: time counts from its first transfer. */
  reset(): void {
    this.#start = undefined;
    this.rejoin();
  }

  /** The stream goes on with another packet index; its time goes on too. */
  rejoin(): void {
    this.#expectedIndex = undefined;
    this.#lateTransferCount = 0;
  }

  /** Packets that the stream should have by `nowMs`, from its start; `undefined` before the first transfer. */
  packetsUntil(nowMs: number): number | undefined {
    return this.#start && Math.round((nowMs - this.#start.packetZeroMs) * PACKETS_PER_MS);
  }

  /** Looks at a transfer before it is processed. `position` is the number of packets in the stream so far. */
  findHiddenGap(transfer: Uint8Array, arrivalMs: number, position: number): HiddenGap | undefined {
    const count = Math.floor(transfer.byteLength / PACKET_BYTES);
    let jumpAtByte: number | undefined;
    let jumpPackets = 0;
    for (let offset = 0; offset < count * PACKET_BYTES; offset += PACKET_BYTES) {
      if (!isIntactPacket(transfer, offset)) continue;
      const index = transfer[offset + 4]! | (transfer[offset + 5]! << 8);
      const jump = this.#expectedIndex === undefined ? 0 : (index - this.#expectedIndex) & (INDEX_COUNT - 1);
      if (jump > 0) {
        jumpAtByte ??= offset;
        jumpPackets += jump;
      }
      this.#expectedIndex = (index + 1) & (INDEX_COUNT - 1);
    }
    const expected = this.packetsUntil(arrivalMs);
    if (expected === undefined) return undefined;
    const turns = Math.max(0, Math.round((expected - position - count - jumpPackets) / INDEX_COUNT));
    if (turns > 0 && jumpAtByte !== undefined) {
      this.#lateTransferCount = 0;
      return { atByte: jumpAtByte, packetCount: turns * INDEX_COUNT };
    }
    // A hole of exactly n turns shows no jump. It is one when more transfers are late than were in flight.
    this.#lateTransferCount = turns > 0 ? this.#lateTransferCount + 1 : 0;
    if (this.#lateTransferCount <= this.#readsInFlight + 1) return undefined;
    this.#lateTransferCount = 0;
    return { atByte: 0, packetCount: turns * INDEX_COUNT };
  }

  /** Learns from a transfer after it was processed. */
  learn(arrivalMs: number, position: number): void {
    const packetZeroMs = arrivalMs - position / PACKETS_PER_MS;
    const risenMs = this.#start
      ? this.#start.packetZeroMs + (arrivalMs - this.#start.seenMs) * DRIFT
      : Number.POSITIVE_INFINITY;
    this.#start = { packetZeroMs: Math.min(packetZeroMs, risenMs), seenMs: arrivalMs };
  }
}
