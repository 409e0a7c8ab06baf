// The Bulk-IN endpoint of a USBTMC interface. A read cannot be taken back: one that is posted stays, whatever becomes of
// the question, and brings what comes next. There is never a second one beside it.

import type { Clock } from '../../base/clock.ts';
import { LabError, toError } from '../../base/errors.ts';
import { protocolError, type WaitLimits, within } from '../limits.ts';
import type { UsbInResult, UsbLink } from '../usb.ts';

export interface Piece {
  readonly bytes: Uint8Array;
  /** It ended before it was full: so did the transfer. */
  readonly isShort: boolean;
}

export interface BulkInOptions {
  readonly clock: Clock;
  readonly endpointNumber: number;
  readonly packetBytes: number;
  readonly label: string;
}

/** Pieces that are thrown away at most when a transfer is to be read to its end. */
const MAX_DRAINED_PIECES = 1000;
/** Length of such a piece. */
const DRAIN_BYTES = 64 * 1024;

export class BulkIn {
  readonly #link: UsbLink;
  readonly #options: BulkInOptions;
  #posted: { readonly result: Promise<UsbInResult>; readonly lengthBytes: number } | undefined;
  /** It has stalled, and wants its halt cleared. */
  isHalted = false;

  constructor(link: UsbLink, options: BulkInOptions) {
    this.#link = link;
    this.#options = options;
  }

  /** The next bytes: at most `lengthBytes`, a multiple of the packet size, unless an earlier read is still posted. */
  async piece(lengthBytes: number, limits: WaitLimits): Promise<Piece> {
    const { clock, endpointNumber, label } = this.#options;
    this.#posted ??= { result: this.#link.bulkIn(endpointNumber, lengthBytes), lengthBytes };
    const { result, lengthBytes: askedBytes } = this.#posted;
    let settled: UsbInResult;
    try {
      settled = await within(result, limits, clock, label);
    } catch (thrown) {
      if (thrown instanceof LabError && (thrown.code === 'device/timeout' || thrown.code === 'cancelled')) {
        result.catch(() => undefined);
      } else {
        this.#posted = undefined;
      }
      throw toError(thrown);
    }
    this.#posted = undefined;
    const { status, data } = settled;
    if (status !== 'ok') {
      this.isHalted = status === 'stall';
      throw protocolError(label, `reading ended with a ${status ?? 'missing result'}`, status ?? 'no-result');
    }
    const bytes = data ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(0);
    return { bytes, isShort: bytes.length < askedBytes };
  }

  /** Throws away what comes, to the end of a transfer or until nothing has come for `silenceMs`. */
  async drain(silenceMs: number): Promise<void> {
    for (let count = 0; count < MAX_DRAINED_PIECES; count++) {
      try {
        if ((await this.piece(DRAIN_BYTES, { timeoutMs: silenceMs })).isShort) return;
      } catch (thrown) {
        if (thrown instanceof LabError && thrown.code === 'device/lost') throw thrown;
        return;
      }
    }
  }

  /** After a reset, which ends every read. */
  forget(): void {
    this.#posted?.result.catch(() => undefined);
    this.#posted = undefined;
  }
}
