// Keeps several bulk reads posted, so that a device that streams never waits for the host, and hands on what they
// bring in order. A stalled endpoint is cleared and read on; a lost device ends it.

import { LabError, toError } from '../base/errors.ts';
import type { UsbInResult, UsbLink } from './usb.ts';

export interface BulkReaderOptions {
  readonly endpointNumber: number;
  /** Bytes per read; a multiple of the packet size, or the end of a packet is lost. */
  readonly lengthBytes: number;
  readonly readCount: number;
  /** The bytes of one transfer; the buffer is the callee's. */
  readonly onData: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** Called once, when reading has ended without being asked to. */
  readonly onFailed: (error: Error) => void;
}

/** Stalls in a row, without a byte between, after which the endpoint is given up. */
const MAX_STALLS = 8;

type Outcome = { readonly result: UsbInResult } | { readonly error: Error };

export class BulkReader {
  readonly #link: UsbLink;
  readonly #options: BulkReaderOptions;
  #pending: Promise<Outcome>[] = [];
  #isRunning = false;

  constructor(link: UsbLink, options: BulkReaderOptions) {
    this.#link = link;
    this.#options = options;
  }

  /** Posts the reads and returns; they stay posted until `stop` or the device is closed. */
  start(): void {
    this.#isRunning = true;
    for (let i = 0; i < this.#options.readCount; i++) this.#post();
    void this.#run();
  }

  /** Ends quietly; reads that are posted end with the device's close. */
  stop(): void {
    this.#isRunning = false;
  }

  #post(): void {
    const { endpointNumber, lengthBytes } = this.#options;
    this.#pending.push(
      this.#link.bulkIn(endpointNumber, lengthBytes).then(
        (result) => ({ result }),
        (thrown: unknown) => ({ error: toError(thrown) }),
      ),
    );
  }

  async #run(): Promise<void> {
    let stallCount = 0;
    try {
      while (this.#isRunning) {
        const outcome = await this.#pending.shift()!;
        if (!this.#isRunning) return;
        if ('error' in outcome) throw outcome.error;
        const { status, data } = outcome.result;
        if (status === 'stall') {
          stallCount++;
          if (stallCount > MAX_STALLS) throw this.#stalled();
          await this.#link.clearHaltIn(this.#options.endpointNumber);
        } else if (data && data.byteLength > 0) {
          stallCount = 0;
        }
        // Posted again before the data are looked at: the device must not wait for us.
        this.#post();
        if (data && data.byteLength > 0) {
          this.#options.onData(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength));
        }
      }
    } catch (thrown) {
      if (!this.#isRunning) return;
      this.#isRunning = false;
      this.#options.onFailed(toError(thrown));
    }
  }

  #stalled(): LabError {
    return new LabError(
      'device/protocol',
      'The instrument refuses to send samples. What was recorded is safe. Unplug it, plug it in again and reconnect.',
    );
  }
}
