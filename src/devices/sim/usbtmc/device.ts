// A simulated instrument at its USB socket, as USBTMC 1.0 and USB488 describe one: messages in, answers out on request,
// and the faults that strike in between. What it says is a talker's business.

import type { UsbSetup } from '../../../transports/usb.ts';
import type { Talker } from '../scpi/talker.ts';
import { type PeripheralOptions, UsbPeripheral } from '../usb/peripheral.ts';
import { type ControlOptions, UsbtmcControl } from './control.ts';
import { type UsbtmcDescription, usbDescription } from './description.ts';
import { type UsbtmcFault, UsbtmcFaultPlan } from './faults.ts';

const HEADER_BYTES = 12;
const LINE_FEED = 0x0a;
const STATUS_MESSAGE_AVAILABLE = 0x10;
/** USB488 with all it offers, and TermChar. */
const ALL_CAPABILITIES = Uint8Array.of(1, 0, 0, 1, 4, 1, 0, 0, 0, 0, 0, 0, 0, 1, 7, 15, 0, 0, 0, 0, 0, 0, 0, 0);

export interface SimulatedUsbtmcOptions extends Omit<PeripheralOptions, 'faults'>, ControlOptions {
  readonly talker: Talker;
  readonly description?: Partial<UsbtmcDescription>;
  /** Reply to GET_CAPABILITIES. */
  readonly capabilities?: Uint8Array;
  /** Most message bytes in one answer transfer. */
  readonly inChunk?: number;
  /** Answer transfers are filled to multiples of four; true when left out. */
  readonly padIn?: boolean;
  /** No empty packet follows a transfer that fills its last one. */
  readonly omitsEmptyPacket?: boolean;
  /** Rigol's way: one header for the whole answer, and every request begins it anew. */
  readonly isHeaderless?: boolean;
  /** The packet with that header is so long; the rest follows in transfers of its own. */
  readonly headerPieceBytes?: number;
  /** What such a header adds to the true size. */
  readonly wrongSizeBy?: number;
  /** Bytes that a pending clear has to bring. */
  readonly remainsBytes?: number;
  readonly faults?: readonly UsbtmcFault[];
}

interface Request {
  readonly tag: number;
  readonly sizeBytes: number;
  readonly termChar: number | undefined;
}

export class SimulatedUsbtmc extends UsbPeripheral {
  readonly faultPlan: UsbtmcFaultPlan;
  /** Whole messages that came. */
  readonly messages: Uint8Array[] = [];
  /** TRIGGER messages that came, and requests for answers. */
  triggerCount = 0;
  requestCount = 0;
  readonly #options: SimulatedUsbtmcOptions;
  readonly #control: UsbtmcControl;
  readonly #packetBytes: number;
  #input: number[] = [];
  #output: Uint8Array = new Uint8Array(0);
  #request: Request | undefined;
  /** A request that is answered by nothing, until it is aborted. */
  #swallowed: Request | undefined;

  constructor(options: SimulatedUsbtmcOptions) {
    const description = usbDescription(options.description ?? {});
    super(description, { ...options, fifoPackets: Number.POSITIVE_INFINITY, faults: {} });
    this.#options = options;
    this.#packetBytes = description.packetBytes;
    this.faultPlan = new UsbtmcFaultPlan(options.faults);
    this.#control = new UsbtmcControl(this.#controlled(description.endpointInterrupt !== undefined), options);
    options.talker.onAnswer = (answer) => {
      const line = new Uint8Array(answer.length + 1);
      line.set(answer);
      line[answer.length] = LINE_FEED;
      this.#output = concat(this.#output, line);
      this.#serve();
    };
  }

  protected override controlIn(setup: UsbSetup): Uint8Array | undefined {
    return this.#control.answer(setup);
  }

  /** USBTMC has no requests with data. */
  protected override controlOut(): boolean {
    return false;
  }

  protected override bulkOut(transfer: Uint8Array<ArrayBuffer>): boolean {
    if (this.faultPlan.onOut()) return false;
    const view = new DataView(transfer.buffer);
    const [msgId, tag, inverse] = transfer;
    if (transfer.length < HEADER_BYTES || transfer.length % 4 !== 0 || tag === 0 || inverse !== 0xff - tag!)
      return false;
    const sizeBytes = view.getUint32(4, true);
    const attributes = transfer[8]!;
    if (msgId === 128) {
      this.triggerCount++;
      this.#options.talker.trigger();
      return true;
    }
    if (msgId === 2) {
      this.#ask({ tag: tag!, sizeBytes, termChar: attributes & 2 ? transfer[9] : undefined });
      return true;
    }
    if (msgId !== 1 || sizeBytes === 0 || Math.ceil((HEADER_BYTES + sizeBytes) / 4) * 4 !== transfer.length)
      return false;
    for (const byte of transfer.subarray(HEADER_BYTES, HEADER_BYTES + sizeBytes)) this.#input.push(byte);
    if (attributes & 1) this.#take();
    return true;
  }

  #take(): void {
    const message = Uint8Array.from(this.#input);
    this.#input = [];
    this.messages.push(message);
    this.#options.talker.tell(message.at(-1) === LINE_FEED ? message.subarray(0, -1) : message);
  }

