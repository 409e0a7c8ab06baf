// Serial ports over WebUSB, for browsers without Web Serial (Android).

import { serialDevices } from '../base/cdc-acm.ts';
import type { SerialPortLike } from './serial-port.ts';
import type { UsbBus, UsbDevice } from './usb.ts';
import type { HostSystem } from './usb-errors.ts';

export type ListedSerialPort = SerialPortLike & { getInfo(): SerialPortInfo };

/** Of Web Serial what is needed here. A port is the same object for as long as it is there. */
export interface SerialPorts {
  getPorts(): Promise<readonly ListedSerialPort[]>;
  /** `connect`: a port came, or came back. */
  addEventListener(type: 'connect', listener: () => void): void;
  removeEventListener(type: 'connect', listener: () => void): void;
}

/** What `navigator.serial` would be. */
export function serialPortsOverUsb(usb: UsbBus, system: HostSystem): SerialPorts {
  const known = new WeakMap<UsbDevice, ListedSerialPort>();
  return {
    async getPorts() {
      const { PolyfilledPort } = await import('./polyfilled-port.ts');
      return (await serialDevices(usb)).map((device) => {
        const port = known.get(device) ?? new PolyfilledPort(device, system);
        known.set(device, port);
        return port;
      });
    },
    addEventListener: (type, listener) => usb.addEventListener(type, listener),
    removeEventListener: (type, listener) => usb.removeEventListener(type, listener),
  };
}
