// The descriptors of a device on a virtual machine's bus (USB 2.0, 9.6), from what WebUSB shows of it.

import type { UsbAlternate, UsbConfiguration, UsbDevice } from '../../src/transports/usb.ts';

const DESCRIPTOR = { device: 1, configuration: 2, string: 3, interface: 4, endpoint: 5, qualifier: 6 } as const;
const USB_VERSION = 0x0200;
export const DEVICE_VERSION = 0x0100;
export const CONTROL_PACKET_BYTES = 64;
/** As descriptors and the redirection protocol number them. */
export const ENDPOINT_TYPE = { isochronous: 1, bulk: 2, interrupt: 3 } as const;
/** Of interrupt endpoints at high speed: 2 ^ (4 - 1) microframes, a millisecond. */
export const INTERRUPT_INTERVAL = 4;
const BUS_POWERED = 0x80;
/** In units of 2 mA. */
const MOST_CURRENT = 250;
const ENGLISH = 0x0409;

export interface DescribedDevice {
  readonly device: Pick<UsbDevice, 'vendorId' | 'productId' | 'manufacturerName' | 'productName' | 'serialNumber'>;
  readonly configuration: UsbConfiguration;
  /** What stands behind the first interface's own descriptor. */
  readonly functionalDescriptors: Uint8Array;
}

/** Addresses: numbers with bit 7 set for IN. */
export function addressOf({ endpointNumber, direction }: UsbAlternate['endpoints'][number]): number {
  return direction === 'in' ? 0x80 | endpointNumber : endpointNumber;
}

/** Interfaces in their first setting. */
export function interfacesOf({ interfaces }: UsbConfiguration) {
  return interfaces.map(({ interfaceNumber, alternates }) => ({ interfaceNumber, alternate: alternates[0]! }));
}

/** Answer to GET_DESCRIPTOR with that value; `undefined` for what the device has not. */
export function descriptorOf(described: DescribedDevice, value: number): Uint8Array | undefined {
  switch (value >> 8) {
    case DESCRIPTOR.device:
      return deviceDescriptor(described);
    case DESCRIPTOR.configuration:
      return configurationDescriptor(described);
    case DESCRIPTOR.string:
      return stringDescriptor(described, value & 0xff);
    case DESCRIPTOR.qualifier:
      return Uint8Array.of(10, DESCRIPTOR.qualifier, ...word(USB_VERSION), 0, 0, 0, CONTROL_PACKET_BYTES, 1, 0);
    default:
      return undefined;
  }
}

function deviceDescriptor({ device: { vendorId, productId } }: DescribedDevice): Uint8Array {
  const ids = [...word(vendorId), ...word(productId), ...word(DEVICE_VERSION)];
  const strings = [1, 2, 3];
  return Uint8Array.of(
    18,
    DESCRIPTOR.device,
    ...word(USB_VERSION),
    ...[0, 0, 0],
    CONTROL_PACKET_BYTES,
    ...ids,
    ...strings,
    1,
  );
}

function configurationDescriptor({ configuration, functionalDescriptors }: DescribedDevice): Uint8Array {
  const interfaces = interfacesOf(configuration);
  const body = interfaces.flatMap(({ interfaceNumber, alternate }, index) => [
    ...[9, DESCRIPTOR.interface, interfaceNumber, 0, alternate.endpoints.length],
    ...[alternate.interfaceClass, alternate.interfaceSubclass, alternate.interfaceProtocol, 0],
    ...(index === 0 ? functionalDescriptors : []),
    ...alternate.endpoints.flatMap((endpoint) => [
      ...[7, DESCRIPTOR.endpoint, addressOf(endpoint), ENDPOINT_TYPE[endpoint.type]],
      ...word(endpoint.packetSize),
      endpoint.type === 'interrupt' ? INTERRUPT_INTERVAL : 0,
    ]),
  ]);
  const head = [interfaces.length, configuration.configurationValue, 0, BUS_POWERED, MOST_CURRENT];
  return Uint8Array.of(9, DESCRIPTOR.configuration, ...word(9 + body.length), ...head, ...body);
}

function stringDescriptor({ device }: DescribedDevice, index: number): Uint8Array | undefined {
  if (index === 0) return Uint8Array.of(4, DESCRIPTOR.string, ...word(ENGLISH));
  const text = [device.manufacturerName, device.productName, device.serialNumber][index - 1];
  if (!text) return undefined;
  return Buffer.concat([Buffer.of(2 + 2 * text.length, DESCRIPTOR.string), Buffer.from(text, 'utf16le')]);
}

const word = (value: number): [number, number] => [value & 0xff, value >> 8];
