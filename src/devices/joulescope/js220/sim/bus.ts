// A bus with one simulated JS220 on it.

import type { LoadProfile } from '../../../sim/load.ts';
import { SimulatedUsbBus } from '../../../sim/usb/bus.ts';
import { Js220Model, type Js220ModelOptions } from './model.ts';
import { SimulatedJs220, type SimulatedJs220Options } from './usb-device.ts';

export interface SimulatedJs220BusOptions extends Omit<SimulatedJs220Options, 'serialNumber' | 'onUnplug'> {
  readonly profile: LoadProfile;
  /** Six digits; `000001` when left out. */
  readonly serialNumber?: string;
  readonly model?: Partial<Js220ModelOptions>;
}

export type SimulatedJs220Bus = SimulatedUsbBus<Js220Model, SimulatedJs220>;

export function createSimulatedJs220Bus(options: SimulatedJs220BusOptions): SimulatedJs220Bus {
  const { clock, profile, seed, serialNumber = '000001' } = options;
  const model = new Js220Model({ profile, seed, ...options.model });
  return new SimulatedUsbBus({
    clock,
    model,
    createDevice: (onUnplug) => new SimulatedJs220(model, { ...options, serialNumber, onUnplug }),
  });
}
