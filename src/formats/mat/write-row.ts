// How signals are written for MATLAB.

import type { WriteRow } from '../row.ts';

export const MAT_WRITE_ROW: WriteRow = {
  extension: 'mat',
  label: 'MATLAB',
  isTable: true,
  canReduce: false,
  keepsTimes: true,
  isForEvents: false,
  isForRecords: true,
  write: async (reader, sink, _workspace, options) => (await import('./writer.ts')).writeMat(reader, sink, options),
};
