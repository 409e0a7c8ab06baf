// Keeps bulk reads posted, so many that a device goes on streaming into them while this thread is held up for a
// second, and hands on what they bring in order. Until the device streams a few are enough. A system that refuses a
// read gets fewer; a stalled endpoint is cleared and read on; a lost device ends it.

import type { Clock } from '../base/clock.ts';
import { LabError, toError } from '../base/errors.ts';
import type { UsbInResult, UsbLink } from './usb.ts';

export interface BulkReaderOptions {
  readonly clock: Clock;
  readonly endpointNumber: number;
  /** Bytes per read; a multiple of the packet size, or the end of a packet is lost. */
  readonly lengthBytes: number;
  /** The most that the device sends. */
  readonly bytesPerSecond: number;
  /** Memory that the reads in flight may take; asked whenever one is to be posted. */
  readonly budgetBytes: () => number;
  /** The bytes of one transfer, whose buffer is the callee's, and the clock's time when its read was posted. */
  readonly onData: (bytes: Uint8Array<ArrayBuffer>, postedMs: number) => void;
  /** The system has refused reads: from now on they hold `heldMs` of a stream. Reading goes on. */
  readonly onRefused: (heldMs: number) => void;
  /** Called once, when reading has ended without being asked to. */
  readonly onFailed: (error: Error) => void;
}

/** A second, and a tenth for the reads that are half full or on their way when it begins. */
const HOLD_S = 1.1;
/** Reads while the device does not stream. */
const IDLE_READS = 16;
/** Reads that are posted for one that came back at least half full, until all are in flight. */
const POSTS_PER_FULL_READ = 16;
const MIN_READS = 4;
/** What the system keeps for a read beside its bytes. */
const READ_OVERHEAD_BYTES = 1024;
/** The share of the reads in flight that stays when one more was refused: others need memory, too. */
const KEPT_SHARE = 0.75;
/** Stalls in a row, without a byte between, after which the endpoint is given up. */
const MAX_STALLS = 8;

type Outcome = { readonly result: UsbInResult; readonly postedMs: number } | { readonly error: Error };

export class BulkReader {
  readonly #link: UsbLink;
  readonly #options: BulkReaderOptions;
  /** Outcomes in the order of posting; those that nobody has looked at yet included. */
  readonly #outcomes: Promise<Outcome>[] = [];
  #inFlightCount = 0;
  /** Reads that the system is known to grant. */
  #grantedCount = Number.POSITIVE_INFINITY;
  #isRunning = false;

  constructor(link: UsbLink, options: BulkReaderOptions) {
    this.#link = link;
    this.#options = options;
  }

  /** Posts the first reads and returns; reads stay posted until `stop` or the device is closed. */
  start(): void {
    this.#isRunning = true;
    this.#post(IDLE_READS);
    void this.#run();
  }

  /** Ends quietly; reads that are posted end with the device's close. */
  stop(): void {
    this.#isRunning = false;
  }

  /** Reads that are to be in flight while the device streams. */
  get #wantedCount(): number {
    const { lengthBytes, bytesPerSecond, budgetBytes } = this.#options;
    const needed = Math.ceil((bytesPerSecond * HOLD_S) / lengthBytes);
    const affordable = Math.floor(budgetBytes() / (lengthBytes + READ_OVERHEAD_BYTES));
    return Math.max(MIN_READS, Math.min(needed, affordable, this.#grantedCount));
  }

  /** Posts as many as are wanted, at most `mostCount`. */
  #post(mostCount: number): void {
    const { clock, endpointNumber, lengthBytes } = this.#options;
    const count = Math.min(mostCount, this.#wantedCount - this.#inFlightCount);
    for (let i = 0; i < count; i++) {
      const postedMs = clock.nowMs();
      this.#inFlightCount++;
      this.#outcomes.push(
        this.#link.bulkIn(endpointNumber, lengthBytes).then(
          (result) => {
            this.#inFlightCount--;
            return { result, postedMs };
          },
          (thrown: unknown) => {
            this.#inFlightCount--;
            this.#grantedCount = Math.floor(this.#inFlightCount * KEPT_SHARE);
            return { error: toError(thrown) };
          },
        ),
      );
    }
  }

  async #run(): Promise<void> {
    const { endpointNumber, lengthBytes, bytesPerSecond, onData, onRefused } = this.#options;
    let stallCount = 0;
    let isRefused = false;
    try {
      while (this.#isRunning) {
        const outcome = await this.#outcomes.shift()!;
        if (!this.#isRunning) return;
        if ('error' in outcome) {
          // A browser says the same when it cannot post a read and when the device is gone; then no read is left.
          if (!isLost(outcome.error) || this.#outcomes.length === 0) throw outcome.error;
          isRefused = true;
          continue;
        }
        const { status, data } = outcome.result;
        const byteLength = data?.byteLength ?? 0;
        if (status === 'stall') {
          stallCount++;
          if (stallCount > MAX_STALLS) throw stalled();
          await this.#link.clearHalt('in', endpointNumber);
        } else if (byteLength > 0) {
          stallCount = 0;
        }
        // Posted again before the data are looked at: the device must not wait for us.
        this.#post(2 * byteLength >= lengthBytes ? POSTS_PER_FULL_READ : 1);
        if (isRefused) {
          isRefused = false;
          onRefused((this.#wantedCount * lengthBytes * 1000) / bytesPerSecond);
        }
        if (data && byteLength > 0) {
          onData(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, byteLength), outcome.postedMs);
        }
      }
    } catch (thrown) {
      if (!this.#isRunning) return;
      this.#isRunning = false;
      this.#options.onFailed(toError(thrown));
    }
  }
}

const isLost = (error: Error): boolean => error instanceof LabError && error.code === 'device/lost';

function stalled(): LabError {
  return new LabError(
    'device/protocol',
    'The instrument refuses to send samples. Unplug it, plug it in again and reconnect.',
  );
}
