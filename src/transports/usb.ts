// The part of a USB device that our drivers use, and the link over it: opening, claiming, control requests with a
// time limit, bulk reads. Real devices (`USBDevice` of WebUSB) and simulated ones have the same shape, so a driver
// never knows which it has. Browser errors become LabErrors here and nowhere else.

import { afterAwake, type Clock } from '../base/clock.ts';
import { LabError, toError } from '../base/errors.ts';
import { type HostSystem, type UsbAdvice, UsbErrors } from './usb-errors.ts';

/** A control request in the sense of USB 2.0 section 9.3. */
export interface UsbSetup {
  readonly requestType: 'vendor' | 'class';
  readonly recipient: 'device' | 'interface' | 'endpoint';
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

/** What a device's descriptors say of one setting of an interface; a `USBAlternateInterface`. */
export interface UsbAlternate {
  readonly alternateSetting: number;
  readonly interfaceClass: number;
  readonly interfaceSubclass: number;
  readonly interfaceProtocol: number;
  readonly endpoints: readonly {
    readonly endpointNumber: number;
    readonly direction: 'in' | 'out';
    readonly type: 'bulk' | 'interrupt' | 'isochronous';
    readonly packetSize: number;
  }[];
}

/** A `USBConfiguration`. */
export interface UsbConfiguration {
  readonly configurationValue: number;
  readonly interfaces: readonly { readonly interfaceNumber: number; readonly alternates: readonly UsbAlternate[] }[];
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
  /** Descriptors; there before the device is opened. Recordings have none. */
  readonly configurations?: readonly UsbConfiguration[];
  open(): Promise<void>;
  close(): Promise<void>;
  selectConfiguration(configurationValue: number): Promise<void>;
  claimInterface(interfaceNumber: number): Promise<void>;
  selectAlternateInterface?(interfaceNumber: number, alternateSetting: number): Promise<void>;
  reset?(): Promise<void>;
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

export interface UsbLinkOptions {
  readonly clock: Clock;
  readonly system: HostSystem;
  /** What messages advise beside the system's own remedies; for a Joulescope when left out. */
  readonly advice?: UsbAdvice;
}

export interface OpenSteps {
  /** Another setting of the interface than its first, 0. */
  readonly alternateSetting?: number;
  /** A bus reset before the interface is claimed. */
  readonly isReset?: boolean;
}

/** WebUSB has no time limit of its own; the vendor's hosts give a control request one second. */
export const CONTROL_TIMEOUT_MS = 1000;

/** Time for one bulk write. The vendor's hosts give it 250 ms; a browser's own process can be held up for longer. */
const BULK_OUT_TIMEOUT_MS = 1000;

/** Longest control read: what WinUSB grants, and what the vendor's hosts keep to. */
export const CONTROL_MAX_BYTES = 4096;

/** How long `close` waits for the browser before it lets go. */
const CLOSE_TIMEOUT_MS = 1500;

/** One opened USB device. Worker or page. */
export class UsbLink {
  readonly device: UsbDevice;
  readonly #options: UsbLinkOptions;
  readonly #errors: UsbErrors;

  constructor(device: UsbDevice, options: UsbLinkOptions) {
    this.device = device;
    this.#options = options;
    this.#errors = new UsbErrors(device, options.system, options.advice);
  }

  /** Opens and selects the configuration unless the system did: enough for requests to the device itself. */
  async openDevice(configurationValue: number, steps: Pick<OpenSteps, 'isReset'> = {}): Promise<void> {
    try {
      await this.device.open();
      if (this.device.configuration?.configurationValue !== configurationValue) {
        await this.device.selectConfiguration(configurationValue);
      }
      if (steps.isReset) await this.device.reset?.();
    } catch (thrown) {
      throw this.#errors.ofOpening(toError(thrown));
    }
  }

  /** Opens as `openDevice` and claims the interface. */
  async open(configurationValue: number, interfaceNumber: number, steps: OpenSteps = {}): Promise<void> {
    await this.openDevice(configurationValue, steps);
    try {
      await this.device.claimInterface(interfaceNumber);
      if (steps.alternateSetting) {
        await this.device.selectAlternateInterface?.(interfaceNumber, steps.alternateSetting);
      }
    } catch (thrown) {
      throw this.#errors.ofClaiming(toError(thrown));
    }
  }

