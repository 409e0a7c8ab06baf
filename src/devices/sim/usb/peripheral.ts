// A simulated USB instrument as a browser shows it: a UsbDevice whose transfers complete, stall, babble and fail as
// Chromium's do (WebUSB specification; the rows on stall, unplug and close were compared with Chromium on Linux). What
// it answers and sends is its own business.

import { type Clock, delay } from '../../../base/clock.ts';
import type { UsbConfiguration, UsbDevice, UsbInResult, UsbOutResult, UsbSetup } from '../../../transports/usb.ts';
import { BULK_PACKET_BYTES, BulkInEndpoint } from './endpoint.ts';
import type { UsbFaultOptions } from './faults.ts';

/** An answer takes this long (two USB microframes). */
const CONTROL_LATENCY_MS = 0.25;
/** Between the failing transfers and the `disconnect` event, as seen in Chromium. */
const DISCONNECT_EVENT_MS = 200;
/** Chromium refuses longer single transfers. */
const MAX_TRANSFER_BYTES = 32 * 2 ** 20;
const FIFO_PACKETS = 128;
/** Packet size of an interrupt endpoint (USB488, 3.4). */
const NOTICE_BYTES = 2;

/** What kind of device it is, as its descriptors say. */
export interface UsbDescription {
  readonly vendorId: number;
  readonly productId: number;
  readonly manufacturerName: string;
  readonly productName: string;
  readonly configurationValue: number;
  readonly interfaceNumber: number;
  readonly endpointIn: number;
  /** Left out: there is no bulk OUT endpoint. */
  readonly endpointOut?: number;
  /** Left out: there is no interrupt IN endpoint. */
  readonly endpointInterrupt?: number;
  /** Of the bulk IN endpoint; that of high speed when left out. */
  readonly packetBytes?: number;
  /** Descriptors, for hosts that look at them. */
  readonly configurations?: readonly UsbConfiguration[];
}

export interface PeripheralOptions {
  readonly clock: Clock;
  readonly serialNumber: string;
  /** Packets that wait in the instrument when no read is posted; 128 when left out. */
  readonly fifoPackets?: number;
  /** Where results start in their buffer. */
  readonly resultByteOffset?: number;
  /** Configuration before `open`: Linux has selected it already. */
  readonly isConfigured?: boolean;
  readonly faults?: UsbFaultOptions;
  /** The cable was pulled by a fault, to be put back after so many milliseconds. */
  readonly onUnplug?: (replugAfterMs: number | undefined) => void;
}

