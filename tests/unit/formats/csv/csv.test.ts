// Tables in text as programs of several countries write them.

import { expect, test } from 'vitest';
import { FormatError } from '../../../../src/base/errors.ts';
import { openCsv } from '../../../../src/formats/csv/reader.ts';
import { detectFormat } from '../../../../src/formats/detect.ts';
import { MemoryFile } from '../../../../src/formats/memory-file.ts';
import { openMimo } from '../../../../src/formats/mimo/reader.ts';
import type { FormatReader } from '../../../../src/formats/reader.ts';
import { createTestCore } from '../../../support/core.ts';
import { goldenBytes } from '../../../support/golden.ts';
import { steadySignals } from '../../../support/steady.ts';

const file = (text: string): MemoryFile => new MemoryFile(new TextEncoder().encode(text));

async function open(text: string): Promise<FormatReader> {
  expect((await detectFormat(file(text))).id).toBe('csv');
  return openCsv(file(text), createTestCore());
}

async function values(reader: FormatReader, id: string): Promise<number[]> {
  const { endSample } = reader.store.signals().find((signal) => signal.id === id)!;
  return Array.from((await reader.store.samples(id, 0, endSample)).values, Number);
}

test('commas, a header with units and an even time column', async () => {
  const reader = await open('time (ms),current (mA),volt [V]\n0,1.5,3.3\n0.5,-2e-3,3.31\n1,,3.32\n');
  const [current, volt] = steadySignals(reader.store);
  expect(reader.store.signals().length).toBe(2);
  expect([current!.id, current!.unit, current!.sampleRateHz, current!.offsetS]).toEqual(['current', 'mA', 2000, 0]);
  expect([volt!.id, volt!.unit]).toEqual(['volt', 'V']);
  expect(await values(reader, 'current')).toEqual([1.5, -0.002, Number.NaN]);
  expect(await values(reader, 'volt')).toEqual([3.3, 3.31, 3.32]);
});

test('semicolons with decimal commas, comments, Windows line ends and Latin-1', async () => {
  const text = '# Messung 7\r\nZeit [s];Strom [\xb5A]\r\n10,0;1,25\r\n10,1;-3,5E2\r\n10,2;0,75';
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const reader = await openCsv(new MemoryFile(bytes), createTestCore());
  const [signal] = steadySignals(reader.store);
  expect([signal!.id, signal!.unit, signal!.sampleRateHz, signal!.offsetS]).toEqual(['Strom', 'µA', 10, 10]);
  expect(await values(reader, 'Strom')).toEqual([1.25, -350, 0.75]);
});

test('blanks between columns, no header, a line of units, quoted names', async () => {
  const blanks = await open('  1.0   2.0\n  3.0   4.0\n');
  expect(await values(blanks, 'column 2')).toEqual([2, 4]);
  const units = await open('t\tU\n(s)\t(V)\n0\t1\n1\t2\n');
  expect(units.store.signals().map(({ id, unit }) => [id, unit])).toEqual([['U', 'V']]);
  const quoted = await open('"x, y","say ""hi"""\n1,2\n3,4\n');
  expect(quoted.store.signals().map(({ id }) => id)).toEqual(['x, y', 'say "hi"']);
});

test('an uneven time column gives each row its own time and is reported', async () => {
  const reader = await open('time,v\n0,1\n1,2\n5,3\n');
  expect(reader.store.signals()).toMatchObject([{ id: 'v', timing: 'stamped', startS: 0, endS: 5, endSample: 3 }]);
  expect((await reader.store.samples('v', 0, 3)).timesS).toEqual(Float64Array.of(0, 1, 5));
  // whole numbers may be milliseconds as well: nothing says so
  expect(reader.diagnostics.map(({ code }) => code)).toEqual(['csv/guess', 'csv/uneven-time']);
});

test('rows beyond the first read are found at their places', async () => {
  const rows = Array.from({ length: 200_000 }, (_, row) => `${row},${row * 2}`);
  const reader = await open(`a,b\n${rows.join('\n')}\n`);
  expect(reader.store.signals()[0]!.endSample).toBe(200_000);
  const { values: tail } = await reader.store.samples('b', 199_997, 200_000);
  expect(Array.from(tail, Number)).toEqual([399_994, 399_996, 399_998]);
  const { mean, count } = await reader.store.statistics('a', 1, 199_999);
  expect([count, mean]).toEqual([199_998, 100_000 - 0.5 + 0]);
});

test('text that is no table is refused', async () => {
  await expect(openCsv(file('Dear reader,\nthis is a letter.\n'), createTestCore())).rejects.toThrow(FormatError);
});

test.each([
  ['csv_basic/In.csv', 'params.mimo', ['decay_time', 'h', 'e', 's']],
  ['csv_int16/In.csv', 'heights.mimo', ['peak_heights']],
  ['csv_float_format/In.csv', 'floats.mimo', undefined],
])('%s has the numbers of the events that it was written from', async (table, events, fields) => {
  const csv = await openCsv(new MemoryFile(goldenBytes(`mimo/pipeline/${table}`)), createTestCore());
  const mimo = await openMimo(new MemoryFile(goldenBytes(`mimo/pipeline/${events}`)), createTestCore());
  const ids = fields ?? mimo.store.signals().flatMap(({ id }) => (id.startsWith('metadata.') ? [] : [id]));
  for (const id of ids) expect(await values(csv, id)).toEqual(await values(mimo, id));
});

test('a header without rows opens when it begins with a time and its unit, and prose does not', async () => {
  const file = (content: string) => new MemoryFile(new TextEncoder().encode(content));
  const { store } = await openCsv(file('time (s),current (A),"a, b"\n'), createTestCore());
  expect(store.signals().map(({ name, unit, endSample }) => [name, unit, endSample])).toEqual([
    ['current', 'A', 0],
    ['a, b', '', 0],
  ]);
  for (const prose of ['time, gentlemen\n', 'time (s) of day\n', 'time (s),a\ntime (s),b\n', 'name (A),time (s)\n']) {
    await expect(openCsv(file(prose), createTestCore())).rejects.toThrow(FormatError);
  }
});
