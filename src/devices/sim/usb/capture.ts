// Recorded bulk IN packets as what an instrument sends: a host gets them as fast as it reads.

import { type Clock, delay } from '../../../base/clock.ts';
import type { UsbDevice } from '../../../transports/usb.ts';
import { BULK_PACKET_BYTES, BulkInEndpoint } from './endpoint.ts';

export interface CaptureOptions {
  readonly clock: Clock;
  /** Packets of 512 bytes in order of arrival; the last may be short. */
  readonly capture: Uint8Array<ArrayBuffer>;
  /** Packets per read result; as many as fit when left out. */
  readonly packetsPerTransfer?: number | undefined;
  /** Where results start in their buffer; 0 when left out. */
  readonly resultByteOffset?: number | undefined;
  /** Whether the instrument has been told to send. */
  readonly isSending: () => boolean;
}

/** What a device does that takes whatever the host asks for, one turn later. */
type PatientUsb = Pick<
  UsbDevice,
  'opened' | 'open' | 'close' | 'selectConfiguration' | 'claimInterface' | 'clearHalt' | 'transferIn'
>;

export class CapturePlayer {
  /** For what else the instrument sends. */
  readonly endpoint: BulkInEndpoint;
  /** Resolves when the host has been given the whole capture. */
  readonly finished: Promise<void>;
  readonly usb: PatientUsb;
  readonly #options: CaptureOptions;
  readonly #packetCount: number;
  #playedPacketCount = 0;
  #finish: () => void = () => undefined;

  constructor(options: CaptureOptions) {
    const { clock, capture, resultByteOffset = 0 } = options;
    this.#options = options;
    this.#packetCount = Math.ceil(capture.byteLength / BULK_PACKET_BYTES);
    this.endpoint = new BulkInEndpoint({ clock, fifoPackets: Number.POSITIVE_INFINITY, resultByteOffset });
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    const turn = () => delay(clock, 0);
    this.usb = {
      opened: true,
      open: turn,
      close: async () => {
        await turn();
        this.endpoint.rejectAll('AbortError', 'The transfer was cancelled.');
      },
      selectConfiguration: turn,
      claimInterface: turn,
      clearHalt: turn,
      transferIn: (_endpointNumber, length) => {
        const result = this.endpoint.read(length);
        this.feed();
        return result;
      },
    };
  }

  /** Packets that the host has been given. */
  get playedPacketCount(): number {
    return this.#playedPacketCount;
  }

  /** Gives waiting reads, a turn later, what is left of the capture; the last one ends short. */
  feed(): void {
    this.#options.clock.after(0, () => this.#feedNow());
  }

  #feedNow(): void {
    const { capture, clock, packetsPerTransfer, isSending } = this.#options;
    if (!isSending()) return;
    while (this.#playedPacketCount < this.#packetCount && this.endpoint.pendingReadCount > 0) {
      const at = this.#playedPacketCount;
      const room = Math.floor(this.endpoint.nextReadBytes / BULK_PACKET_BYTES);
      const count = Math.min(this.#packetCount - at, room, packetsPerTransfer ?? room);
      this.endpoint.complete(capture.subarray(at * BULK_PACKET_BYTES, (at + count) * BULK_PACKET_BYTES));
      this.#playedPacketCount += count;
    }
    if (this.#playedPacketCount >= this.#packetCount) clock.after(0, this.#finish);
  }
}
