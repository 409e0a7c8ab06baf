// A simulated JS220 at its USB socket: frames and their numbers on the way to the endpoint, and the faults that strike
// them there.

import type { UsbSetup } from '../../../../transports/usb.ts';
import { Random } from '../../../sim/random.ts';
import { SimulatedUsbDevice, type SimulatedUsbOptions } from '../../../sim/usb/device.ts';
import {
  FIRST_STREAM_PORT,
  JS220_CONFIGURATION,
  JS220_ENDPOINT_IN,
  JS220_ENDPOINT_OUT,
  JS220_INTERFACE,
  JS220_PRODUCT_ID,
  JS220_VENDOR_ID,
  PORT,
  REQUEST,
} from '../constants.ts';
import { encodeFrame } from '../frames.ts';
import { Controller, type MessageKind } from './controller.ts';
import { FaultPlan, type Js220Fault, type Js220FaultOptions, type Js220FrameFault } from './faults.ts';
import type { Js220Model } from './model.ts';
import { Overlap } from './overlap.ts';

const DESCRIPTION = {
  vendorId: JS220_VENDOR_ID,
  productId: JS220_PRODUCT_ID,
  manufacturerName: 'Jetperch LLC',
  productName: 'Joulescope JS220',
  configurationValue: JS220_CONFIGURATION,
  interfaceNumber: JS220_INTERFACE,
  endpointIn: JS220_ENDPOINT_IN,
  endpointOut: JS220_ENDPOINT_OUT,
};
/** First firmware that knows DISCONNECT: 1.0.4. */
const DISCONNECT_VERSION = 0x0100_0004;
const RESERVED_PORT = 31;
const PORT_SHIFT = 25;

export interface SimulatedJs220Options extends SimulatedUsbOptions {
  readonly seed: number;
  readonly faults?: Js220FaultOptions;
}

export class SimulatedJs220 extends SimulatedUsbDevice {
  readonly model: Js220Model;
  readonly faultPlan: FaultPlan;
  readonly #options: SimulatedJs220Options;
  readonly #controller: Controller;
  readonly #overlap = new Overlap();
  #frameCount: number;
  /** Stream frames that found the queue full. */
  overflowCount = 0;

  constructor(model: Js220Model, options: SimulatedJs220Options) {
    super(DESCRIPTION, model, options);
    this.model = model;
    this.#options = options;
    this.faultPlan = new FaultPlan(options.faults ?? {}, new Random(options.seed + 2));
    this.#frameCount = this.#faults.firstFrameId ?? 0;
    this.#controller = new Controller({
      model,
      timeSyncDelayMs: this.#faults.timeSyncDelayMs,
      send: (port, payload, kind) => this.#sendMessage(port, payload, kind),
    });
  }

  /** Strikes at the next chance. */
  strike(fault: Js220Fault): void {
    this.faultPlan.add(fault);
  }

  protected override controlIn({ request, value }: UsbSetup): Uint8Array | undefined {
    if (request === REQUEST.connect) {
      this.#frameCount = this.#faults.firstFrameId ?? 0;
      this.#controller.connect(value === 0);
      return Uint8Array.of(0);
    }
    if (request !== REQUEST.disconnect || this.model.versions.firmware < DISCONNECT_VERSION) return undefined;
    this.#controller.disconnect();
    this.endpoint.flush();
    return Uint8Array.of(0);
  }

  /** A JS220 has no requests with data. */
  protected override controlOut(): boolean {
    return false;
  }

  protected override bulkOut(data: Uint8Array<ArrayBuffer>): boolean {
    this.#controller.receive(data);
    return true;
  }

  protected override play(sampleCount: number): void {
    this.model.play(sampleCount, (port, payload, startId) => this.#sendFrame(port, payload, startId));
    this.#strikeLink(this.model.sampleId);
    this.#controller.tick();
  }

  protected override lose(sampleCount: number): void {
    this.model.play(sampleCount, () => {
      this.#frameCount++;
      this.overflowCount++;
    });
  }

  get #faults(): Js220FaultOptions {
    return this.#options.faults ?? {};
  }

  /** Messages wait for their turn however long the queue is. */
  #sendMessage(port: number, payload: Uint8Array<ArrayBuffer>, kind: MessageKind): void {
    if (kind !== 'other' && this.#faults.mutedMessages?.includes(kind)) return;
    const delayMs = port === PORT.publish ? this.#faults.controlDelayMs : undefined;
    const send = () => this.#sendFrame(port, payload, this.model.sampleId);
    if (delayMs === undefined) send();
    else this.#options.clock.after(delayMs, send);
  }

  #sendFrame(port: number, payload: Uint8Array<ArrayBuffer>, startId: number): void {
    if (port >= FIRST_STREAM_PORT) this.#strikeLink(startId);
    const fault = this.faultPlan.ofFrame(port, this.#sampleOf(startId));
    const extra = this.#overlap.take(port, payload, fault?.kind === 'overlap');
    if (extra) this.#put(port, extra, undefined);
    this.#put(port, payload, fault);
    if (fault?.kind === 'duplicate') this.#put(port, payload, undefined);
  }

  #put(port: number, payload: Uint8Array<ArrayBuffer>, fault: Js220FrameFault | undefined): void {
    const frame = encodeFrame(this.#frameCount, port, payload);
    this.#frameCount++;
    if (!this.isPlugged || fault?.kind === 'drop') return;
    const packet = damaged(frame, fault);
    if (port < FIRST_STREAM_PORT) this.endpoint.keep(packet);
    else if (!this.endpoint.put(packet)) this.overflowCount++;
  }

  #strikeLink(id: number): void {
    for (let fault = this.#nextLinkFault(id); fault; fault = this.#nextLinkFault(id)) {
      if (fault.kind === 'stall') this.endpoint.halt();
      else if (fault.kind === 'babble') this.endpoint.babble();
      else if (fault.kind === 'unplug') this.#options.onUnplug?.(fault.replugAfterMs);
    }
  }

  #nextLinkFault(id: number) {
    return this.faultPlan.ofLink(this.#sampleOf(id));
  }

  /** Faults count samples since power-up. */
  #sampleOf(id: number): number {
    return id - this.model.firstSampleId;
  }
}

/** `frame` as `fault` leaves it. */
function damaged(frame: Uint8Array<ArrayBuffer>, fault: Js220FrameFault | undefined): Uint8Array<ArrayBuffer> {
  const view = new DataView(frame.buffer);
  const header = view.getUint32(0, true);
  if (fault?.kind === 'short') return frame.subarray(0, fault.lengthBytes);
  if (fault?.kind === 'bad-port') view.setUint32(0, (header | (RESERVED_PORT << PORT_SHIFT)) >>> 0, true);
  if (fault?.kind === 'bad-length') view.setUint32(0, (header | (0x1ff << 16)) >>> 0, true);
  if (fault?.kind === 'bad-bits') view.setUint32(0, (header | (1 << 31)) >>> 0, true);
  return frame;
}
