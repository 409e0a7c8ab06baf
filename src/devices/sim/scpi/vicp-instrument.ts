// A simulated oscilloscope behind LeCroy's VICP: blocks with headers in and out, numbered as the questions are.

import type { Clock } from '../../../base/clock.ts';
import { LabError } from '../../../base/errors.ts';
import { type BytePort, PortInbox } from '../../../transports/byte-port.ts';
import { type AnswerFault, AnswerLine } from './answer-line.ts';
import type { Talker } from './talker.ts';

export interface VicpInstrumentOptions {
  readonly clock: Clock;
  readonly talker: Talker;
  /** From question to answer. */
  readonly latencyMs?: number;
  /** Most bytes of one block of an answer. */
  readonly blockBytes?: number;
  /** Firmware that does not number its blocks. */
  readonly isUnnumbered?: boolean;
  /** Answers that are on their way when a connection ends come on the next one. */
  readonly carriesOver?: boolean;
}

const HEADER_BYTES = 8;
const DATA = 0x80;
const CLEAR = 0x10;
const SRQ = 0x08;
const EOI = 0x01;
const LINE_FEED = 0x0a;

export class VicpInstrument {
  readonly line: AnswerLine;
  readonly #options: VicpInstrumentOptions;
  #inbox: PortInbox | undefined;
  #input: number[] = [];
  #message: number[] = [];
  #sequence = 0;
  #isUnplugged = false;

  constructor(options: VicpInstrumentOptions) {
    this.#options = options;
    this.line = new AnswerLine({
      clock: options.clock,
      ...(options.latencyMs === undefined ? {} : { latencyMs: options.latencyMs }),
      send: (bytes) => this.#inbox?.push(bytes),
      unplug: () => this.unplug(),
    });
    options.talker.onAnswer = (answer) => this.line.put(this.#blocks(answer));
  }

  strike(fault: AnswerFault): void {
    this.line.strike(fault);
  }

  /** A connection; the one before it is at its end. Rejects with `device/lost` when it is unplugged. */
  async connect(): Promise<BytePort> {
    if (this.#isUnplugged) throw lost();
    const inbox = new PortInbox();
    this.#inbox = inbox;
    this.#input = [];
    this.#message = [];
    return {
      label: 'TCP simulated:1861',
      listen: (listener) => inbox.listen(listener),
      write: async (bytes) => {
        if (this.#isUnplugged || this.#inbox !== inbox) throw lost();
        this.#take(bytes);
      },
      close: async () => {
        inbox.close();
        if (this.#inbox !== inbox) return;
        this.#inbox = undefined;
        if (!this.#options.carriesOver) this.line.forget();
      },
    };
  }

  /** A service request, which comes between answers. */
  requestService(): void {
    this.#inbox?.push(block(DATA | SRQ | EOI, 0, Uint8Array.of(0x31)));
  }

  /** Pulls the cable. */
  unplug(): void {
    this.#isUnplugged = true;
    this.line.forget();
    this.#inbox?.end(lost());
    this.#inbox = undefined;
  }

  /** Puts it back; the instrument was off in between. */
  plug(): void {
    this.#isUnplugged = false;
    this.#options.talker.clear();
  }

  #take(bytes: Uint8Array): void {
    for (const byte of bytes) this.#input.push(byte);
    while (this.#input.length >= HEADER_BYTES) {
      const [operation = 0, , sequence = 0] = this.#input;
      const length = new DataView(Uint8Array.from(this.#input.slice(4, HEADER_BYTES)).buffer).getUint32(0);
      if (this.#input.length < HEADER_BYTES + length) return;
      const data = this.#input.slice(HEADER_BYTES, HEADER_BYTES + length);
      this.#input = this.#input.slice(HEADER_BYTES + length);
      this.#obey(operation, sequence, data);
    }
  }

  #obey(operation: number, sequence: number, data: number[]): void {
    if (operation & CLEAR) {
      this.#message = [];
      this.#options.talker.clear();
      if (!this.#options.carriesOver) this.line.forget();
    }
    this.#message = [...this.#message, ...data];
    if ((operation & EOI) === 0) return;
    const message = Uint8Array.from(this.#message);
    this.#message = [];
    this.#sequence = this.#options.isUnnumbered ? 0 : sequence;
    if (message.length > 0) this.#options.talker.tell(message);
  }

  /** An answer in blocks, the last with its end; a line feed ends it, as LeCroy's do. */
  #blocks(answer: Uint8Array): Uint8Array {
    const { blockBytes = Number.POSITIVE_INFINITY } = this.#options;
    const line = new Uint8Array(answer.length + 1);
    line.set(answer);
    line[answer.length] = LINE_FEED;
    const parts: Uint8Array[] = [];
    for (let start = 0; start < line.length; start += blockBytes) {
      const part = line.subarray(start, start + blockBytes);
      parts.push(block(DATA | (start + part.length === line.length ? EOI : 0), this.#sequence, part));
    }
    const whole = new Uint8Array(line.length + parts.length * HEADER_BYTES);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

function block(operation: number, sequence: number, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(HEADER_BYTES + data.length);
  whole.set([operation, 1, sequence]);
  new DataView(whole.buffer).setUint32(4, data.length);
  whole.set(data, HEADER_BYTES);
  return whole;
}

function lost(): LabError {
  return new LabError('device/lost', 'The simulated instrument is not connected any more. Connect it again.');
}
