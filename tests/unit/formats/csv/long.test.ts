// Tables that are longer than one read: what stands where two reads meet, how far reading is, and their beginning.

import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { BEGINNING_LETTERS, openCsvBeginning } from '../../../../src/formats/csv/beginning.ts';
import { openCsv } from '../../../../src/formats/csv/reader.ts';
import { openGzipBeginning } from '../../../../src/formats/gzip/beginning.ts';
import { MemoryFile } from '../../../../src/formats/memory-file.ts';
import { NO_CONTEXT } from '../../../../src/formats/row.ts';
import type { RandomAccess } from '../../../../src/formats/source.ts';
import { createTestCore } from '../../../support/core.ts';
import { goldenBytes } from '../../../support/golden.ts';
import { valuesOf } from '../../../support/tables.ts';

/** Rows of very different lengths: row i has the time i ms and the value i. */
function table(rowCount: number, lineEnd: string): string {
  const rows = Array.from({ length: rowCount }, (_, i) => `${i}${' '.repeat((i * 7) % 90)},${i}`);
  return ['time (ms),n', ...rows, ''].join(lineEnd);
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

test.each([
  ['line feeds', '\n', 0],
  ['returns', '\r', 0],
  ['both, in large reads', '\r\n', 64 * 1024],
])('every row is found once, with %s', async (_, lineEnd, readCostBytes) => {
  const rowCount = 80_000;
  const bytes = bytesOf(table(rowCount, lineEnd));
  expect(bytes.length).toBeGreaterThan(4 * 2 ** 20);
  const file = new MemoryFile(bytes);
  const source: RandomAccess = {
    sizeBytes: bytes.length,
    readCostBytes,
    read: (from, length) => file.read(from, length),
  };
  const shares: number[] = [];
  const reader = await openCsv(source, createTestCore(), { ...NO_CONTEXT, onRead: (share) => void shares.push(share) });
  expect(reader.diagnostics).toEqual([]);
  const values = await valuesOf(reader, 'n');
  expect([values.length, sum(values)]).toEqual([rowCount, (rowCount * (rowCount - 1)) / 2]);
  expect(shares.length).toBeGreaterThan(1);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBeCloseTo(1, 5);
});

test('a line without an end is refused by its number', async () => {
  const text = `${table(1000, '\n')}${'x'.repeat(3 * 2 ** 20)}`;
  await expect(openCsv(new MemoryFile(bytesOf(text)), createTestCore())).rejects.toMatchObject({
    code: 'format/unsupported',
    message: expect.stringContaining('Line 1002 is longer than'),
  });
});

test('a file that became shorter meanwhile ends where it ends', async () => {
  const bytes = bytesOf(table(80_000, '\n'));
  const half = new MemoryFile(bytes.slice(0, bytes.length / 2));
  const source: RandomAccess = { sizeBytes: bytes.length, read: (from, length) => half.read(from, length) };
  const reader = await openCsv(source, createTestCore());
  const [{ endSample } = { endSample: 0 }] = reader.store.signals();
  expect(endSample).toBeGreaterThan(30_000);
  expect(endSample).toBeLessThan(50_000);
});

test('the beginning holds whole rows only, and their own values', async () => {
  const text = table(80_000, '\n');
  const reader = await openCsvBeginning(new MemoryFile(bytesOf(text)), createTestCore(), NO_CONTEXT);
  const wholeRows = text.slice(0, BEGINNING_LETTERS).split('\n').length - 2;
  const values = await valuesOf(reader!, 'n');
  expect([values.length, values.at(-1)]).toEqual([wholeRows, wholeRows - 1]);
});

test('there is no beginning without a line end', async () => {
  const file = new MemoryFile(bytesOf('1'.repeat(100)));
  expect(await openCsvBeginning(file, createTestCore(), NO_CONTEXT)).toBeUndefined();
});

test.each(['little', 'big'])('letters of two bytes have a beginning, too: %s end first', async (order) => {
  const text = `\ufeff${table(20_000, '\r\n')}`;
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), order === 'little');
  const reader = await openCsvBeginning(new MemoryFile(bytes), createTestCore(), NO_CONTEXT);
  const wholeRows = text.slice(0, BEGINNING_LETTERS).split('\r\n').length - 2;
  const values = await valuesOf(reader!, 'n');
  expect([values.length, values.at(-1)]).toEqual([wholeRows, wholeRows - 1]);
});

test('what stands first in a packed table is its beginning', async () => {
  const text = table(20_000, '\n');
  const packed = gzipSync(text);
  const file = new MemoryFile(new Uint8Array(packed));
  const reader = await openGzipBeginning(file, createTestCore(), NO_CONTEXT);
  const wholeRows = text.slice(0, BEGINNING_LETTERS).split('\n').length - 2;
  const values = await valuesOf(reader!, 'n');
  expect([values.length, values.at(-1)]).toEqual([wholeRows, wholeRows - 1]);
  const other = new MemoryFile(new Uint8Array(gzipSync(goldenBytes('hdf5/scales.h5'))));
  expect(await openGzipBeginning(other, createTestCore(), NO_CONTEXT)).toBeUndefined();
});
