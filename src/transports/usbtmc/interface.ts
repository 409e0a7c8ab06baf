// Where a device has its USBTMC interface: composite instruments have others beside it, under any number.

import { LabError } from '../../base/errors.ts';
import type { UsbAlternate, UsbDevice } from '../usb.ts';
import type { Quirks } from './quirks.ts';

/** Class and subclass of USBTMC; protocol 1 is USB488. For filters of the browser's chooser. */
export const TMC_CLASS = 0xfe;
export const TMC_SUBCLASS = 3;
const PROTOCOL_USB488 = 1;
const DIRECTION_IN = 0x80;

export interface TmcInterface {
  readonly configurationValue: number;
  readonly interfaceNumber: number;
  readonly alternateSetting: number;
  readonly isUsb488: boolean;
  readonly bulkOut: number;
  readonly bulkIn: number;
  readonly packetBytes: number;
  readonly interruptIn: number | undefined;
}

/** Address of an IN endpoint, as control requests name it. */
export function inAddress(endpointNumber: number): number {
  return endpointNumber | DIRECTION_IN;
}

/** The first interface that speaks USBTMC. Throws `device/unsupported` when there is none. */
export function findTmcInterface(device: UsbDevice, quirks: Quirks): TmcInterface {
  for (const { configurationValue, interfaces } of device.configurations ?? []) {
    for (const { interfaceNumber, alternates } of interfaces) {
      for (const alternate of alternates) {
        const isTmc = alternate.interfaceClass === TMC_CLASS && alternate.interfaceSubclass === TMC_SUBCLASS;
        const found = isTmc || quirks.isAnyClass ? endpointsOf(alternate) : undefined;
        if (found) {
          const isUsb488 = isTmc && alternate.interfaceProtocol === PROTOCOL_USB488;
          const { alternateSetting } = alternate;
          return { configurationValue, interfaceNumber, alternateSetting, isUsb488, ...found };
        }
      }
    }
  }
  throw new LabError(
    'device/unsupported',
    `${device.productName ?? 'This device'} has no interface for measuring instruments (USBTMC). Switch its USB port to USBTMC in its menus, or connect it in another way.`,
  );
}

function endpointsOf({ endpoints }: UsbAlternate) {
  const find = (type: string, direction: string) =>
    endpoints.find((endpoint) => endpoint.type === type && endpoint.direction === direction);
  const bulkOut = find('bulk', 'out');
  const bulkIn = find('bulk', 'in');
  if (!bulkOut || !bulkIn) return undefined;
  return {
    bulkOut: bulkOut.endpointNumber,
    bulkIn: bulkIn.endpointNumber,
    packetBytes: bulkIn.packetSize,
    interruptIn: find('interrupt', 'in')?.endpointNumber,
  };
}
