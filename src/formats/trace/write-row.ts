// How a trace is written as LeCroy's instruments save it.

import type { WriteRow } from '../row.ts';

export const LECROY_WRITE_ROW: WriteRow = {
  extension: 'trc',
  label: 'LeCroy trace, one channel',
  isTable: false,
  isSingle: true,
  canReduce: false,
  keepsTimes: false,
  isForEvents: false,
  isForRecords: true,
  write: async (reader, sink, _workspace, options) =>
    (await import('./lecroy-writer.ts')).writeLecroy(reader, sink, options),
};
