// A bus with one simulated JS110 on it.

import type { LoadProfile } from '../../../sim/load.ts';
import { SimulatedUsbBus } from '../../../sim/usb/bus.ts';
import { makeCalibration } from './calibration-file.ts';
import { Js110Model, type Js110ModelOptions } from './model.ts';
import { SimulatedJs110, type SimulatedJs110Options } from './usb-device.ts';

export interface SimulatedJs110BusOptions extends Omit<SimulatedJs110Options, 'serialNumber' | 'onUnplug'> {
  readonly profile: LoadProfile;
  /** Six digits; `000001` when left out. */
  readonly serialNumber?: string;
  readonly model?: Partial<Js110ModelOptions>;
}

export type SimulatedJs110Bus = SimulatedUsbBus<Js110Model, SimulatedJs110>;

export function createSimulatedJs110Bus(options: SimulatedJs110BusOptions): SimulatedJs110Bus {
  const serialNumber = options.serialNumber ?? '000001';
  const serialHex = serialNumber.padStart(32, '0');
  const model = new Js110Model({
    profile: options.profile,
    seed: options.seed,
    serialHex,
    calibration: makeCalibration(serialHex, options.seed),
    ...options.model,
  });
  return new SimulatedUsbBus({
    clock: options.clock,
    model,
    createDevice: (onUnplug) => new SimulatedJs110(model, { ...options, serialNumber, onUnplug }),
  });
}
