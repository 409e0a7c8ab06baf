// The status byte of a USB488 interface: with an interrupt endpoint it comes there and only there, without one the reply
// to the request has it.

import { type Clock, delay } from '../../base/clock.ts';
import { LabError, toError } from '../../base/errors.ts';
import { timedOut, type WaitLimits, within } from '../limits.ts';
import type { ExchangeLimits } from '../message-link.ts';
import type { UsbInResult, UsbLink } from '../usb.ts';
import { decodeNotice, nextStatusTag, statusOf, TMC_REQUEST } from './control.ts';
import type { TmcRequests } from './requests.ts';

/** Before asking again an instrument whose interrupt endpoint is busy. */
const BUSY_MS = 20;
const NOTICE_BYTES = 2;
/** The tag before the first, which is 2. */
const TAG_BEFORE_FIRST = 1;

export interface StatusByteOptions {
  readonly clock: Clock;
  readonly interruptIn: number | undefined;
  readonly label: string;
}

export class StatusByte {
  readonly #link: UsbLink;
  readonly #requests: TmcRequests;
  readonly #options: StatusByteOptions;
  #tag = TAG_BEFORE_FIRST;
  /** One read, which stays posted until something comes. */
  #posted: Promise<UsbInResult> | undefined;

  constructor(link: UsbLink, requests: TmcRequests, options: StatusByteOptions) {
    this.#link = link;
    this.#requests = requests;
    this.#options = options;
  }

  /** 0 to 255. Rejects with `device/unsupported`, `device/timeout`, `device/lost` or `cancelled`. */
  async read(limits: ExchangeLimits): Promise<number> {
    const { clock, interruptIn, label } = this.#options;
    const untilMs = clock.nowMs() + limits.timeoutMs;
    while (clock.nowMs() <= untilMs) {
      this.#tag = nextStatusTag(this.#tag);
      const notice = interruptIn === undefined ? undefined : this.#notice(interruptIn, this.#tag, limits);
      notice?.catch(() => undefined);
      const asked = this.#requests.ask(TMC_REQUEST.READ_STATUS_BYTE, this.#tag);
      const reply = await within(asked, limits, clock, label);
      const status = statusOf(reply ?? new Uint8Array(0));
      if (reply && status === 'success') return notice ? await notice : (reply[2] ?? 0);
      if (status !== 'interrupt-in-busy') throw this.#unsupported();
      await within(delay(clock, BUSY_MS), limits, clock, label);
    }
    throw timedOut(label, limits.timeoutMs);
  }

  /** Service requests and answers to earlier questions are passed over. */
  async #notice(endpointNumber: number, tag: number, limits: WaitLimits): Promise<number> {
    const { clock, label } = this.#options;
    for (;;) {
      this.#posted ??= this.#link.bulkIn(endpointNumber, NOTICE_BYTES);
      const posted = this.#posted;
      let result: UsbInResult;
      try {
        result = await within(posted, limits, clock, label);
      } catch (thrown) {
        posted.catch(() => undefined);
        throw toError(thrown);
      }
      if (this.#posted === posted) this.#posted = undefined;
      const { data } = result;
      const notice = data && decodeNotice(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      if (notice?.kind === 'status-byte' && notice.tag === tag) return notice.statusByte;
    }
  }

  #unsupported(): LabError {
    return new LabError('device/unsupported', `${this.#options.label} does not tell its status byte this way.`);
  }
}
