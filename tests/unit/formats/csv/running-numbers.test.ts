// Columns that only number their rows, and second columns of times: neither is drawn without a word.

import { expect, test } from 'vitest';
import { utcToIsoText } from '../../../../src/base/time.ts';
import type { FormatReader } from '../../../../src/formats/reader.ts';
import type { ReadChoice } from '../../../../src/model/read-choice.ts';
import { openTable } from '../../../support/tables.ts';

const COUNT = 30;
const rows = (cells: (row: number) => string): string =>
  Array.from({ length: COUNT }, (_, row) => `${cells(row)}\n`).join('');
const ids = ({ store }: FormatReader): readonly string[] => store.signals().map(({ id }) => id);
const first = ({ store }: FormatReader) => store.signals()[0]!;
const told = (reader: FormatReader): string => reader.diagnostics.map(({ message }) => message).join('\n');
const open = (text: string, choice: ReadChoice = {}): Promise<FormatReader> => openTable(text, choice);

test.each(['index', '#', 'sample', 'n', 'No.', 'Row'])('%s without times is the counted axis', async (name) => {
  const reader = await open(`"${name}","U"\n${rows((row) => `${row + 4},${row % 7}`)}`);
  expect(ids(reader)).toEqual(['U']);
  expect(first(reader)).toMatchObject({ axis: { name: 'sample', unit: '' }, sampleRateHz: 1, offsetS: 4 });
  expect(told(reader)).toContain(name === 'sample' ? 'rows are counted' : `"${name}" numbers the samples`);
});

test('beside times it is left out, which is said', async () => {
  const reader = await open(`time (s),U,index\n${rows((row) => `${row / 10},${row % 7},${row}`)}`);
  expect(ids(reader)).toEqual(['U']);
  expect(told(reader)).toContain('"index" only numbers the samples: it is left out.');
});

test('at a rate that the user states it tells which samples are missing', async () => {
  const text = `index,U\n${rows((row) => `${row < 25 ? row + 1 : row + 6},${row % 7}`)}`;
  // all rows that are looked at for names must count on: the gap is further down in a long table
  const long = `index,U\n${Array.from({ length: 3000 }, (_, row) => `${row < 2500 ? row + 1 : row + 6},${row % 7}`).join('\n')}\n`;
  const reader = await open(long, { rateHz: 100 });
  expect(first(reader)).toMatchObject({ timing: 'steady', sampleRateHz: 100, offsetS: 0, endSample: 3005 });
  expect(told(reader)).toContain('5 samples are missing');
  expect(ids(await open(text, { rateHz: 100 }))).toContain('U');
});

test.each([
  ['a counter of pulses is data', 'n,U', (row: number) => `${row * 3 - (row % 2)},${row}.5`],
  ['numbers with a fraction are data', 'index,U', (row: number) => `${row + 0.5},${row}.5`],
])('%s', async (_name, head, cells) => {
  const reader = await open(`${head}\n${rows(cells)}`);
  expect(ids(reader)).toEqual(head.split(','));
});

test('it is a signal where nothing else is there, or where the user says so', async () => {
  expect(ids(await open(`time (s),n\n${rows((row) => `${row / 10},${row}`)}`))).toEqual(['n']);
  const choice = { table: { columns: { 2: { role: 'signal' } } } } as const;
  const chosen = await open(`time (s),U,index\n${rows((row) => `${row / 10},${row % 7},${row}`)}`, choice);
  expect(ids(chosen)).toEqual(['U', 'index']);
});

test('a second column of times is a signal, and that is said', async () => {
  const segments = `Time (ms),A (V),Time (ms),B (V)\n${rows((row) => `${row / 4},${row % 5},${row / 4 + 20},${row % 3}`)}`;
  const reader = await open(segments);
  expect(ids(reader)).toEqual(['A', 'Time #3', 'B']);
  expect(told(reader)).toContain('"Time #3" holds times, too: it is shown as a signal.');
});

test('a start that the user states moves the moment of second 0', async () => {
  const reader = await open(
    `time,U\n${rows((row) => `2026-03-04T05:06:${String(row).padStart(2, '0')}Z,${row % 7}`)}`,
    {
      startS: 7,
    },
  );
  expect(first(reader)).toMatchObject({ sampleRateHz: 1, offsetS: 7 });
  expect(utcToIsoText(reader.store.originUtc!)).toBe('2026-03-04T05:05:53Z');
});
