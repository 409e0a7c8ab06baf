// How to know a MATLAB file of level 5 or 4. Version 7.3 is HDF5.

import type { FormatRow } from '../row.ts';
import { isLevel4 } from './level4-head.ts';

export const MAT_ROW: FormatRow = {
  id: 'mat',
  label: 'MATLAB',
  matches: (head, sizeBytes) => isLevel5(head) || isLevel4(head, sizeBytes),
  open: async (source, _workspace, context) => (await import('./reader.ts')).openMat(source, context),
};

/** Version 1.0 and "MI" in the byte order of the file, at byte 124. */
export function isLevel5(head: Uint8Array): boolean {
  const end = String.fromCharCode(...head.subarray(124, 128));
  return end === '\x00\x01IM' || end === '\x01\x00MI';
}
