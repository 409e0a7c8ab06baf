// What the two processes of the benchmark of stalls tell each other of a USB device.

import type { UsbDevice } from '../src/transports/usb.ts';

export interface UsbCall {
  readonly id: number;
  readonly method: Exclude<
    keyof UsbDevice,
    'vendorId' | 'productId' | 'manufacturerName' | 'productName' | 'serialNumber' | 'opened' | 'configuration'
  >;
  readonly args: readonly unknown[];
}

export interface UsbAnswer {
  readonly id: number;
  readonly result?: { readonly status?: string; readonly bytesWritten?: number; readonly data?: Uint8Array };
  readonly error?: { readonly name: string; readonly message: string };
}
