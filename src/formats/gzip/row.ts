// How to know a packed file (RFC 1952): its two magic bytes and the only method there is.

import type { FormatRow } from '../row.ts';

/** Unpacked and read in a fraction of a second: tables pack to a quarter or less. */
const LONG_BYTES = 16 * 2 ** 20;

export const GZIP_ROW: FormatRow = {
  id: 'gzip',
  label: 'Packed file (.gz)',
  isArchive: true,
  matches: (head) => head[0] === 0x1f && head[1] === 0x8b && head[2] === 8,
  longBytes: LONG_BYTES,
  openBeginning: async (...file) => (await import('./beginning.ts')).openGzipBeginning(...file),
  open: async (source, workspace, context) => (await import('./reader.ts')).openGzip(source, workspace, context),
};
