// The descriptors of a simulated USBTMC instrument.

import type { UsbDescription } from '../usb/peripheral.ts';

const TMC_CLASS = 0xfe;
const TMC_SUBCLASS = 3;
const NOTICE_BYTES = 2;

export interface UsbtmcDescription {
  readonly vendorId: number;
  readonly productId: number;
  readonly manufacturerName: string;
  readonly productName: string;
  readonly interfaceNumber: number;
  readonly interfaceClass: number;
  readonly interfaceSubclass: number;
  /** 1 is USB488. */
  readonly interfaceProtocol: number;
  readonly endpointOut: number;
  readonly endpointIn: number;
  /** `undefined`: there is no interrupt endpoint. */
  readonly endpointInterrupt: number | undefined;
  readonly packetBytes: number;
}

const COMMON: UsbtmcDescription = {
  // Keysight's, as most clones of its commands have one of their own.
  vendorId: 0x0957,
  productId: 0x1796,
  manufacturerName: 'Pulsebench',
  productName: 'Simulated instrument',
  interfaceNumber: 0,
  interfaceClass: TMC_CLASS,
  interfaceSubclass: TMC_SUBCLASS,
  interfaceProtocol: 1,
  endpointOut: 1,
  endpointIn: 2,
  endpointInterrupt: 3,
  packetBytes: 512,
};

export function usbDescription(changes: Partial<UsbtmcDescription>): UsbDescription & { readonly packetBytes: number } {
  const { interfaceClass, interfaceSubclass, interfaceProtocol, endpointInterrupt, ...rest } = {
    ...COMMON,
    ...changes,
  };
  const { interfaceNumber, endpointIn, endpointOut, packetBytes } = rest;
  const bulk = (direction: 'in' | 'out', endpointNumber: number) =>
    ({ endpointNumber, direction, type: 'bulk', packetSize: packetBytes }) as const;
  const interrupt =
    endpointInterrupt === undefined
      ? []
      : [{ endpointNumber: endpointInterrupt, direction: 'in', type: 'interrupt', packetSize: NOTICE_BYTES } as const];
  const alternate = {
    alternateSetting: 0,
    interfaceClass,
    interfaceSubclass,
    interfaceProtocol,
    endpoints: [bulk('out', endpointOut), bulk('in', endpointIn), ...interrupt],
  };
  return {
    ...rest,
    ...(endpointInterrupt === undefined ? {} : { endpointInterrupt }),
    configurationValue: 1,
    configurations: [{ configurationValue: 1, interfaces: [{ interfaceNumber, alternates: [alternate] }] }],
  };
}