  #ask(request: Request): void {
    this.requestCount++;
    const fault = this.faultPlan.onRequest();
    switch (fault?.kind) {
      case undefined:
        this.#request = request;
        break;
      case 'no-data':
        this.#swallowed = request;
        if (fault.dropReply) this.#takeOutput();
        return;
      case 'late':
        this.#swallowed = request;
        this.#answerLater(request, fault);
        return;
      case 'stall':
        this.endpoint.halt();
        return;
      case 'disconnect':
        this.#options.onUnplug?.(undefined);
        return;
      case 'bad-tag':
        this.#transfer((request.tag % 255) + 1, this.#takeOutput());
        return;
      case 'zero-length-first':
        this.endpoint.keep(new Uint8Array(0));
        this.#request = request;
        break;
      case 'truncate': {
        const answer = this.#takeOutput();
        this.#transfer(request.tag, answer.subarray(0, fault.bytes), { promisedBytes: answer.length, isCut: true });
        return;
      }
    }
    this.#serve();
  }

  #answerLater(request: Request, { delayMs, survives }: UsbtmcFault & { readonly kind: 'late' }): void {
    const answer = survives ? this.#takeOutput() : undefined;
    this.#options.clock.after(delayMs, () => {
      if (!this.isPlugged) return;
      if (answer) {
        this.#transfer(request.tag, answer);
      } else if (this.#swallowed === request) {
        this.#swallowed = undefined;
        this.#request = request;
        this.#serve();
      }
    });
  }

  /** Answers the request under way, if there is anything to say. */
  #serve(): void {
    const request = this.#request;
    if (!request || this.#output.length === 0) return;
    this.#request = undefined;
    const { inChunk = Number.POSITIVE_INFINITY, isHeaderless } = this.#options;
    const whole = this.#output;
    const room = isHeaderless ? whole.length : Math.min(request.sizeBytes, inChunk, whole.length);
    const match = request.termChar === undefined ? -1 : whole.subarray(0, room).indexOf(request.termChar);
    const sentBytes = match < 0 ? room : match + 1;
    this.#output = whole.subarray(sentBytes);
    this.#transfer(request.tag, whole.subarray(0, sentBytes), {
      isLast: sentBytes === whole.length,
      isMatch: match >= 0,
      promisedBytes: sentBytes + (this.#options.wrongSizeBy ?? 0),
    });
  }

  /** One Bulk-IN transfer with a header that promises `promisedBytes`; a cut one has no alignment. */
  #transfer(
    tag: number,
    payload: Uint8Array,
    { isLast = true, isMatch = false, isCut = false, promisedBytes = payload.length } = {},
  ): void {
    const length = HEADER_BYTES + payload.length;
    const transfer = new Uint8Array(this.#options.padIn === false || isCut ? length : Math.ceil(length / 4) * 4);
    transfer.set([2, tag, 0xff - tag]);
    new DataView(transfer.buffer).setUint32(4, promisedBytes, true);
    transfer[8] = (isLast ? 1 : 0) | (isMatch ? 2 : 0);
    transfer.set(payload, HEADER_BYTES);
    const firstBytes = this.#options.headerPieceBytes ?? 0;
    if (firstBytes > 0) this.endpoint.keep(transfer.slice(0, firstBytes));
    for (let at = firstBytes; at < transfer.length; at += this.#packetBytes) {
      this.endpoint.keep(transfer.slice(at, at + this.#packetBytes));
    }
    if (transfer.length % this.#packetBytes === 0 && !this.#options.omitsEmptyPacket) {
      this.endpoint.keep(new Uint8Array(0));
    }
  }

  #takeOutput(): Uint8Array {
    const whole = this.#output;
    this.#output = new Uint8Array(0);
    return whole;
  }

  #controlled(hasInterrupt: boolean) {
    const device = this;
    const { talker, capabilities = ALL_CAPABILITIES, remainsBytes = 0 } = this.#options;
    return {
      capabilities,
      hasInterrupt,
      get statusByte() {
        return talker.statusByte | (device.#output.length > 0 ? STATUS_MESSAGE_AVAILABLE : 0);
      },
      get isDataQueued() {
        return false;
      },
      abortIn: (tag: number) => device.#abortIn(tag),
      clear: () => device.#clear(),
      queueRemains: () => device.endpoint.keep(new Uint8Array(remainsBytes)),
      notify: (packet: Uint8Array<ArrayBuffer>) => device.interruptEndpoint.keep(packet),
    };
  }

  #abortIn(tag: number): boolean {
    const isUnderWay = this.#request?.tag === tag || this.#swallowed?.tag === tag;
    if (!isUnderWay) return false;
    this.#request = undefined;
    this.#swallowed = undefined;
    this.endpoint.flush();
    // A conforming instrument ends a read that waits with an empty packet.
    this.endpoint.complete(new Uint8Array(0));
    return true;
  }

  #clear(): void {
    this.#options.talker.clear();
    this.#input = [];
    this.#output = new Uint8Array(0);
    this.#request = undefined;
    this.#swallowed = undefined;
    this.endpoint.flush();
    this.haltOut();
  }
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
