// A simulated JS110 as a browser shows it: a UsbDevice whose transfers complete, stall, babble and fail as Chromium's
// do (WebUSB specification; the rows on stall, unplug and close were compared with Chromium on Linux). The model
// behind it makes the data; this file has the clock, the endpoint with its FIFO, and the faults.

import { type Clock, delay } from '../../../../base/clock.ts';
import type { UsbDevice, UsbInResult, UsbOutResult, UsbSetup } from '../../../../transports/usb.ts';
import { Random } from '../../../sim/random.ts';
import {
  JS110_CONFIGURATION,
  JS110_ENDPOINT_IN,
  JS110_INTERFACE,
  JS110_PRODUCT_ID,
  JS110_VENDOR_ID,
  PACKET_BYTES,
  PACKET_HEADER_BYTES,
  PACKET_SAMPLES,
  SAMPLE_RATE_HZ,
} from '../constants.ts';
import { BulkInEndpoint } from './endpoint.ts';
import { FaultPlan, type Js110Fault, type Js110FaultOptions } from './faults.ts';
import type { Js110Model } from './model.ts';

/** How often the simulator makes the packets owed. */
const TICK_MS = 5;
/** Samples that are made when the thread was held up: more than reads in flight can take. The rest is lost unseen. */
const BACKLOG_MS = 2000;
/** An answer takes this long (two USB microframes). */
const CONTROL_LATENCY_MS = 0.25;
/** Between the failing transfers and the `disconnect` event, as seen in Chromium. */
const DISCONNECT_EVENT_MS = 200;

export interface SimulatedUsbDeviceOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly serialNumber: string;
  readonly faults?: Js110FaultOptions;
  /** Packets that wait in the instrument when no read is posted. */
  readonly fifoPackets?: number;
  /** Crystal against the computer's clock. */
  readonly clockErrorPpm?: number;
  /** Where results start in their buffer. */
  readonly resultByteOffset?: number;
  /** Configuration before `open`: Linux has selected it already. */
  readonly isConfigured?: boolean;
  /** The cable was pulled or put back by a fault. */
  readonly onUnplug?: (replugAfterMs: number | undefined) => void;
}

export class SimulatedJs110 implements UsbDevice {
  readonly vendorId = JS110_VENDOR_ID;
  readonly productId = JS110_PRODUCT_ID;
  readonly manufacturerName = 'Jetperch LLC';
  readonly productName = 'Joulescope';
  readonly serialNumber: string;
  readonly model: Js110Model;
  readonly faultPlan: FaultPlan;
  opened = false;
  configuration: { readonly configurationValue: number } | null;
  readonly #options: SimulatedUsbDeviceOptions;
  readonly #random: Random;
  readonly #endpoint: BulkInEndpoint;
  #isClaimed = false;
  #plugState: 'in' | 'pulled' | 'gone' = 'in';
  #cancelTick: (() => void) | undefined;
  /** Clock and sample count at which the present run of samples began. */
  #origin = { nowMs: 0, sample: 0 };

