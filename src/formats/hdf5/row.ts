// How to know an HDF5 file: its signature stands at 0, 512, 1024, 2048, … bytes, behind a block of the user's own
// (HDF5 File Format Specification 3.0, II.A "Superblock"); MATLAB 7.3 writes such files.

import { FormatError } from '../../base/errors.ts';
import type { FormatRow, WriteRow } from '../row.ts';

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** HDF4, a format of its own, which is recognised to say so. */
const HDF4_SIGNATURE = [0x0e, 0x03, 0x13, 0x01];
/** Those of them that lie in the part of a file that is looked at. */
const PLACES = [0, 512, 1024, 2048, 4096, 8192];

function begins(head: Uint8Array, place: number, signature: readonly number[]): boolean {
  return signature.every((byte, index) => head[place + index] === byte);
}

export const HDF5_ROW: FormatRow = {
  id: 'hdf5',
  label: 'HDF5',
  matches: (head) => PLACES.some((place) => begins(head, place, SIGNATURE)) || begins(head, 0, HDF4_SIGNATURE),
  open: async (source, workspace, context) => {
    const head = await source.read(0, HDF4_SIGNATURE.length);
    if (begins(head, 0, HDF4_SIGNATURE)) {
      throw new FormatError('format/unsupported', 'This is an HDF4 file. Convert it: h4toh5 IN OUT.h5.', 0);
    }
    return (await import('./reader.ts')).openHdf5(source, workspace, context);
  },
};

export const HDF5_WRITE_ROW: WriteRow = {
  extension: 'h5',
  label: 'HDF5, NeXus layout',
  keepsAxis: true,
  isTable: false,
  canReduce: false,
  keepsTimes: true,
  isForEvents: false,
  isForRecords: true,
  write: async (reader, sink, _workspace, options) => (await import('./writer.ts')).writeHdf5(reader, sink, options),
};
