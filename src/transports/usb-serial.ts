// Serial ports over WebUSB, for browsers without Web Serial (Android).

import { serialDevices } from '../base/cdc-acm.ts';
import type { SerialPortLike } from './serial-port.ts';
import type { UsbBus } from './usb.ts';
import type { HostSystem } from './usb-errors.ts';

/** Of Web Serial what is needed here. */
export interface SerialPorts {
  getPorts(): Promise<readonly (SerialPortLike & { getInfo(): SerialPortInfo })[]>;
}

/** What `navigator.serial` would be. */
export function serialPortsOverUsb(usb: UsbBus, system: HostSystem): SerialPorts {
  return {
    async getPorts() {
      const { PolyfilledPort } = await import('./polyfilled-port.ts');
      return (await serialDevices(usb)).map((device) => new PolyfilledPort(device, system));
    },
  };
}
