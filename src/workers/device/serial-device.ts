// The chooser of USB devices for a serial port, where browsers have no Web Serial.

import { CDC_FILTER, serialDevices } from '../../base/cdc-acm.ts';
import { LabError } from '../../base/errors.ts';
import type { InstrumentChoice } from '../../model/instrument.ts';

import { choiceOfSerialPort } from './choices.ts';

/** Rejects with `device/unsupported` for a device that is no serial port, or as `requestDevice` does. Page only. */
export async function requestSerialDevice(
  usb: Pick<USB, 'requestDevice' | 'getDevices'>,
  baudRate: number,
): Promise<InstrumentChoice> {
  const device = await usb.requestDevice({ filters: [CDC_FILTER] });
  const portIndex = (await serialDevices(usb)).indexOf(device);
  if (portIndex < 0) {
    throw new LabError(
      'device/unsupported',
      'This USB device is no serial port of the standard kind (CDC-ACM), the only one that works in this browser. Use another one, or Chrome or Edge on a computer.',
    );
  }
  return choiceOfSerialPort({ usbVendorId: device.vendorId, usbProductId: device.productId }, portIndex, baudRate);
}