export abstract class UsbPeripheral implements UsbDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly manufacturerName: string;
  readonly productName: string;
  readonly serialNumber: string;
  opened = false;
  configuration: { readonly configurationValue: number } | null;
  readonly configurations: readonly UsbConfiguration[];
  protected readonly endpoint: BulkInEndpoint;
  protected readonly interruptEndpoint: BulkInEndpoint;
  readonly #description: UsbDescription;
  readonly #options: PeripheralOptions;
  #isClaimed = false;
  #plugState: 'in' | 'pulled' | 'gone' = 'in';
  #isOutHalted = false;

  constructor(description: UsbDescription, options: PeripheralOptions) {
    this.#description = description;
    this.#options = options;
    this.vendorId = description.vendorId;
    this.productId = description.productId;
    this.manufacturerName = description.manufacturerName;
    this.productName = description.productName;
    this.configurations = description.configurations ?? [];
    this.serialNumber = options.serialNumber;
    this.configuration = options.isConfigured === false ? null : { configurationValue: description.configurationValue };
    const common = { clock: options.clock, resultByteOffset: options.resultByteOffset ?? 0 };
    this.endpoint = new BulkInEndpoint({
      ...common,
      fifoPackets: options.fifoPackets ?? FIFO_PACKETS,
      packetBytes: description.packetBytes ?? BULK_PACKET_BYTES,
    });
    this.interruptEndpoint = new BulkInEndpoint({ ...common, fifoPackets: FIFO_PACKETS, packetBytes: NOTICE_BYTES });
  }

  /** Answer to a vendor request; `undefined` = stall. */
  protected abstract controlIn(setup: UsbSetup, lengthBytes: number): Uint8Array | undefined;
  /** Takes a vendor request with data. False = stall. */
  protected abstract controlOut(setup: UsbSetup, data: Uint8Array<ArrayBuffer>): boolean;
  /** Takes what came on the bulk OUT endpoint. False = stall, until the host clears it. */
  protected abstract bulkOut(data: Uint8Array<ArrayBuffer>): boolean;
  /** The device has been opened. */
  protected onOpened(): void {}
  /** No transfer comes any more, until it is opened again. */
  protected onEnded(): void {}
  /** Before each transfer to the device. */
  protected produce(): void {}
  /** The host has cleared a halt. */
  protected onHaltCleared(_direction: 'in' | 'out'): void {}

  async open(): Promise<void> {
    await this.#turn();
    this.#checkPresent();
    if (this.#plugState === 'pulled' || this.#faults.openError === 'SecurityError') {
      throw new DOMException('Access denied.', 'SecurityError');
    }
    if (this.#faults.openError) throw new DOMException('Unable to open the device.', this.#faults.openError);
    if (this.opened) return;
    this.opened = true;
    this.onOpened();
  }

  async close(): Promise<void> {
    await this.#turn();
    this.#checkPresent();
    this.opened = false;
    this.#isClaimed = false;
    this.onEnded();
    this.#rejectAll('AbortError', 'The transfer was cancelled.');
  }

  async selectConfiguration(configurationValue: number): Promise<void> {
    await this.#turn();
    this.#checkOpen();
    if (configurationValue !== this.#description.configurationValue) {
      throw notFound('The configuration was not found.');
    }
    this.configuration = { configurationValue };
  }

  async claimInterface(interfaceNumber: number): Promise<void> {
    await this.#turn();
    this.#checkOpen();
    this.#checkConfigured();
    if (interfaceNumber !== this.#description.interfaceNumber) throw notFound('The interface was not found.');
    if (this.#faults.isClaimed) throw networkError('Unable to claim interface.');
    this.#isClaimed = true;
  }

  async releaseInterface(interfaceNumber: number): Promise<void> {
    await this.#turn();
    this.#checkOpen();
    this.#checkPlugged();
    if (interfaceNumber !== this.#description.interfaceNumber) throw notFound('The interface was not found.');
    this.#isClaimed = false;
    this.#rejectAll('NetworkError', 'A transfer error has occurred.');
  }

  async reset(): Promise<void> {
    await this.#turn();
    this.#checkOpen();
    this.#checkPlugged();
    this.#rejectAll('NetworkError', 'A transfer error has occurred.');
  }

  async controlTransferIn(setup: UsbSetup, length: number): Promise<UsbInResult> {
    const answer = (await this.#control(setup.request)) ? this.controlIn(setup, length) : undefined;
    if (!answer) return { status: 'stall', data: new DataView(new ArrayBuffer(0)) };
    return { status: 'ok', data: this.endpoint.view(answer.subarray(0, length)) };
  }

  async controlTransferOut(setup: UsbSetup, data?: BufferSource): Promise<UsbOutResult> {
    const bytes = data ? copyBytes(data) : new Uint8Array(0);
    if (!(await this.#control(setup.request))) return { status: 'stall', bytesWritten: 0 };
    this.produce();
    if (!this.controlOut(setup, bytes)) return { status: 'stall', bytesWritten: 0 };
    return { status: 'ok', bytesWritten: bytes.byteLength };
  }

  async transferIn(endpointNumber: number, length: number): Promise<UsbInResult> {
    const { endpointIn, endpointInterrupt } = this.#description;
    const isNotice = endpointNumber === endpointInterrupt;
    this.#checkTransfer(endpointNumber, isNotice ? endpointInterrupt : endpointIn, length);
    return (isNotice ? this.interruptEndpoint : this.endpoint).read(length);
  }

  async transferOut(endpointNumber: number, data: BufferSource): Promise<UsbOutResult> {
    this.#checkTransfer(endpointNumber, this.#description.endpointOut, data.byteLength);
    const bytes = copyBytes(data);
    await this.#turn(CONTROL_LATENCY_MS);
    this.#checkOpen();
    this.#checkPlugged();
    this.produce();
    if (!this.#isOutHalted && this.bulkOut(bytes)) return { status: 'ok', bytesWritten: bytes.byteLength };
    this.#isOutHalted = true;
    return { status: 'stall', bytesWritten: 0 };
  }

  async clearHalt(direction: 'in' | 'out', endpointNumber: number): Promise<void> {
    await this.#turn();
    this.#checkOpen();
    this.#checkPlugged();
    const { endpointIn, endpointOut } = this.#description;
    if (!this.#isClaimed || endpointNumber !== (direction === 'in' ? endpointIn : endpointOut)) {
      throw notFound(NO_ENDPOINT);
    }
    if (direction === 'in') this.endpoint.clearHalt();
    else this.#isOutHalted = false;
    this.onHaltCleared(direction);
  }

  /** Pulls the cable: transfers fail at once; `onGone` runs when the browser has noticed. */
  unplug(onGone: () => void): void {
    if (this.#plugState !== 'in') return;
    this.#plugState = 'pulled';
    this.onEnded();
    this.#rejectAll('NetworkError', 'A transfer error has occurred.');
    this.#options.clock.after(DISCONNECT_EVENT_MS, () => {
      this.#plugState = 'gone';
      this.opened = false;
      onGone();
    });
  }

  protected get isPlugged(): boolean {
    return this.#plugState === 'in';
  }

  /** Bulk OUT stalls until the host clears it. */
  protected haltOut(): void {
    this.#isOutHalted = true;
  }

  get #faults(): UsbFaultOptions {
    return this.#options.faults ?? {};
  }

  /** Common part of all control transfers; false = stall. */
  async #control(request: number): Promise<boolean> {
    this.#checkOpen();
    this.#checkPlugged();
    this.#checkConfigured();
    if (this.#faults.mutedRequests?.includes(request)) await new Promise(() => undefined);
    await this.#turn(this.#faults.controlDelayMs ?? CONTROL_LATENCY_MS);
    this.#checkPlugged();
    return !this.#faults.stalledRequests?.includes(request);
  }

  /** Results never come in the task of the call. */
  #turn(delayMs = 0): Promise<void> {
    return delay(this.#options.clock, delayMs);
  }

  #rejectAll(name: string, text: string): void {
    this.endpoint.rejectAll(name, text);
    this.interruptEndpoint.rejectAll(name, text);
  }

  #checkTransfer(endpointNumber: number, existing: number | undefined, lengthBytes: number): void {
    this.#checkOpen();
    if (endpointNumber < 1 || endpointNumber > 15) {
      throw new DOMException('The specified endpoint number is out of range.', 'IndexSizeError');
    }
    if (!this.#isClaimed || endpointNumber !== existing) throw notFound(NO_ENDPOINT);
    this.#checkPlugged();
    if (lengthBytes > MAX_TRANSFER_BYTES) throw new DOMException('The length exceeds 32 MiB.', 'DataError');
  }

  #checkConfigured(): void {
    if (!this.configuration) throw new DOMException('The device must have a configuration.', 'InvalidStateError');
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

const NO_ENDPOINT = 'The specified endpoint is not part of a claimed and selected alternate interface.';

function copyBytes(data: BufferSource): Uint8Array<ArrayBuffer> {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
    : new Uint8Array(data.slice(0));
}

const notFound = (text: string) => new DOMException(text, 'NotFoundError');
const networkError = (text: string) => new DOMException(text, 'NetworkError');