  /**
   * Class request to the host; `undefined` when the device stalls it, as it does with what it does not have. `index` is
   * the interface's number or the endpoint's address. Rejects with `device/timeout` or `device/lost`.
   */
  async classIn(setup: Omit<UsbSetup, 'requestType'>, lengthBytes: number): Promise<Uint8Array | undefined> {
    const { status, data } = await this.#limited(
      this.device.controlTransferIn({ requestType: 'class', ...setup }, lengthBytes),
      setup.request,
    );
    if (status !== 'ok' || !data) return undefined;
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  }

  /** Resets the device's bus. Rejects with `device/unsupported` where that cannot be done, or `device/lost`. */
  async reset(): Promise<void> {
    try {
      if (!this.device.reset) throw this.#errors.noReset();
      await this.device.reset();
    } catch (thrown) {
      throw this.#errors.ofTransfer(toError(thrown));
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
    if (result.status !== 'ok' || !result.data) throw this.#errors.refused(request, result.status);
    const { buffer, byteOffset, byteLength } = result.data;
    return new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  }

  /** Vendor request to the device. Rejects like `controlIn`. */
  async controlOut(request: number, value: number, index: number, data: Uint8Array<ArrayBuffer>): Promise<void> {
    const result = await this.#limited(
      this.device.controlTransferOut(vendorSetup(request, value, index), data),
      request,
    );
    if (result.status !== 'ok') throw this.#errors.refused(request, result.status);
  }

  /** One bulk read. Stall and babble are results, not errors: the driver decides. */
  async bulkIn(endpointNumber: number, lengthBytes: number): Promise<UsbInResult> {
    try {
      return await this.device.transferIn(endpointNumber, lengthBytes);
    } catch (thrown) {
      throw this.#errors.ofTransfer(toError(thrown));
    }
  }

  /** One bulk write, of the whole of `data`. Rejects with `device/timeout`, `device/protocol` (stall) or `device/lost`. */
  async bulkOut(endpointNumber: number, data: Uint8Array<ArrayBuffer>, limitMs = BULK_OUT_TIMEOUT_MS): Promise<void> {
    const transfer = this.device.transferOut(endpointNumber, data).catch((thrown: unknown) => {
      throw this.#errors.ofTransfer(toError(thrown));
    });
    const result = await this.#orTimeout(transfer, limitMs, () => {
      throw new LabError(
        'device/timeout',
        `${this.#errors.label} did not take a message within ${limitMs} ms. Unplug the instrument, plug it in again and reconnect.`,
      );
    });
    if (result.status === 'ok' && result.bytesWritten === data.byteLength) return;
    throw new LabError(
      'device/protocol',
      `${this.#errors.label} refused a message (${result.status ?? 'no answer'}). Unplug it, plug it in again and reconnect.`,
      { context: { status: result.status } },
    );
  }

  async clearHalt(direction: 'in' | 'out', endpointNumber: number): Promise<void> {
    try {
      await this.device.clearHalt(direction, endpointNumber);
    } catch (thrown) {
      throw this.#errors.ofTransfer(toError(thrown));
    }
  }

  /** Gives the device back. Settles within 1.5 s whatever the browser does, and never rejects: the device may be gone. */
  async close(): Promise<void> {
    const closing = this.device.close().catch(() => undefined);
    await this.#orTimeout(closing, CLOSE_TIMEOUT_MS, () => undefined);
  }

  async #limited<T>(transfer: Promise<T>, request: number): Promise<T> {
    const guarded = transfer.catch((thrown: unknown) => {
      throw this.#errors.ofTransfer(toError(thrown));
    });
    return this.#orTimeout(guarded, CONTROL_TIMEOUT_MS, () => {
      throw new LabError(
        'device/timeout',
        `${this.#errors.label} did not answer request ${request} within ${CONTROL_TIMEOUT_MS} ms. Unplug the instrument, plug it in again and reconnect.`,
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
}

function vendorSetup(request: number, value: number, index: number): UsbSetup {
  return { requestType: 'vendor', recipient: 'device', request, value, index };
}
