// The part of a USB device that our drivers use, and the link over it: opening, claiming, control requests with a
// time limit, bulk reads. Real devices (`USBDevice` of WebUSB) and simulated ones have the same shape, so a driver
// never knows which it has. Browser errors become LabErrors here and nowhere else.

import { afterAwake, type Clock } from '../base/clock.ts';
import { LabError, toError } from '../base/errors.ts';
import { UDEV_RULES_FILE, udevRule } from '../base/udev.ts';

/** A request to the device itself in the sense of USB 2.0 section 9.3. */
export interface UsbSetup {
  readonly requestType: 'vendor';
  readonly recipient: 'device';
  readonly request: number;
  readonly value: number;
  readonly index: number;
}

export type UsbStatus = 'ok' | 'stall' | 'babble';

export interface UsbInResult {
  readonly status?: UsbStatus | undefined;
  /** May start at a non-zero `byteOffset` of its buffer. */
  readonly data?: DataView | undefined;
}

export interface UsbOutResult {
  readonly status?: UsbStatus | undefined;
  readonly bytesWritten: number;
}

/** Subset of `USBDevice` (wicg.github.io/webusb); a `USBDevice` can be passed where this is wanted. */
export interface UsbDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly manufacturerName?: string | null | undefined;
  readonly productName?: string | null | undefined;
  readonly serialNumber?: string | null | undefined;
  readonly opened: boolean;
  readonly configuration?: { readonly configurationValue: number } | null | undefined;
  open(): Promise<void>;
  close(): Promise<void>;
  selectConfiguration(configurationValue: number): Promise<void>;
  claimInterface(interfaceNumber: number): Promise<void>;
  controlTransferIn(setup: UsbSetup, length: number): Promise<UsbInResult>;
  controlTransferOut(setup: UsbSetup, data?: BufferSource): Promise<UsbOutResult>;
  transferIn(endpointNumber: number, length: number): Promise<UsbInResult>;
  transferOut(endpointNumber: number, data: BufferSource): Promise<UsbOutResult>;
  clearHalt(direction: 'in' | 'out', endpointNumber: number): Promise<void>;
}

/** Where USB devices come from: `navigator.usb`, or a simulated bus. */
export interface UsbBus {
  /** Devices that may be opened without asking. */
  getDevices(): Promise<readonly UsbDevice[]>;
  addEventListener(type: 'connect' | 'disconnect', listener: (event: { readonly device: UsbDevice }) => void): void;
  removeEventListener(type: 'connect' | 'disconnect', listener: (event: { readonly device: UsbDevice }) => void): void;
}

/** Operating system that the browser runs on; decides which remedy a message names. */
export type HostSystem = 'linux' | 'windows' | 'other';

export interface UsbLinkOptions {
  readonly clock: Clock;
  readonly system: HostSystem;
}

/** WebUSB has no time limit of its own; the vendor's hosts give a control request one second. */
export const CONTROL_TIMEOUT_MS = 1000;

/** Time for one bulk write. The vendor's hosts give it 250 ms; a browser's own process can be held up for longer. */
const BULK_OUT_TIMEOUT_MS = 1000;

/** Longest control read: what WinUSB grants, and what the vendor's hosts keep to. */
export const CONTROL_MAX_BYTES = 4096;

/** How long `close` waits for the browser before it lets go. */
const CLOSE_TIMEOUT_MS = 1500;

/** Which system `userAgent` names. */
export function hostSystem(userAgent: string): HostSystem {
  if (/Windows/.test(userAgent)) return 'windows';
  return /Linux|X11/.test(userAgent) && !/Android|CrOS/.test(userAgent) ? 'linux' : 'other';
}

/** One opened USB device. Worker or page. */
export class UsbLink {
  readonly device: UsbDevice;
  readonly #options: UsbLinkOptions;
  readonly #label: string;

  constructor(device: UsbDevice, options: UsbLinkOptions) {
    this.device = device;
    this.#options = options;
    this.#label = [device.productName ?? 'The instrument', device.serialNumber ?? ''].join(' ').trim();
  }

  /** Opens, selects the configuration unless the system did, claims the interface. */
  async open(configurationValue: number, interfaceNumber: number): Promise<void> {
    try {
      await this.device.open();
      if (this.device.configuration?.configurationValue !== configurationValue) {
        await this.device.selectConfiguration(configurationValue);
      }
    } catch (thrown) {
      throw this.#openError(toError(thrown));
    }
    try {
      await this.device.claimInterface(interfaceNumber);
    } catch (thrown) {
      const error = toError(thrown);
      throw error.name === 'NotFoundError' ? this.#lost(error) : this.#inUse(error);
    }
  }

