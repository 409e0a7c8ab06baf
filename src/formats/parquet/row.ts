// How to know a Parquet file: the same four bytes at both ends.

import type { FormatRow, WriteRow } from '../row.ts';

const MAGIC = [0x50, 0x41, 0x52, 0x31];

export const PARQUET_ROW: FormatRow = {
  id: 'parquet',
  label: 'Parquet',
  matches: (head) => MAGIC.every((byte, index) => head[index] === byte),
  open: async (source, _workspace, context) => (await import('./reader.ts')).openParquet(source, context),
};

export const PARQUET_WRITE_ROW: WriteRow = {
  extension: 'parquet',
  label: 'Parquet',
  isTable: true,
  canReduce: false,
  keepsTimes: true,
  isForEvents: false,
  isForRecords: true,
  write: async (reader, sink, _workspace, options) => (await import('./writer.ts')).writeParquet(reader, sink, options),
};
