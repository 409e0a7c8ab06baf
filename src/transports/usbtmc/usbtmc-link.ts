// Messages over USBTMC 1.0 and its USB488 subclass: one request under way at a time, every answer checked against the tag
// of its request, both sides wiped after what failed.

import type { Clock } from '../../base/clock.ts';
import { LabError, toError } from '../../base/errors.ts';
import { protocolError, within } from '../limits.ts';
import { withoutLineEnd } from '../line-end.ts';
import type { ExchangeLimits, MessageLink } from '../message-link.ts';
import type { UsbLink } from '../usb.ts';
import { BulkIn } from './bulk-in.ts';
import { type Capabilities, TMC_REQUEST } from './control.ts';
import type { TmcInterface } from './interface.ts';
import { encodeRequest, encodeTrigger, nextTag, splitMessage } from './messages.ts';
import type { Quirks } from './quirks.ts';
import { TmcRequests } from './requests.ts';
import { StatusByte } from './status-byte.ts';
import { TransferReader } from './transfer-reader.ts';

const LINE_FEED = 0x0a;
/** Message bytes in one transfer; most commands fit into one, as some old instruments want it. */
const MAX_OUT_BYTES = 64 * 1024;
/** A full answer of this length and its header end with a short packet, whatever the packet size. */
const REQUEST_BYTES = 1024 * 1024 - 16;
/** The shortest time for one transfer to the instrument, which may be busy with the last command. */
const MIN_WRITE_MS = 1000;
/** An answer that is longer is refused, unless the caller says otherwise. */
const MAX_ANSWER_BYTES = 512 * 2 ** 20;
/** For the last request before closing. */
const GOODBYE_MS = 300;

export interface UsbtmcLinkOptions {
  readonly clock: Clock;
  readonly label: string;
  readonly tmc: TmcInterface;
  readonly quirks: Quirks;
  readonly capabilities: Capabilities;
  /** The instrument was put into remote control and is to be let go at the end. */
  readonly isRemote: boolean;
  /** A reset of the bus may stand in for a clear that the instrument refuses: not on Linux, where it costs the interface. */
  readonly canReset: boolean;
  /** Ends transfers of answers, where the instrument can do that. Answers go on until their end all the same. */
  readonly termChar?: number | undefined;
}

export class UsbtmcLink implements MessageLink {
  readonly label: string;
  onLost: ((error: Error) => void) | undefined;
  readonly requests: TmcRequests;
  readonly #link: UsbLink;
  readonly #options: UsbtmcLinkOptions;
  readonly #reader: TransferReader;
  readonly #statusByte: StatusByte;
  #tag = 0;
  /** Tags of what is under way, or was left so. */
  #writingTag: number | undefined;
  #requestTag: number | undefined;
  #isLost = false;

  constructor(link: UsbLink, options: UsbtmcLinkOptions) {
    this.#link = link;
    this.#options = options;
    this.label = options.label;
    const { clock, label, tmc, quirks, canReset } = options;
    const { packetBytes } = tmc;
    const bulkIn = new BulkIn(link, { clock, endpointNumber: tmc.bulkIn, packetBytes, label });
    this.#reader = new TransferReader(bulkIn, { packetBytes, quirks, label });
    this.requests = new TmcRequests(link, { clock, tmc, bulkIn, label, canReset });
    this.#statusByte = new StatusByte(link, this.requests, { clock, interruptIn: tmc.interruptIn, label });
  }

  send(message: Uint8Array, limits: ExchangeLimits): Promise<void> {
    return this.#watched(async () => {
      const line = withLineFeed(message);
      for (const { tag, transfer } of splitMessage(line, MAX_OUT_BYTES, () => this.#takeTag())) {
        await this.#write(tag, transfer, limits);
      }
    });
  }

  receive(limits: ExchangeLimits): Promise<Uint8Array> {
    return this.#watched(async () => {
      const { quirks, capabilities, termChar } = this.#options;
      const sizeBytes = Math.min(REQUEST_BYTES, quirks.maxRequestBytes);
      const parts: Uint8Array[] = [];
      let receivedBytes = 0;
      for (;;) {
        const onProgress = (bytes: number) => {
          this.#checkLength(receivedBytes + bytes, limits);
          limits.onProgress?.(receivedBytes + bytes);
        };
        const tag = this.#takeTag();
        const request = encodeRequest(tag, sizeBytes, capabilities.hasTermChar ? termChar : undefined);
        await this.#write(tag, request, limits);
        this.#requestTag = tag;
        const transfer = await this.#reader.read(tag, sizeBytes, parts.length === 0, { ...limits, onProgress });
        this.#requestTag = undefined;
        onProgress(transfer.payloadBytes);
        parts.push(...transfer.parts);
        receivedBytes += transfer.payloadBytes;
        if (transfer.isLast) return withoutLineEnd(joined(parts, receivedBytes));
      }
    });
  }

  clear(): Promise<void> {
    return this.#watched(async () => {
      if (this.#writingTag !== undefined) await this.requests.abortOut(this.#writingTag);
      if (this.#requestTag !== undefined) {
        this.#reader.giveUp(this.#requestTag);
        await this.requests.abortIn(this.#requestTag);
      }
      await this.requests.clear();
      this.#writingTag = undefined;
      this.#requestTag = undefined;
    });
  }

  readStatusByte(limits: ExchangeLimits): Promise<number> {
    return this.#watched(() => this.#statusByte.read(limits));
  }

  trigger(limits: ExchangeLimits): Promise<void> {
    if (!this.#options.capabilities.hasTrigger) return this.send(new TextEncoder().encode('*TRG'), limits);
    return this.#watched(() => {
      const tag = this.#takeTag();
      return this.#write(tag, encodeTrigger(tag), limits);
    });
  }

  async close(): Promise<void> {
    const { clock, isRemote, label } = this.#options;
    if (isRemote && !this.#isLost) {
      const goodbye = this.requests.ask(TMC_REQUEST.GO_TO_LOCAL);
      await within(goodbye, { timeoutMs: GOODBYE_MS }, clock, label).catch(() => undefined);
    }
    await this.#link.close();
  }

  #takeTag(): number {
    this.#tag = nextTag(this.#tag);
    return this.#tag;
  }

  async #write(tag: number, transfer: Uint8Array<ArrayBuffer>, limits: ExchangeLimits): Promise<void> {
    const { clock, tmc, label } = this.#options;
    const timeoutMs = Math.max(limits.timeoutMs, MIN_WRITE_MS);
    this.#writingTag = tag;
    await within(
      this.#link.bulkOut(tmc.bulkOut, transfer, timeoutMs),
      { timeoutMs, signal: limits.signal },
      clock,
      label,
    );
    this.#writingTag = undefined;
  }

  #checkLength(bytes: number, { maxAnswerBytes = MAX_ANSWER_BYTES }: ExchangeLimits): void {
    if (bytes > maxAnswerBytes) {
      throw protocolError(this.label, `an answer is longer than ${maxAnswerBytes} bytes`, 'too-long');
    }
  }

  async #watched<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (thrown) {
      const error = toError(thrown);
      if (error instanceof LabError && error.code === 'device/lost' && !this.#isLost) {
        this.#isLost = true;
        this.onLost?.(error);
      }
      throw error;
    }
  }
}

function withLineFeed(message: Uint8Array): Uint8Array {
  if (message.at(-1) === LINE_FEED) return message;
  const line = new Uint8Array(message.length + 1);
  line.set(message);
  line[message.length] = LINE_FEED;
  return line;
}

function joined(parts: readonly Uint8Array[], lengthBytes: number): Uint8Array {
  const whole = new Uint8Array(lengthBytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
