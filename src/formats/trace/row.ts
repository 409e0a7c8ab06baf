// How to know saved oscilloscope traces: LeCroy .trc by its WAVEDESC, Tektronix .isf by its preamble.

import type { FormatRow } from '../row.ts';

/** Bytes from the start in which WAVEDESC must stand (a block header or an echoed question may come first). */
const LECROY_SEARCH_BYTES = 64;

export const LECROY_ROW: FormatRow = {
  id: 'lecroy-trc',
  label: 'LeCroy trace',
  matches: (head) => latin1(head.subarray(0, LECROY_SEARCH_BYTES)).includes('WAVEDESC'),
  open: async (source) => (await import('./lecroy-reader.ts')).openLecroy(source),
};

export const ISF_ROW: FormatRow = {
  id: 'tektronix-isf',
  label: 'Tektronix ISF',
  matches: (head) => /^:?WFMP(?:RE)?:/i.test(latin1(head.subarray(0, 16))),
  open: async (source) => (await import('./isf-reader.ts')).openIsf(source),
};

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
