// LeCroy's VICP (Versatile Instrument Control Protocol) over TCP, port 1861: messages in blocks, each behind a header of
// eight bytes. Known from LeCroy's own client (LGPL, SourceForge "lecroyvicp") and Wireshark's dissector.
//
//   0  operation  DATA 0x80, REMOTE 0x40, LOCKOUT 0x20, CLEAR 0x10, SRQ 0x08, REQSERIALPOLL 0x04, EOI 0x01
//   1  version    1
//   2  sequence   1 to 255, the same for all blocks of a message and of its answer; 0 from firmware before June 2003
//   3  0
//   4  length of the block, big-endian

import { type Clock, delay } from '../base/clock.ts';
import type { BytePort } from './byte-port.ts';
import { protocolError, within } from './limits.ts';
import { withoutLineEnd } from './line-end.ts';
import type { ExchangeLimits, MessageLink } from './message-link.ts';
import { PortConnection } from './port-connection.ts';

const HEADER_BYTES = 8;
const VERSION = 1;
const DATA = 0x80;
const REMOTE = 0x40;
const CLEAR = 0x10;
const SRQ = 0x08;
const EOI = 0x01;
const MAX_SEQUENCE = 255;
/** An answer that is longer is refused, unless the caller says otherwise. */
const MAX_ANSWER_BYTES = 512 * 2 ** 20;
/** Between a clear and the end of its connection: LeCroy's client waits so long. */
const CLEAR_SETTLE_MS = 100;

export interface VicpLinkOptions {
  readonly clock: Clock;
  /** Makes the connection: also anew, after a failed exchange. */
  readonly open: () => Promise<BytePort>;
}

export class VicpLink implements MessageLink {
  readonly label: string;
  onLost: ((error: Error) => void) | undefined;
  readonly #options: VicpLinkOptions;
  readonly #connection: PortConnection;
  #sequence = 0;
  /** Bytes that are no whole header or belong to the block that comes. */
  #header: number[] = [];
  #block: { readonly operation: number; isOurs: boolean; leftBytes: number } | undefined;
  #parts: Uint8Array[] = [];
  #lengthBytes = 0;
  #maxBytes = MAX_ANSWER_BYTES;
  #answer: Uint8Array | undefined;
  #fault: Error | undefined;

  /** Rejects with `device/lost` when nobody answers. */
  static async open(options: VicpLinkOptions): Promise<VicpLink> {
    return new VicpLink(await options.open(), options);
  }

  private constructor(port: BytePort, options: VicpLinkOptions) {
    this.label = port.label;
    this.#options = options;
    this.#connection = new PortConnection(port, {
      clock: options.clock,
      onBytes: (bytes) => this.#take(bytes),
      onLost: (error) => this.onLost?.(error),
    });
  }

  async send(message: Uint8Array, limits: ExchangeLimits): Promise<void> {
    this.#sequence = this.#sequence >= MAX_SEQUENCE ? 1 : this.#sequence + 1;
    // What is left of an earlier answer is not of this one.
    if (this.#block) this.#block.isOurs = false;
    this.#parts = [];
    this.#lengthBytes = 0;
    this.#answer = undefined;
    const block = this.#encode(DATA | REMOTE | EOI, message);
    await within(this.#connection.write(block), limits, this.#options.clock, this.label);
  }

  async receive(limits: ExchangeLimits): Promise<Uint8Array> {
    this.#maxBytes = limits.maxAnswerBytes ?? MAX_ANSWER_BYTES;
    for (;;) {
      this.#connection.markSeen();
      if (this.#fault) throw this.#fault;
      const answer = this.#answer;
      this.#answer = undefined;
      if (answer) return withoutLineEnd(answer);
      await within(this.#connection.arrival(), limits, this.#options.clock, this.label);
      limits.onProgress?.(this.#lengthBytes);
    }
  }

  /**
   * Device clear, then a new connection: what the instrument had to say ends with the old one. The sequence goes on, so
   * that an answer which comes all the same is known by its number; firmware without numbers has only the new connection.
   */
  async clear(): Promise<void> {
    const { clock } = this.#options;
    const clearing = this.#connection.write(this.#encode(DATA | REMOTE | CLEAR, new Uint8Array(0)));
    await within(clearing, { timeoutMs: CLEAR_SETTLE_MS }, clock, this.label).catch(() => undefined);
    await delay(clock, CLEAR_SETTLE_MS);
    await this.#connection.reopen(this.#options.open, () => this.#reset());
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  #reset(): void {
    this.#header = [];
    this.#block = undefined;
    this.#parts = [];
    this.#lengthBytes = 0;
    this.#answer = undefined;
    this.#fault = undefined;
  }

  #encode(operation: number, message: Uint8Array): Uint8Array<ArrayBuffer> {
    const block = new Uint8Array(HEADER_BYTES + message.length);
    block.set([operation, VERSION, this.#sequence]);
    new DataView(block.buffer).setUint32(4, message.length);
    block.set(message, HEADER_BYTES);
    return block;
  }

  #take(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && !this.#fault) {
      const block = this.#block;
      if (!block) {
        this.#header.push(bytes[at]!);
        at++;
        if (this.#header.length === HEADER_BYTES) this.#begin(Uint8Array.from(this.#header));
        continue;
      }
      const part = bytes.subarray(at, at + block.leftBytes);
      at += part.length;
      block.leftBytes -= part.length;
      if (block.isOurs) {
        this.#parts.push(part);
        this.#lengthBytes += part.length;
      }
      if (block.leftBytes === 0) this.#end();
    }
  }

  #begin(header: Uint8Array): void {
    const [operation = 0, version, sequence] = header;
    const lengthBytes = new DataView(header.buffer).getUint32(4);
    this.#header = [];
    if (version !== VERSION) this.#fault = protocolError(this.label, 'what came is not VICP', 'version');
    // A service request says that one is there or gone, in a block of its own.
    const isOurs = (operation & SRQ) === 0 && (sequence === 0 || sequence === this.#sequence);
    if (isOurs && this.#lengthBytes + lengthBytes > this.#maxBytes) {
      this.#fault = protocolError(this.label, `an answer is longer than ${this.#maxBytes} bytes`, 'too-long');
    }
    this.#block = { operation, isOurs, leftBytes: lengthBytes };
    if (lengthBytes === 0) this.#end();
  }

  #end(): void {
    const block = this.#block!;
    this.#block = undefined;
    if (!block.isOurs || (block.operation & EOI) === 0) return;
    const answer = new Uint8Array(this.#lengthBytes);
    let at = 0;
    for (const part of this.#parts) {
      answer.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#lengthBytes = 0;
    this.#answer = answer;
  }
}
