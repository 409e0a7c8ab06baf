// How to know saved oscilloscope traces: LeCroy .trc by its WAVEDESC, Tektronix .isf by its preamble.

import type { FormatRow } from '../row.ts';

/** Bytes from the start in which WAVEDESC must stand (a block header or an echoed command may come first). */
export const LECROY_SEARCH_BYTES = 2048;
/** The name of the descriptor in its 16 bytes. */
const DESCRIPTOR = 'WAVEDESC'.padEnd(16, '\0');

export const LECROY_ROW: FormatRow = {
  id: 'lecroy-trc',
  label: 'LeCroy trace',
  matches: (head) => latin1(head.subarray(0, LECROY_SEARCH_BYTES)).includes(DESCRIPTOR),
  open: async (source) => (await import('./lecroy-reader.ts')).openLecroy(source),
};

export const ISF_ROW: FormatRow = {
  id: 'tektronix-isf',
  label: 'Tektronix ISF',
  matches: (head) => /^\s*:?WFM(?:O(?:UT)?)?P(?:RE)?:/i.test(latin1(head.subarray(0, 24))),
  open: async (source) => (await import('./isf-reader.ts')).openIsf(source),
};

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
