// How to know a value change dump (IEEE 1364-2005, 18): text that begins with one of its keywords.

import type { FormatRow } from '../row.ts';

/** Byte order mark and blanks may come first. */
const BEGIN = /^(?:\xef\xbb\xbf)?\s*\$(?:date|version|timescale|comment|scope|var|attrbegin)\s/;

export const VCD_ROW: FormatRow = {
  id: 'vcd',
  label: 'Value change dump (VCD)',
  matches: (head) => BEGIN.test(String.fromCharCode(...head.subarray(0, 256))),
  open: async (source, _workspace, context) => (await import('./reader.ts')).openVcd(source, context),
};
