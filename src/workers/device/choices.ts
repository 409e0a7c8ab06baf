// What the Connect list offers, from the registry's rows: simulated instruments, and those USB devices that are ours.
// Ids are `kind:serial` for real units and `sim-kind:simulation` for simulated ones.

import { INSTRUMENT_ROWS, rowOfUsb, type UsbIdentity } from '../../devices/registry.ts';
import type { InstrumentChoice, InstrumentKind } from '../../model/instrument.ts';

/** What the user reads where real instruments cannot be reached. */
export const NO_WEBUSB =
  'This browser has no WebUSB. Use Chrome, Edge or another browser built on Chromium, or a simulated instrument.';

/** For `navigator.usb.requestDevice`. */
export const USB_FILTERS: readonly UsbIdentity[] = INSTRUMENT_ROWS.flatMap(({ usb }) =>
  usb.map(({ vendorId, productId }) => ({ vendorId, productId })),
);

/** The rows of those that can be opened, as the page sees them. */
export const INSTRUMENT_KINDS: readonly InstrumentKind[] = INSTRUMENT_ROWS.flatMap(
  ({ id, model, vendor, description, usb, simulations }) => {
    const openable = usb.filter(({ obstacle }) => obstacle === undefined);
    if (openable.length + simulations.length === 0) return [];
    const ids = openable.map(({ vendorId, productId }) => ({ vendorId, productId }));
    return [{ id, model, vendor, description, usb: ids }];
  },
);

export const SIMULATED_CHOICES: readonly InstrumentChoice[] = INSTRUMENT_ROWS.flatMap((row) =>
  row.simulations.map(({ id, label, serialNumber }) => ({
    id: `sim-${row.id}:${id}`,
    kind: row.id,
    model: row.model,
    serialNumber,
    label: `Simulated ${row.model} · ${label}`,
    isSimulated: true,
    simulation: label,
  })),
);

/** The entry of a USB device; `undefined` for one that is not ours. */
export function choiceOfDevice(
  device: UsbIdentity & { readonly serialNumber?: string | null | undefined },
): InstrumentChoice | undefined {
  const found = rowOfUsb(device);
  if (!found) return undefined;
  const { row, match } = found;
  const model = match.model ?? row.model;
  const serialNumber = device.serialNumber ?? '';
  return {
    id: `${row.id}:${serialNumber}`,
    kind: row.id,
    model,
    serialNumber,
    label: `${row.vendor} ${model} ${serialNumber}`.trim(),
    isSimulated: false,
    ...(match.obstacle === undefined ? {} : { obstacle: match.obstacle }),
  };
}

/** Which simulation of its row a simulated choice is. */
export function simulationIdOf({ id }: InstrumentChoice): string {
  return id.slice(id.indexOf(':') + 1);
}