  /** Vendor request to the host. Rejects with `device/timeout`, `device/protocol` (stall) or `device/lost`. */
  async controlIn(
    request: number,
    value: number,
    index: number,
    lengthBytes: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const result = await this.#limited(
      this.device.controlTransferIn(vendorSetup(request, value, index), lengthBytes),
      request,
    );
    if (result.status !== 'ok' || !result.data) throw this.#refused(request, result.status);
    const { buffer, byteOffset, byteLength } = result.data;
    return new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  }

  /** Vendor request to the device. Rejects like `controlIn`. */
  async controlOut(request: number, value: number, index: number, data: Uint8Array<ArrayBuffer>): Promise<void> {
    const result = await this.#limited(
      this.device.controlTransferOut(vendorSetup(request, value, index), data),
      request,
    );
    if (result.status !== 'ok') throw this.#refused(request, result.status);
  }

  /** One bulk read. Stall and babble are results, not errors: the driver decides. */
  async bulkIn(endpointNumber: number, lengthBytes: number): Promise<UsbInResult> {
    try {
      return await this.device.transferIn(endpointNumber, lengthBytes);
    } catch (thrown) {
      throw this.#transferError(toError(thrown));
    }
  }

  /** One bulk write, of the whole of `data`. Rejects with `device/timeout`, `device/protocol` (stall) or `device/lost`. */
  async bulkOut(endpointNumber: number, data: Uint8Array<ArrayBuffer>): Promise<void> {
    const transfer = this.device.transferOut(endpointNumber, data).catch((thrown: unknown) => {
      throw this.#transferError(toError(thrown));
    });
    const result = await this.#orTimeout(transfer, BULK_OUT_TIMEOUT_MS, () => {
      throw new LabError(
        'device/timeout',
        `${this.#label} did not take a message within ${BULK_OUT_TIMEOUT_MS} ms. Unplug the instrument, plug it in again and reconnect.`,
      );
    });
    if (result.status === 'ok' && result.bytesWritten === data.byteLength) return;
    throw new LabError(
      'device/protocol',
      `${this.#label} refused a message (${result.status ?? 'no answer'}). Unplug it, plug it in again and reconnect.`,
    );
  }

  async clearHaltIn(endpointNumber: number): Promise<void> {
    try {
      await this.device.clearHalt('in', endpointNumber);
    } catch (thrown) {
      throw this.#transferError(toError(thrown));
    }
  }

  /** Gives the device back. Settles within 1.5 s whatever the browser does, and never rejects: the device may be gone. */
  async close(): Promise<void> {
    const closing = this.device.close().catch(() => undefined);
    await this.#orTimeout(closing, CLOSE_TIMEOUT_MS, () => undefined);
  }

  async #limited<T>(transfer: Promise<T>, request: number): Promise<T> {
    const guarded = transfer.catch((thrown: unknown) => {
      throw this.#transferError(toError(thrown));
    });
    return this.#orTimeout(guarded, CONTROL_TIMEOUT_MS, () => {
      throw new LabError(
        'device/timeout',
        `${this.#label} did not answer request ${request} within ${CONTROL_TIMEOUT_MS} ms. Unplug the instrument, plug it in again and reconnect.`,
        { context: { request } },
      );
    });
  }

  #orTimeout<T>(work: Promise<T>, limitMs: number, onTimeout: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const cancel = afterAwake(this.#options.clock, limitMs, () => {
        try {
          resolve(onTimeout());
        } catch (error) {
          reject(toError(error));
        }
      });
      work.then(resolve, reject).finally(cancel);
    });
  }

  #openError(error: Error): LabError {
    if (error.name !== 'SecurityError') {
      return error.name === 'NotFoundError' ? this.#lost(error) : this.#inUse(error);
    }
    const remedies: Record<HostSystem, string> = {
      linux: `Add this line to the file ${UDEV_RULES_FILE}: ${udevRule(this.device)} — then run "sudo udevadm control --reload" and plug the instrument in again.`,
      windows:
        'Windows must bind the WinUSB driver to it: plug it in again, or choose WinUSB for it in the Device Manager.',
      other: 'Plug it in again and allow it in the browser.',
    };
    return new LabError(
      'device/denied',
      `The system does not let the browser open ${this.#label}. ${remedies[this.#options.system]}`,
      { cause: error },
    );
  }

  #inUse(error: Error): LabError {
    const remedies: Record<HostSystem, string> = {
      linux:
        'Close the other program (such as the Joulescope UI) or tab that has it open; if a kernel driver holds it, unbind that.',
      windows:
        'Close the other program (such as the Joulescope UI) or tab that has it open; if none has, bind the WinUSB driver to it.',
      other: 'Close the other program (such as the Joulescope UI) or tab that has it open.',
    };
    return new LabError(
      'device/in-use',
      `${this.#label} is in use by another program or driver. ${remedies[this.#options.system]} Then connect again.`,
      { cause: error },
    );
  }

  #transferError(error: Error): LabError {
    if (error instanceof LabError) return error;
    if (error.name === 'AbortError') return new LabError('cancelled', `${this.#label} was closed.`, { cause: error });
    if (['NetworkError', 'NotFoundError', 'InvalidStateError'].includes(error.name)) return this.#lost(error);
    return new LabError(
      'device/protocol',
      `A transfer with ${this.#label} failed: ${error.message}. Plug it in again and reconnect.`,
      { cause: error },
    );
  }

  #lost(error: Error): LabError {
    return new LabError(
      'device/lost',
      `${this.#label} is not connected any more. Plug it in again; it continues by itself.`,
      { cause: error },
    );
  }

  #refused(request: number, status: UsbStatus | undefined): LabError {
    return new LabError(
      'device/protocol',
      `${this.#label} refused request ${request} (${status ?? 'no answer'}). Update its firmware with the Joulescope UI, or reconnect it.`,
      { context: { request } },
    );
  }
}

function vendorSetup(request: number, value: number, index: number): UsbSetup {
  return { requestType: 'vendor', recipient: 'device', request, value, index };
}
