// A USB device of a system that grants only so much memory to reads in flight, as Linux does: what is posted beyond
// that fails at once, in the words of a browser.

import type { UsbDevice, UsbInResult } from '../../src/transports/usb.ts';

export interface LimitedUsb {
  readonly device: UsbDevice;
  /** May be changed at any time, as by another program that takes or frees memory. */
  limitBytes: number;
  readonly inFlightBytes: number;
  readonly refusedCount: number;
}

export function limitReads(device: UsbDevice, limitBytes: number): LimitedUsb {
  const state = { limitBytes, inFlightBytes: 0, refusedCount: 0 };
  const transferIn = async (endpointNumber: number, length: number): Promise<UsbInResult> => {
    if (state.inFlightBytes + length > state.limitBytes) {
      state.refusedCount++;
      throw new DOMException('A transfer error has occurred.', 'NetworkError');
    }
    state.inFlightBytes += length;
    try {
      return await device.transferIn(endpointNumber, length);
    } finally {
      state.inFlightBytes -= length;
    }
  };
  const limited = new Proxy(device, {
    get(target, key) {
      if (key === 'transferIn') return transferIn;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return Object.assign(state, { device: limited });
}
