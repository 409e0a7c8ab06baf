// How to know a table in text: any text may be one. A text that is none is refused by the reader, which names the line.

import type { FormatRow, WriteRow } from '../row.ts';
import { textKind } from './encoding.ts';

/** Read in a fraction of a second. */
const LONG_BYTES = 64 * 2 ** 20;

export const CSV_ROW: FormatRow = {
  id: 'csv',
  label: 'CSV table',
  isGuess: true,
  matches: (head) => textKind(head) !== undefined,
  longBytes: LONG_BYTES,
  openBeginning: async (...file) => (await import('./beginning.ts')).openCsvBeginning(...file),
  open: async (source, workspace, context) => (await import('./reader.ts')).openCsv(source, workspace, context),
};

export const CSV_WRITE_ROW: WriteRow = {
  extension: 'csv',
  label: 'Table of text',
  keepsAxis: true,
  isTable: true,
  canReduce: true,
  keepsTimes: true,
  isForEvents: false,
  isForRecords: true,
  write: async (reader, sink, _workspace, options) => (await import('./writer.ts')).writeCsv(reader, sink, options),
};
