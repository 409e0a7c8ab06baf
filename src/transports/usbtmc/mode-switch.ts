// Instruments that start in their firmware-update mode, and are instruments only after they were told to. They come back as
// another device then. Known from python-usbtmc.

import { LabError } from '../../base/errors.ts';
import type { UsbLink } from '../usb.ts';

export interface ModeSwitch {
  readonly vendorId: number;
  /** While it waits. */
  readonly productId: number;
  /** Afterwards. */
  readonly switchedProductId: number;
  readonly model: string;
  /** Vendor requests to the device, one after the other. */
  readonly request: number;
  /** What is read and thrown away: index and length in bytes. */
  readonly reads: readonly (readonly [index: number, lengthBytes: number])[];
  readonly write: { readonly index: number; readonly data: readonly number[] };
}

const AGILENT = 0x0957;

const u27xx = (thirdIndex: number) => ({
  vendorId: AGILENT,
  request: 0x0c,
  reads: [
    [0x047e, 1],
    [0x047d, 6],
    [thirdIndex, 5],
    [0x0472, 12],
    [0x047a, 1],
  ] as const,
  write: { index: 0x0475, data: [0, 0, 1, 1, 0, 0, 8, 1] },
});

export const MODE_SWITCHES: readonly ModeSwitch[] = [
  { ...u27xx(0x0484), productId: 0x2818, switchedProductId: 0x2918, model: 'U2701A or U2702A' },
  { ...u27xx(0x0487), productId: 0x4218, switchedProductId: 0x4118, model: 'U2722A' },
  { ...u27xx(0x0487), productId: 0x4418, switchedProductId: 0x4318, model: 'U2723A' },
];

export function modeSwitchOf(vendorId: number, productId: number): ModeSwitch | undefined {
  return MODE_SWITCHES.find((mode) => mode.vendorId === vendorId && mode.productId === productId);
}

/** Tells the instrument behind `usb`, which is open, to be one. Rejects as `UsbLink.controlIn`. */
export async function switchMode(usb: UsbLink, { request, reads, write }: ModeSwitch): Promise<void> {
  for (const [index, lengthBytes] of reads) await usb.controlIn(request, 0, index, lengthBytes);
  try {
    await usb.controlOut(request, 0, write.index, Uint8Array.from(write.data));
  } catch (thrown) {
    // it may go before it has said that it took it
    if (!(thrown instanceof LabError && thrown.code === 'device/lost')) throw thrown;
  }
}
