// A bulk IN endpoint with the reads that the host has posted and the instrument's FIFO behind it. A read completes
// when it is full or a short packet arrives; reads complete in the order in which they came.

import type { Clock } from '../../../base/clock.ts';
import type { UsbInResult, UsbStatus } from '../../../transports/usb.ts';

/** Packet size of a high-speed bulk endpoint (USB 2.0, 5.8.3); a shorter packet ends a transfer. */
export const BULK_PACKET_BYTES = 512;

export interface EndpointOptions {
  readonly clock: Clock;
  /** Packets that wait in the instrument when no read is posted. */
  readonly fifoPackets: number;
  /** Where results start in their buffer. */
  readonly resultByteOffset: number;
  /** A shorter packet ends a transfer. 512 when left out. */
  readonly packetBytes?: number;
}

interface PendingRead {
  readonly data: Uint8Array<ArrayBuffer>;
  filledBytes: number;
  readonly resolve: (result: UsbInResult) => void;
  readonly reject: (error: DOMException) => void;
}

export class BulkInEndpoint {
  readonly #options: EndpointOptions;
  #reads: PendingRead[] = [];
  #fifo: Uint8Array<ArrayBuffer>[] = [];
  #isHalted = false;
  /** Halted while no read waited: the next one reports it. */
  #isStallOwed = false;

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  get pendingReadCount(): number {
    return this.#reads.length;
  }

  /** Length of the oldest read that waits, 0 if none does. */
  get nextReadBytes(): number {
    return this.#reads[0]?.data.byteLength ?? 0;
  }

  /** Ends the oldest read with `bytes`, which may be less than it has room for. */
  complete(bytes: Uint8Array): void {
    const read = this.#reads.shift();
    if (!read) return;
    read.data.set(bytes);
    this.#resolve(read, 'ok', bytes.byteLength);
  }

  read(lengthBytes: number): Promise<UsbInResult> {
    return new Promise((resolve, reject) => {
      const { resultByteOffset, clock } = this.#options;
      const buffer = new ArrayBuffer(resultByteOffset + lengthBytes);
      this.#reads.push({ data: new Uint8Array(buffer, resultByteOffset), filledBytes: 0, resolve, reject });
      if (lengthBytes === 0 || this.#fifo.length > 0 || this.#isStallOwed) clock.after(0, () => this.#drain());
    });
  }

  /** One packet from the instrument. False: no read waits and the FIFO is full, it is lost. */
  put(packet: Uint8Array<ArrayBuffer>): boolean {
    if (this.#fifo.length === 0 && !this.#isHalted && this.#reads.length > 0) {
      this.#fill(packet);
      return true;
    }
    if (this.#fifo.length >= this.#options.fifoPackets) return false;
    this.keep(packet);
    return true;
  }

  /** As `put`, for a packet that the instrument does not give up: it waits in turn behind those that are there. */
  keep(packet: Uint8Array<ArrayBuffer>): void {
    this.#fifo.push(packet.slice());
    this.#drain();
  }

  /** The oldest read, or the next one, reports a stall; the others wait until `clearHalt`. */
  halt(): void {
    this.#isHalted = true;
    this.#isStallOwed = true;
    this.#reportStall();
  }

  clearHalt(): void {
    this.#isHalted = false;
    this.#isStallOwed = false;
    this.#drain();
  }

  /** More data than the oldest read has room for: it ends full, what was too much is lost. */
  babble(): void {
    const read = this.#reads.shift();
    if (read) this.#resolve(read, 'babble', read.data.byteLength);
  }

  /** Forgets what the instrument had ready. */
  flush(): void {
    this.#fifo = [];
  }

  rejectAll(name: string, text: string): void {
    const reads = this.#reads;
    this.#reads = [];
    for (const read of reads) read.reject(new DOMException(text, name));
  }

  /** `bytes` as a transfer's result has them. */
  view(bytes: Uint8Array): DataView {
    const { resultByteOffset } = this.#options;
    const buffer = new ArrayBuffer(resultByteOffset + bytes.byteLength);
    new Uint8Array(buffer, resultByteOffset).set(bytes);
    return new DataView(buffer, resultByteOffset);
  }

  #reportStall(): void {
    const read = this.#isStallOwed ? this.#reads.shift() : undefined;
    if (!read) return;
    this.#isStallOwed = false;
    this.#resolve(read, 'stall', 0);
  }

  #drain(): void {
    while (this.#reads[0]?.data.byteLength === 0) this.#resolve(this.#reads.shift()!, 'ok', 0);
    this.#reportStall();
    while (!this.#isHalted && this.#reads.length > 0) {
      const packet = this.#fifo.shift();
      if (!packet) return;
      this.#fill(packet);
    }
  }

  #fill(packet: Uint8Array<ArrayBuffer>): void {
    const read = this.#reads[0]!;
    const room = read.data.byteLength - read.filledBytes;
    const taken = Math.min(room, packet.byteLength);
    read.data.set(packet.subarray(0, taken), read.filledBytes);
    read.filledBytes += taken;
    const isComplete =
      read.filledBytes === read.data.byteLength || packet.byteLength < (this.#options.packetBytes ?? BULK_PACKET_BYTES);
    if (!isComplete) return;
    this.#reads.shift();
    this.#resolve(read, taken < packet.byteLength ? 'babble' : 'ok', read.filledBytes);
  }

  #resolve(read: PendingRead, status: UsbStatus, lengthBytes: number): void {
    const { buffer, byteOffset } = read.data;
    read.resolve({ status, data: new DataView(buffer, byteOffset, lengthBytes) });
  }
}
