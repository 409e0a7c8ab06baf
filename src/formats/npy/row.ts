// How to know a NumPy array file.

import type { FormatRow, WriteRow } from '../row.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

export const NPY_ROW: FormatRow = {
  id: 'npy',
  label: 'NumPy array',
  matches: (head) => MAGIC.every((byte, index) => head[index] === byte),
  open: async (source, workspace, context) => (await import('./reader.ts')).openNpy(source, workspace, context),
};

export const NPY_WRITE_ROW: WriteRow = {
  extension: 'npy',
  label: 'NumPy array',
  isTable: true,
  canReduce: false,
  keepsTimes: true,
  isForEvents: false,
  isForRecords: true,
  write: async (reader, sink, _workspace, options) => (await import('./writer.ts')).writeNpy(reader, sink, options),
};
