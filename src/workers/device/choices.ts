// What the Connect list offers, as plain data for the page: the simulated instruments, and which USB devices are
// ours. Ids are `model:serial` for real units and `sim-model:load` for simulated ones.

import { JS110_PRODUCT_ID, JS110_VENDOR_ID } from '../../devices/joulescope/js110/constants.ts';
import { LOAD_PROFILES } from '../../devices/sim/profiles.ts';
import type { InstrumentChoice } from '../../model/instrument.ts';

const SIMULATED_JS110 = 'sim-js110:';
const REAL_JS110 = 'js110:';

/** What the user reads where real instruments cannot be reached. */
export const NO_WEBUSB =
  'This browser has no WebUSB. Use Chrome, Edge or another browser built on Chromium, or a simulated instrument.';

/** For `navigator.usb.requestDevice`. */
export const USB_FILTERS = [{ vendorId: JS110_VENDOR_ID, productId: JS110_PRODUCT_ID }] as const;

interface UsbIdentity {
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber?: string | null | undefined;
}

export const SIMULATED_CHOICES: readonly InstrumentChoice[] = LOAD_PROFILES.map(({ id, label }, index) => ({
  id: `${SIMULATED_JS110}${id}`,
  model: 'JS110',
  // Six digits as on real units; 9 begins no serial number that was ever sold.
  serialNumber: String(900_001 + index),
  label: `Simulated JS110 · ${label}`,
  isSimulated: true,
}));

/** The entry of a USB device; `undefined` for one that is not ours. */
export function choiceOfDevice(device: UsbIdentity): InstrumentChoice | undefined {
  if (!USB_FILTERS.some((f) => f.vendorId === device.vendorId && f.productId === device.productId)) return undefined;
  const serialNumber = device.serialNumber ?? '';
  return {
    id: `${REAL_JS110}${serialNumber}`,
    model: 'JS110',
    serialNumber,
    label: `Joulescope JS110 ${serialNumber}`.trim(),
    isSimulated: false,
  };
}

/** Load profile of a simulated choice. */
export function profileIdOf(choice: InstrumentChoice): string | undefined {
  return choice.id.startsWith(SIMULATED_JS110) ? choice.id.slice(SIMULATED_JS110.length) : undefined;
}
