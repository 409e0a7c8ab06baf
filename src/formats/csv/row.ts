// How to know a table of numbers in text: readable text whose lines fall into columns of numbers.

import type { FormatRow, WriteRow } from '../row.ts';
import { sniffDialect } from './dialect.ts';

export const CSV_ROW: FormatRow = {
  id: 'csv',
  label: 'CSV table',
  matches: (head, sizeBytes) => {
    const lines = headLines(head, sizeBytes);
    return lines !== undefined && sniffDialect(lines) !== undefined;
  },
  open: async (source) => (await import('./reader.ts')).openCsv(source),
};

export const CSV_WRITE_ROW: WriteRow = {
  extension: 'csv',
  label: 'Table of text',
  isTable: true,
  canReduce: true,
  keepsTimes: true,
  isForEvents: false,
  write: async (reader, sink, _workspace, options) => (await import('./writer.ts')).writeCsv(reader, sink, options),
};

/** The whole lines of the first bytes of a text; undefined when the bytes are no text. */
export function headLines(head: Uint8Array, sizeBytes: number): readonly string[] | undefined {
  if (head.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)) return undefined;
  const lines = decodeText(head).split(/\r\n|\n|\r/);
  if (sizeBytes > head.length && lines.length > 1) lines.pop();
  return lines;
}

/** UTF-8, or Latin-1 where the bytes are not UTF-8; a byte order mark is dropped. */
export function decodeText(bytes: Uint8Array): string {
  const own = bytes.slice();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(own, { stream: true });
  } catch {
    // not UTF-8: the older encoding reads every byte
    return new TextDecoder('latin1').decode(own);
  }
}
