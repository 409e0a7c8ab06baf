// How a simulated USBTMC instrument answers control requests (USBTMC 1.0 section 4.2, USB488 section 4.3).

import type { UsbSetup } from '../../../transports/usb.ts';

const SUCCESS = 1;
const PENDING = 2;
const FAILED = 0x80;
const NOT_IN_PROGRESS = 0x81;
const INTERRUPT_IN_BUSY = 0x20;

/** What the requests do. */
export interface ControlledInstrument {
  readonly capabilities: Uint8Array;
  readonly hasInterrupt: boolean;
  readonly statusByte: number;
  /** Whether bytes wait on Bulk-IN. */
  readonly isDataQueued: boolean;
  /** Ends the request with this tag; false when it is not the one under way. */
  abortIn(tag: number): boolean;
  clear(): void;
  /** Puts the bytes that a pending clear still has to bring on Bulk-IN. */
  queueRemains(): void;
  notify(packet: Uint8Array<ArrayBuffer>): void;
}

export interface ControlOptions {
  /** How often an abort or a clear says that it is not done. */
  readonly abortPending?: number;
  readonly clearPending?: number;
  /** A pending clear has bytes to be read. */
  readonly hasRemains?: boolean;
  /** How often the status byte cannot be told yet. */
  readonly statusBusy?: number;
  /** REN_CONTROL, GO_TO_LOCAL and LOCAL_LOCKOUT stall. */
  readonly refusesRemote?: boolean;
  /** INITIATE_CLEAR fails. */
  readonly refusesClear?: boolean;
}

export class UsbtmcControl {
  readonly #instrument: ControlledInstrument;
  readonly #options: ControlOptions;
  #abortPending = 0;
  #clearPending = 0;
  #statusBusy: number;

  constructor(instrument: ControlledInstrument, options: ControlOptions) {
    this.#instrument = instrument;
    this.#options = options;
    this.#statusBusy = options.statusBusy ?? 0;
  }

  /** The reply; `undefined` = stall. */
  answer({ requestType, request, value }: UsbSetup): Uint8Array | undefined {
    if (requestType !== 'class') return undefined;
    switch (request) {
      case 1:
        return Uint8Array.of(SUCCESS, value);
      case 2:
        return Uint8Array.of(SUCCESS, 0, 0, 0, 0, 0, 0, 0);
      case 3:
        return this.#abortIn(value);
      case 4:
        return Uint8Array.of(this.#abortPending-- > 0 ? PENDING : SUCCESS, 0, 0, 0, 0, 0, 0, 0);
      case 5:
        return this.#clear();
      case 6:
        return this.#checkClear();
      case 7:
        return this.#instrument.capabilities;
      case 64:
        return Uint8Array.of(SUCCESS);
      case 128:
        return this.#statusByte(value);
      case 160:
      case 161:
      case 162:
        return this.#options.refusesRemote ? undefined : Uint8Array.of(SUCCESS);
      default:
        return undefined;
    }
  }

  #abortIn(tag: number): Uint8Array {
    this.#abortPending = this.#options.abortPending ?? 0;
    if (this.#instrument.abortIn(tag)) return Uint8Array.of(SUCCESS, tag);
    return Uint8Array.of(this.#instrument.isDataQueued ? NOT_IN_PROGRESS : FAILED, tag);
  }

  #clear(): Uint8Array {
    if (this.#options.refusesClear) return Uint8Array.of(FAILED);
    this.#clearPending = this.#options.clearPending ?? 0;
    this.#instrument.clear();
    return Uint8Array.of(SUCCESS);
  }

  #checkClear(): Uint8Array {
    if (this.#clearPending-- <= 0) return Uint8Array.of(SUCCESS, 0);
    const hasRemains = this.#options.hasRemains === true;
    if (hasRemains) this.#instrument.queueRemains();
    return Uint8Array.of(PENDING, hasRemains ? 1 : 0);
  }

  #statusByte(tag: number): Uint8Array {
    const { hasInterrupt, statusByte } = this.#instrument;
    if (this.#statusBusy-- > 0) return Uint8Array.of(INTERRUPT_IN_BUSY, tag, 0);
    if (!hasInterrupt) return Uint8Array.of(SUCCESS, tag, statusByte);
    this.#instrument.notify(Uint8Array.of(0x80 | tag, statusByte));
    return Uint8Array.of(SUCCESS, tag, 0);
  }
}
