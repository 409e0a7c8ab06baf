// The control requests of one USBTMC interface, and the sequences that end what is under way on it (USBTMC 1.0, 4.2.1).

import { type Clock, delay } from '../../base/clock.ts';
import { protocolError } from '../limits.ts';
import type { UsbLink } from '../usb.ts';
import type { BulkIn } from './bulk-in.ts';
import { isDataQueued, statusOf, TMC_REQUEST, type TmcRequest } from './control.ts';
import { inAddress, type TmcInterface } from './interface.ts';

/** Between two questions whether an abort or a clear is done. */
const POLL_MS = 50;
const MAX_POLLS = 100;
/** Silence after which Bulk-IN counts as read to its end. */
const DRAIN_SILENCE_MS = 100;

export interface RequestsOptions {
  readonly clock: Clock;
  readonly tmc: TmcInterface;
  readonly bulkIn: BulkIn;
  readonly label: string;
  /** A reset of the bus may stand in for a clear that the instrument refuses. */
  readonly canReset: boolean;
}

export class TmcRequests {
  readonly #link: UsbLink;
  readonly #options: RequestsOptions;

  constructor(link: UsbLink, options: RequestsOptions) {
    this.#link = link;
    this.#options = options;
  }

  /** `undefined` when the instrument does not know the request. `index` of an interface request is the interface. */
  ask(type: TmcRequest, value = 0, endpointAddress = 0): Promise<Uint8Array | undefined> {
    const { request, recipient, replyBytes } = type;
    const index = recipient === 'interface' ? this.#options.tmc.interfaceNumber : endpointAddress;
    return this.#link.classIn({ recipient, request, value, index }, replyBytes);
  }

  /** Ends the request `tag` on Bulk-IN. What was posted before may stay posted, and an answer in the instrument. */
  async abortIn(tag: number): Promise<void> {
    const { bulkIn, tmc } = this.#options;
    const address = inAddress(tmc.bulkIn);
    const status = await this.#statusOf(this.ask(TMC_REQUEST.INITIATE_ABORT_BULK_IN, tag, address));
    if (status !== 'success' && status !== 'transfer-not-in-progress') return;
    await bulkIn.drain(DRAIN_SILENCE_MS);
    if (status === 'success') await this.#poll(TMC_REQUEST.CHECK_ABORT_BULK_IN_STATUS, address);
  }

  /** Ends the transfer `tag` on Bulk-OUT. */
  async abortOut(tag: number): Promise<void> {
    const { bulkOut } = this.#options.tmc;
    const status = await this.#statusOf(this.ask(TMC_REQUEST.INITIATE_ABORT_BULK_OUT, tag, bulkOut));
    if (status === 'success') await this.#poll(TMC_REQUEST.CHECK_ABORT_BULK_OUT_STATUS, bulkOut);
    await this.#link.clearHalt('out', bulkOut);
  }

  /** Wipes both queues of the instrument. Rejects with `device/protocol` when it does not do so. */
  async clear(): Promise<void> {
    const { bulkIn, tmc, canReset, label } = this.#options;
    if (bulkIn.isHalted) {
      await this.#link.clearHalt('in', tmc.bulkIn);
      bulkIn.isHalted = false;
    }
    const status = await this.#statusOf(this.ask(TMC_REQUEST.INITIATE_CLEAR));
    if (status === 'success') {
      await this.#poll(TMC_REQUEST.CHECK_CLEAR_STATUS, 0);
      await this.#link.clearHalt('out', tmc.bulkOut);
    } else if (canReset) {
      await this.#link.reset();
      bulkIn.forget();
    } else {
      throw protocolError(label, `the instrument refused to be cleared (${status})`, 'clear');
    }
  }

  async #poll(check: TmcRequest, endpointAddress: number): Promise<void> {
    const { clock, bulkIn, label } = this.#options;
    for (let count = 0; count < MAX_POLLS; count++) {
      const reply = (await this.ask(check, 0, endpointAddress)) ?? new Uint8Array(0);
      if (statusOf(reply) !== 'pending') return;
      if (check !== TMC_REQUEST.CHECK_ABORT_BULK_OUT_STATUS && isDataQueued(reply)) {
        await bulkIn.drain(DRAIN_SILENCE_MS);
      } else {
        await delay(clock, POLL_MS);
      }
    }
    throw protocolError(label, `the instrument was not done with clearing after ${MAX_POLLS} questions`, 'pending');
  }

  async #statusOf(reply: Promise<Uint8Array | undefined>) {
    return statusOf((await reply) ?? new Uint8Array(0));
  }
}