  constructor(model: Js110Model, options: SimulatedUsbDeviceOptions) {
    this.model = model;
    this.#options = options;
    this.#random = new Random(options.seed + 2);
    this.serialNumber = options.serialNumber;
    this.faultPlan = new FaultPlan(options.faults ?? {}, this.#random);
    this.configuration = options.isConfigured === false ? null : { configurationValue: JS110_CONFIGURATION };
    this.#endpoint = new BulkInEndpoint({
      clock: options.clock,
      fifoPackets: options.fifoPackets ?? 128,
      resultByteOffset: options.resultByteOffset ?? 0,
    });
  }

  async open(): Promise<void> {
    await this.#turn();
    this.#checkPresent();
    if (this.#plugState === 'pulled' || this.#faults.openError === 'SecurityError') {
      throw new DOMException('Access denied.', 'SecurityError');
    }
    if (this.#faults.openError) throw new DOMException('Unable to open the device.', this.#faults.openError);
    if (this.opened) return;
    this.opened = true;
    this.#origin = { nowMs: this.#options.clock.nowMs(), sample: this.model.poweredSample };
    this.#scheduleTick();
  }

  async close(): Promise<void> {
    await this.#turn();
    this.#checkPresent();
    this.opened = false;
    this.#isClaimed = false;
    this.#cancelTick?.();
    this.#endpoint.rejectAll('AbortError', 'The transfer was cancelled.');
  }

  async selectConfiguration(configurationValue: number): Promise<void> {
    await this.#turn();
    this.#checkOpen();
    if (configurationValue !== JS110_CONFIGURATION) throw notFound('The configuration was not found.');
    this.configuration = { configurationValue };
  }

  async claimInterface(interfaceNumber: number): Promise<void> {
    await this.#turn();
    this.#checkOpen();
    if (!this.configuration) throw new DOMException('The device must have a configuration.', 'InvalidStateError');
    if (interfaceNumber !== JS110_INTERFACE) throw notFound('The interface was not found.');
    if (this.#faults.isClaimed) throw networkError('Unable to claim interface.');
    this.#isClaimed = true;
  }

  async releaseInterface(interfaceNumber: number): Promise<void> {
    await this.#turn();
    this.#checkOpen();
    this.#checkPlugged();
    if (interfaceNumber !== JS110_INTERFACE) throw notFound('The interface was not found.');
    this.#isClaimed = false;
    this.#endpoint.rejectAll('NetworkError', 'A transfer error has occurred.');
  }

  async reset(): Promise<void> {
    await this.#turn();
    this.#checkOpen();
    this.#checkPlugged();
    this.#endpoint.rejectAll('NetworkError', 'A transfer error has occurred.');
  }

  async controlTransferIn(setup: UsbSetup, length: number): Promise<UsbInResult> {
    if (!(await this.#control(setup.request))) return { status: 'stall', data: new DataView(new ArrayBuffer(0)) };
    const answer = this.model.controlIn(setup.request, setup.value, setup.index, length);
    if (!answer) return { status: 'stall', data: new DataView(new ArrayBuffer(0)) };
    return { status: 'ok', data: this.#endpoint.view(answer.subarray(0, length)) };
  }

  async controlTransferOut(setup: UsbSetup, data?: BufferSource): Promise<UsbOutResult> {
    const bytes = data ? copyBytes(data) : new Uint8Array(0);
    if (!(await this.#control(setup.request))) return { status: 'stall', bytesWritten: 0 };
    const wasStreaming = this.model.isStreaming;
    this.#produce();
    if (!this.model.controlOut(setup.request, bytes)) return { status: 'stall', bytesWritten: 0 };
    if (this.model.isStreaming && !wasStreaming) {
      this.#endpoint.flush();
      this.faultPlan.restart();
    }
    return { status: 'ok', bytesWritten: bytes.byteLength };
  }

  async transferIn(endpointNumber: number, length: number): Promise<UsbInResult> {
    this.#checkOpen();
    if (endpointNumber < 1 || endpointNumber > 15) {
      throw new DOMException('The specified endpoint number is out of range.', 'IndexSizeError');
    }
    if (!this.#isClaimed || endpointNumber !== JS110_ENDPOINT_IN) {
      throw notFound('The specified endpoint is not part of a claimed and selected alternate interface.');
    }
    this.#checkPlugged();
    if (length > MAX_TRANSFER_BYTES) throw new DOMException('The length exceeds 32 MiB.', 'DataError');
    return this.#endpoint.read(length);
  }

  /** A JS110 has no bulk OUT endpoint. */
  async transferOut(): Promise<UsbOutResult> {
    this.#checkOpen();
    throw notFound('The specified endpoint is not part of a claimed and selected alternate interface.');
  }

  async clearHalt(direction: 'in' | 'out', endpointNumber: number): Promise<void> {
    await this.#turn();
    this.#checkOpen();
    this.#checkPlugged();
    if (direction !== 'in' || endpointNumber !== JS110_ENDPOINT_IN || !this.#isClaimed) {
      throw notFound('The specified endpoint is not part of a claimed and selected alternate interface.');
    }
    this.#endpoint.clearHalt();
  }

  /** Pulls the cable: transfers fail at once; `onGone` runs when the browser has noticed. */
  unplug(onGone: () => void): void {
    if (this.#plugState !== 'in') return;
    this.#plugState = 'pulled';
    this.#cancelTick?.();
    this.#endpoint.rejectAll('NetworkError', 'A transfer error has occurred.');
    this.#options.clock.after(DISCONNECT_EVENT_MS, () => {
      this.#plugState = 'gone';
      this.opened = false;
      onGone();
    });
  }

  /** Strikes at the next packet. */
  strike(fault: Js110Fault): void {
    this.faultPlan.add(fault);
  }

  get #faults(): Js110FaultOptions {
    return this.#options.faults ?? {};
  }

  /** Common part of all control transfers; false = stall. */
  async #control(request: number): Promise<boolean> {
    this.#checkOpen();
    this.#checkPlugged();
    if (!this.configuration) throw new DOMException('The device must have a configuration.', 'InvalidStateError');
    if (this.#faults.mutedRequests?.includes(request)) await new Promise(() => undefined);
    await this.#turn(this.#faults.controlDelayMs ?? CONTROL_LATENCY_MS);
    this.#checkPlugged();
    return !this.#faults.stalledRequests?.includes(request);
  }

  /** Results never come in the task of the call. */
  #turn(delayMs = 0): Promise<void> {
    return delay(this.#options.clock, delayMs);
  }

  #scheduleTick(): void {
    this.#cancelTick = this.#options.clock.after(TICK_MS, () => {
      this.#scheduleTick();
      this.#produce();
    });
  }

  /** Makes what is owed up to now. */
  #produce(): void {
    const { nowMs, sample } = this.#origin;
    const rateHz = SAMPLE_RATE_HZ * (1 + (this.#options.clockErrorPpm ?? 0) * 1e-6);
    const target = sample + Math.floor(((this.#options.clock.nowMs() - nowMs) / 1000) * rateHz);
    const owedSamples = target - this.model.poweredSample;
    if (!this.model.isStreaming) {
      this.model.idle(owedSamples);
      return;
    }
    const owedPackets = Math.floor(owedSamples / PACKET_SAMPLES);
    const deliverable = Math.min(owedPackets, Math.floor((BACKLOG_MS / 1000) * (rateHz / PACKET_SAMPLES)));
    this.model.makePackets(deliverable, (packet, packetNumber) => this.#emit(packet, packetNumber));
    const lost = this.model.isStreaming ? owedPackets - deliverable : 0;
    this.model.skipPackets(lost);
    this.model.countDiscarded(lost);
  }

  #emit(packet: Uint8Array<ArrayBuffer>, packetNumber: number): void {
    if (this.#plugState !== 'in') return;
    const fault = this.faultPlan.at(packetNumber);
    if (fault && !this.#applyFault(fault, packet)) return;
    const lengthBytes = fault?.kind === 'short' ? fault.lengthBytes : PACKET_BYTES;
    if (!this.#endpoint.put(packet.subarray(0, lengthBytes))) this.model.countDiscarded(1);
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
        this.#endpoint.halt();
        return true;
      case 'babble':
        this.#endpoint.babble();
        return false;
      case 'unplug':
        this.#options.onUnplug?.(fault.replugAfterMs);
        return false;
    }
  }

  #checkPresent(): void {
    if (this.#plugState === 'gone') throw notFound('The device was disconnected.');
  }

  #checkPlugged(): void {
    if (this.#plugState === 'pulled') throw networkError('A transfer error has occurred.');
  }

  #checkOpen(): void {
    this.#checkPresent();
    if (!this.opened) throw new DOMException('The device must be opened first.', 'InvalidStateError');
  }
}

/** Chromium refuses longer single transfers. */
const MAX_TRANSFER_BYTES = 32 * 2 ** 20;

function copyBytes(data: BufferSource): Uint8Array<ArrayBuffer> {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
    : new Uint8Array(data.slice(0));
}

const notFound = (text: string) => new DOMException(text, 'NotFoundError');
const networkError = (text: string) => new DOMException(text, 'NetworkError');
