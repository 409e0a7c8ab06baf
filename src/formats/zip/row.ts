// How to know a zip bundle.

import type { FormatRow } from '../row.ts';

export const ZIP_ROW: FormatRow = {
  id: 'zip',
  label: 'Zip bundle',
  isArchive: true,
  matches: (head) => head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4,
  open: async (source, workspace, context) => (await import('./reader.ts')).openZip(source, workspace, context),
};
