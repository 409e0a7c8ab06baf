// A simulated JS110 at its USB socket: the model's packets on their way to the endpoint, and the faults that strike
// them there.

import type { UsbSetup } from '../../../../transports/usb.ts';
import { Random } from '../../../sim/random.ts';
import { SimulatedUsbDevice, type SimulatedUsbOptions } from '../../../sim/usb/device.ts';
import {
  JS110_CONFIGURATION,
  JS110_ENDPOINT_IN,
  JS110_INTERFACE,
  JS110_PRODUCT_ID,
  JS110_VENDOR_ID,
  PACKET_BYTES,
  PACKET_HEADER_BYTES,
  PACKET_SAMPLES,
} from '../constants.ts';
import { FaultPlan, type Js110Fault, type Js110FaultOptions } from './faults.ts';
import type { Js110Model } from './model.ts';

const DESCRIPTION = {
  vendorId: JS110_VENDOR_ID,
  productId: JS110_PRODUCT_ID,
  manufacturerName: 'Jetperch LLC',
  productName: 'Joulescope',
  configurationValue: JS110_CONFIGURATION,
  interfaceNumber: JS110_INTERFACE,
  endpointIn: JS110_ENDPOINT_IN,
};

export interface SimulatedJs110Options extends SimulatedUsbOptions {
  readonly seed: number;
  readonly faults?: Js110FaultOptions;
}

export class SimulatedJs110 extends SimulatedUsbDevice {
  readonly model: Js110Model;
  readonly faultPlan: FaultPlan;
  readonly #options: SimulatedJs110Options;
  readonly #random: Random;

  constructor(model: Js110Model, options: SimulatedJs110Options) {
    super(DESCRIPTION, model, options);
    this.model = model;
    this.#options = options;
    this.#random = new Random(options.seed + 2);
    this.faultPlan = new FaultPlan(options.faults ?? {}, this.#random);
  }

  /** Strikes at the next packet. */
  strike(fault: Js110Fault): void {
    this.faultPlan.add(fault);
  }

  protected override controlIn({ request, value, index }: UsbSetup, lengthBytes: number): Uint8Array | undefined {
    return this.model.controlIn(request, value, index, lengthBytes);
  }

  protected override controlOut({ request }: UsbSetup, data: Uint8Array<ArrayBuffer>): boolean {
    const wasStreaming = this.model.isStreaming;
    if (!this.model.controlOut(request, data)) return false;
    if (this.model.isStreaming && !wasStreaming) {
      this.endpoint.flush();
      this.faultPlan.restart();
    }
    return true;
  }

  /** A JS110 has no bulk OUT endpoint, so nothing comes here. */
  protected override bulkOut(): boolean {
    return false;
  }

  protected override play(sampleCount: number): void {
    if (!this.model.isStreaming) {
      this.model.idle(sampleCount);
      return;
    }
    const packetCount = Math.floor(sampleCount / PACKET_SAMPLES);
    this.model.makePackets(packetCount, (packet, packetNumber) => this.#emit(packet, packetNumber));
  }

  protected override lose(sampleCount: number): void {
    if (!this.model.isStreaming) {
      this.model.idle(sampleCount);
      return;
    }
    const packetCount = Math.floor(sampleCount / PACKET_SAMPLES);
    this.model.skipPackets(packetCount);
    this.model.countDiscarded(packetCount);
  }

  #emit(packet: Uint8Array<ArrayBuffer>, packetNumber: number): void {
    if (!this.isPlugged) return;
    const fault = this.faultPlan.at(packetNumber);
    if (fault && !this.#applyFault(fault, packet)) return;
    const lengthBytes = fault?.kind === 'short' ? fault.lengthBytes : PACKET_BYTES;
    if (!this.endpoint.put(packet.subarray(0, lengthBytes))) this.model.countDiscarded(1);
  }

  /** Changes the packet or the endpoint; false when the packet does not go out. */
  #applyFault(fault: Js110Fault, packet: Uint8Array<ArrayBuffer>): boolean {
    switch (fault.kind) {
      case 'drop':
        return false;
      case 'bad-type':
        packet[0] = 0x33;
        return true;
      case 'bad-status':
        packet[1] = 0x01;
        return true;
      case 'bad-length':
        packet[2] = 0x10;
        return true;
      case 'bad-toggle':
        packet[PACKET_HEADER_BYTES + 2]! ^= 2;
        return true;
      case 'garbage':
        for (let k = 0; k < PACKET_BYTES; k++) packet[k] = this.#random.nextU32();
        // Never by accident the mark of a good packet.
        packet[0] = 0xff;
        return true;
      case 'short':
        return true;
      case 'stall':
        this.endpoint.halt();
        return true;
      case 'babble':
        this.endpoint.babble();
        return false;
      case 'unplug':
        this.#options.onUnplug?.(fault.replugAfterMs);
        return false;
    }
  }
}
