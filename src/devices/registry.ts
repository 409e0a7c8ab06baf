// The instruments that this program knows, a row each. To add one: its own folder, and its row here.

import type { UsbDevice } from '../transports/usb.ts';
import type { InstrumentModule } from './api/instrument.ts';
import type { InstrumentRow, UsbMatch } from './api/row.ts';
import { BENCH_ROW } from './bench/row.ts';
import { EPICS_ROW } from './epics/row.ts';
import { JS110_ROW } from './joulescope/js110/row.ts';
import { JS220_ROW } from './joulescope/js220/row.ts';
import { JS320_ROW } from './joulescope/js320/row.ts';
import { OSZITRACE_ROW } from './oszitrace/row.ts';
import { REDPITAYA_ROW } from './redpitaya/row.ts';

export const INSTRUMENT_ROWS: readonly InstrumentRow[] = [
  JS110_ROW,
  JS220_ROW,
  JS320_ROW,
  BENCH_ROW,
  OSZITRACE_ROW,
  EPICS_ROW,
  REDPITAYA_ROW,
];

export { BENCH_KIND } from './bench/row.ts';
export { parseNames, titleOf } from './epics/names.ts';
export { EPICS_KIND } from './epics/row.ts';
export { MCPHA_PORT } from './redpitaya/protocol/command.ts';
export { REDPITAYA_KIND } from './redpitaya/row.ts';

export type UsbIdentity = Pick<UsbDevice, 'vendorId' | 'productId' | 'configurations' | 'serialNumber' | 'productName'>;

/** Row and match of a USB device: by its ids, or by what its interfaces are; `undefined` for one that is none of ours. */
export function rowOfUsb(device: UsbIdentity): { row: InstrumentRow; match: UsbMatch } | undefined {
  const { vendorId, productId } = device;
  for (const row of INSTRUMENT_ROWS) {
    const known = [...row.usb, ...(row.usbStarting ?? [])];
    const match = known.find((usb) => usb.vendorId === vendorId && usb.productId === productId);
    if (match) return { row, match };
  }
  const row = INSTRUMENT_ROWS.find(({ usbClasses = [] }) =>
    usbClasses.some(({ classCode, subclassCode }) => hasInterface(device, classCode, subclassCode)),
  );
  return row && { row, match: { vendorId, productId } };
}

function hasInterface({ configurations = [] }: UsbIdentity, classCode: number, subclassCode: number): boolean {
  return configurations.some(({ interfaces }) =>
    interfaces.some(({ alternates }) =>
      alternates.some(
        ({ interfaceClass, interfaceSubclass }) => interfaceClass === classCode && interfaceSubclass === subclassCode,
      ),
    ),
  );
}

/** Loads the code of a row. */
export function loadInstrument(kind: string): Promise<InstrumentModule> | undefined {
  return INSTRUMENT_ROWS.find(({ id }) => id === kind)?.load();
}
