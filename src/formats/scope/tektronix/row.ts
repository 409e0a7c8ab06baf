// How to know Tektronix' .wfm files: the byte order, then the version in letters.

import type { FormatRow } from '../../row.ts';

/** Byte order, twice the same byte: low byte first or high byte first. */
const ORDER_MARKS = [0x0f, 0xf0];
const VERSION = /^:?WFM#00[123]/;

export const TEKTRONIX_WFM_ROW: FormatRow = {
  id: 'tektronix-wfm',
  label: 'Tektronix .wfm',
  matches: (head) =>
    ORDER_MARKS.includes(head[0] ?? 0) &&
    head[1] === head[0] &&
    VERSION.test(String.fromCharCode(...head.subarray(2, 10))),
  open: async (source) => (await import('./reader.ts')).openTektronixWfm(source),
};
