// The instruments that this program knows, a row each. To add one: its own folder, and its row here.

import type { InstrumentModule } from './api/instrument.ts';
import type { InstrumentRow, UsbMatch } from './api/row.ts';
import { JS110_ROW } from './joulescope/js110/row.ts';
import { JS220_ROW } from './joulescope/js220/row.ts';
import { JS320_ROW } from './joulescope/js320/row.ts';

export const INSTRUMENT_ROWS: readonly InstrumentRow[] = [JS110_ROW, JS220_ROW, JS320_ROW];

export interface UsbIdentity {
  readonly vendorId: number;
  readonly productId: number;
}

/** Row and match of a USB device; `undefined` for one that is none of ours. */
export function rowOfUsb({ vendorId, productId }: UsbIdentity): { row: InstrumentRow; match: UsbMatch } | undefined {
  for (const row of INSTRUMENT_ROWS) {
    const match = row.usb.find((usb) => usb.vendorId === vendorId && usb.productId === productId);
    if (match) return { row, match };
  }
  return undefined;
}

/** Loads the code of a row. */
export function loadInstrument(kind: string): Promise<InstrumentModule> | undefined {
  return INSTRUMENT_ROWS.find(({ id }) => id === kind)?.load();
}
