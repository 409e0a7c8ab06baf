// A bus with one simulated JS110 on it: what `navigator.usb` is to a real one. Pulling the cable and putting it back
// makes a new device object with the same serial number, as browsers do.

import type { Clock } from '../../../../base/clock.ts';
import { Emitter } from '../../../../base/emitter.ts';
import type { UsbBus, UsbDevice } from '../../../../transports/usb.ts';
import type { LoadProfile } from '../../../sim/load.ts';
import { makeCalibration } from './calibration-file.ts';
import { Js110Model, type Js110ModelOptions } from './model.ts';
import { SimulatedJs110, type SimulatedUsbDeviceOptions } from './usb-device.ts';

export interface SimulatedBusOptions extends Omit<SimulatedUsbDeviceOptions, 'serialNumber' | 'onUnplug'> {
  readonly clock: Clock;
  readonly profile: LoadProfile;
  /** Six digits; `000001` when left out. */
  readonly serialNumber?: string;
  readonly model?: Partial<Js110ModelOptions>;
}

type BusEvent = { readonly device: UsbDevice };

export class SimulatedBus implements UsbBus {
  readonly #options: SimulatedBusOptions;
  readonly #events = { connect: new Emitter<BusEvent>(), disconnect: new Emitter<BusEvent>() };
  readonly #unsubscribe = new Map<unknown, () => void>();
  /** The unit itself outlives its cable. */
  readonly model: Js110Model;
  device: SimulatedJs110;

  constructor(options: SimulatedBusOptions) {
    this.#options = options;
    const serialHex = (options.serialNumber ?? '000001').padStart(32, '0');
    this.model = new Js110Model({
      profile: options.profile,
      seed: options.seed,
      serialHex,
      calibration: makeCalibration(serialHex, options.seed),
      ...options.model,
    });
    this.device = this.#makeDevice();
  }

  getDevices(): Promise<readonly UsbDevice[]> {
    return Promise.resolve([this.device]);
  }

  addEventListener(type: 'connect' | 'disconnect', listener: (event: BusEvent) => void): void {
    this.#unsubscribe.set(listener, this.#events[type].on(listener));
  }

  removeEventListener(_type: 'connect' | 'disconnect', listener: (event: BusEvent) => void): void {
    this.#unsubscribe.get(listener)?.();
    this.#unsubscribe.delete(listener);
  }

  /** Pulls the cable, and puts it back after `replugAfterMs` if given. */
  unplug(replugAfterMs?: number): void {
    const device = this.device;
    device.unplug(() => this.#events.disconnect.emit({ device }));
    if (replugAfterMs !== undefined) this.#options.clock.after(replugAfterMs, () => this.plug());
  }

  plug(): void {
    this.model.powerUp();
    this.device = this.#makeDevice();
    this.#events.connect.emit({ device: this.device });
  }

  #makeDevice(): SimulatedJs110 {
    return new SimulatedJs110(this.model, {
      ...this.#options,
      serialNumber: this.#options.serialNumber ?? '000001',
      onUnplug: (replugAfterMs) => this.unplug(replugAfterMs),
    });
  }
}
