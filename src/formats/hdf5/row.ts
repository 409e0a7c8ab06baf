// How to know an HDF5 file. The signature may also stand at 512, 1024, … bytes; files with such a user block
// are rare and not looked for.

import type { FormatRow, WriteRow } from '../row.ts';

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

export const HDF5_ROW: FormatRow = {
  id: 'hdf5',
  label: 'HDF5',
  matches: (head) => SIGNATURE.every((byte, index) => head[index] === byte),
  open: async (source) => (await import('./reader.ts')).openHdf5(source),
};

export const HDF5_WRITE_ROW: WriteRow = {
  extension: 'h5',
  label: 'HDF5, NeXus layout',
  isTable: false,
  canReduce: false,
  keepsTimes: true,
  isForEvents: false,
  write: async (reader, sink, _workspace, options) => (await import('./writer.ts')).writeHdf5(reader, sink, options),
};
