// A serial port made of a USB device by web-serial-polyfill, with what that leaves to be desired made good below it and
// above it. Version 1.0.15 asks for more and more reads at once, takes an empty packet for an error, waits for ever for what
// follows a packet that was full, and turns all errors into texts.

import { SerialPort } from 'web-serial-polyfill';
import { toError } from '../base/errors.ts';
import type { SerialPortLike } from './serial-port.ts';
import type { UsbDevice, UsbInResult } from './usb.ts';
import { type HostSystem, type UsbAdvice, UsbErrors } from './usb-errors.ts';

const ADVICE: UsbAdvice = {
  otherProgram: 'a terminal',
  kernelModule: 'cdc_acm',
  repair: 'Unplug it, plug it in again and connect.',
};
/** With room for less than a packet the polyfill asks for one packet at a time, which ends full or short. */
const BUFFER_BYTES = 1;
/** Answer to a read beside the one that waits: none. */
const NOTHING: UsbInResult = { status: 'ok' };

export class PolyfilledPort implements SerialPortLike {
  readonly #device: UsbDevice;
  readonly #system: HostSystem;
  readonly #port: SerialPort;
  /** What the browser threw last, or why nothing can be read any more. */
  #failure: Error | undefined;
  #isReading = false;
  #isWriting = false;

  /** `device` has the interfaces of CDC-ACM; else this throws. */
  constructor(device: UsbDevice, system: HostSystem) {
    this.#device = device;
    this.#system = system;
    this.#port = new SerialPort(this.#smoothed() as USBDevice);
  }

  /** `null` also when the cable was pulled, while the browser still calls the device open. */
  get readable(): ReadableStream<Uint8Array> | null {
    return this.#failure ? null : this.#port.readable;
  }

  get writable(): WritableStream<Uint8Array> | null {
    return this.#failure ? null : this.#port.writable;
  }

  getInfo(): SerialPortInfo {
    return this.#port.getInfo();
  }

  /** Rejects with `device/in-use`, `device/denied` or `device/lost`. */
  async open(options: Parameters<SerialPortLike['open']>[0]): Promise<void> {
    this.#failure = undefined;
    try {
      await this.#port.open({ ...options, bufferSize: BUFFER_BYTES });
    } catch (thrown) {
      // what the browser did not refuse the device did
      if (!this.#failure) throw thrown;
      throw new UsbErrors(this.#device, this.#system, ADVICE).ofOpening(this.#failure);
    }
  }

  async setSignals(signals: Parameters<SerialPortLike['setSignals']>[0]): Promise<void> {
    await this.#port.setSignals(signals);
  }

  /** The polyfill waits for a write under way. One that never ends is ended by closing the device. */
  async close(): Promise<void> {
    if (this.#isWriting) await this.#device.close();
    await this.#port.close();
  }

  /** The device as the polyfill can take it. */
  #smoothed(): Partial<UsbDevice> {
    const device = this.#device;
    return {
      vendorId: device.vendorId,
      productId: device.productId,
      ...(device.configurations ? { configurations: device.configurations } : {}),
      get opened() {
        return device.opened;
      },
      get configuration() {
        return device.configuration;
      },
      open: () => this.#noted(device.open()),
      close: () => device.close(),
      selectConfiguration: (value) => this.#noted(device.selectConfiguration(value)),
      claimInterface: (number) => this.#noted(device.claimInterface(number)),
      controlTransferOut: (setup, data) => this.#noted(device.controlTransferOut(setup, data)),
      transferIn: (endpointNumber, lengthBytes) => this.#read(endpointNumber, lengthBytes),
      transferOut: (endpointNumber, data) => this.#write(endpointNumber, data),
    };
  }

  /** One read at a time, and none that is empty. */
  async #read(endpointNumber: number, lengthBytes: number): Promise<UsbInResult> {
    if (this.#isReading) return NOTHING;
    this.#isReading = true;
    try {
      for (;;) {
        const result = await this.#noted(this.#device.transferIn(endpointNumber, lengthBytes));
        if (result.status !== 'ok') this.#failure = new Error(`a read ended with ${result.status}`);
        if (this.#failure || result.data?.byteLength !== 0) return result;
      }
    } finally {
      this.#isReading = false;
    }
  }

  async #write(endpointNumber: number, data: Parameters<UsbDevice['transferOut']>[1]) {
    this.#isWriting = true;
    try {
      return await this.#noted(this.#device.transferOut(endpointNumber, data));
    } finally {
      this.#isWriting = false;
    }
  }

  async #noted<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (thrown) {
      this.#failure = toError(thrown);
      throw thrown;
    }
  }
}
