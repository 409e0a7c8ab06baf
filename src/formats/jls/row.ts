// How to know the files of Joulescope software: both generations begin with a magic of 16 bytes.

import type { FormatRow, WriteRow } from '../row.ts';

const MAGIC_V2 = [0x6a, 0x6c, 0x73, 0x66, 0x6d, 0x74, 0x0d, 0x0a, 0x20, 0x0a, 0x20, 0x1a, 0x20, 0x20, 0xb2, 0x1c];

export const JLS_V2_ROW: FormatRow = {
  id: 'jls-v2',
  label: 'JLS v2',
  matches: (head) => MAGIC_V2.every((byte, i) => head[i] === byte),
  open: async (source, workspace) => (await import('./v2/reader.ts')).openJlsV2(source, workspace),
};

const MAGIC_V1 = [0xd3, 0x74, 0x61, 0x67, 0x66, 0x6d, 0x74, 0x20, 0x0d, 0x0a, 0x20, 0x0a, 0x20, 0x20, 0x1a, 0x1c];

export const JLS_V1_ROW: FormatRow = {
  id: 'jls-v1',
  label: 'JLS v1',
  matches: (head) => MAGIC_V1.every((byte, i) => head[i] === byte),
  open: async (source, workspace) => (await import('./v1/reader.ts')).openJlsV1(source, workspace),
};

export const JLS_V2_WRITE_ROW: WriteRow = {
  extension: 'jls',
  label: 'JLS v2 recording',
  isTable: false,
  canReduce: false,
  keepsTimes: true,
  isForEvents: false,
  write: async (reader, sink, workspace, options) =>
    (await import('./v2/export.ts')).writeJlsSlice(reader, sink, workspace, options),
};

export const JLS_V1_WRITE_ROW: WriteRow = {
  extension: 'v1.jls',
  label: 'JLS v1 recording, for older software',
  isTable: false,
  canReduce: false,
  keepsTimes: false,
  isForEvents: false,
  write: async (reader, sink, workspace, options) =>
    (await import('./v1/export.ts')).writeJlsV1(reader, sink, workspace, options),
};
