// A bus with one simulated instrument on it: what `navigator.usb` is to a real one. Pulling the cable and putting it
// back makes a new device object with the same serial number, as browsers do.

import type { Clock } from '../../../base/clock.ts';
import { Emitter } from '../../../base/emitter.ts';
import type { UsbBus, UsbDevice } from '../../../transports/usb.ts';
import type { UsbPeripheral } from './peripheral.ts';

type BusEvent = { readonly device: UsbDevice };

export interface SimulatedUsbBusOptions<Model, Device> {
  readonly clock: Clock;
  readonly model: Model;
  /** The unit's USB side, anew for each time the cable is put in; `onUnplug` for faults that pull it. */
  readonly createDevice: (onUnplug: (replugAfterMs: number | undefined) => void) => Device;
}

export class SimulatedUsbBus<Model extends { powerUp(): void }, Device extends UsbPeripheral> implements UsbBus {
  readonly #options: SimulatedUsbBusOptions<Model, Device>;
  readonly #events = { connect: new Emitter<BusEvent>(), disconnect: new Emitter<BusEvent>() };
  readonly #unsubscribe = new Map<unknown, () => void>();
  /** The unit itself outlives its cable. */
  readonly model: Model;
  device: Device;

  constructor(options: SimulatedUsbBusOptions<Model, Device>) {
    this.#options = options;
    this.model = options.model;
    this.device = this.#createDevice();
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
    this.device = this.#createDevice();
    this.#events.connect.emit({ device: this.device });
  }

  #createDevice(): Device {
    return this.#options.createDevice((replugAfterMs) => this.unplug(replugAfterMs));
  }
}
