// Zips and packed files: what is opened, what else there is, what the user chooses; and what is refused.

import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openFile } from '../../../src/formats/detect.ts';
import { unpackMembers } from '../../../src/formats/gzip/members.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import { NO_CONTEXT } from '../../../src/formats/row.ts';
import type { ReadChoice } from '../../../src/model/read-choice.ts';
import { f8Of, joined, npyOf, packed, TABLE_TEXT, VCD_TEXT, zipOf } from '../../support/container-files.ts';
import { createTestCore } from '../../support/core.ts';
import { goldenBytes } from '../../support/golden.ts';
import { SPE, textBytes } from '../../support/spectrum-files.ts';
import { forgeZip, packedZeros } from '../../support/zip-forge.ts';

const open = (bytes: Uint8Array, choice: ReadChoice = {}, name = ''): Promise<FormatReader> =>
  openFile(new MemoryFile(new Uint8Array(bytes)), createTestCore(), { ...NO_CONTEXT, choice, name });
const ids = (reader: FormatReader): readonly string[] => reader.store.signals().map(({ id }) => id);
const codes = (reader: FormatReader): readonly string[] => reader.diagnostics.map(({ code }) => code);
const numbers = async (reader: FormatReader, id: string, count: number): Promise<number[]> =>
  Array.from((await reader.store.samples(id, 0, count)).values, Number);

const SHORT = 'time (s),I (A)\n0,1\n1,2\n2,4\n3,8\n';
const THREE = await zipOf({
  'run/long.csv': TABLE_TEXT,
  'run/short.csv': SHORT,
  'notes.txt': 'a note',
  'v.npy': f8Of([5, 6]),
});

test('of several files the largest opens, and the others are named', async () => {
  const reader = await open(THREE);
  expect([reader.format, ids(reader)]).toEqual(['csv', ['U']]);
  const [note] = reader.diagnostics;
  expect(note).toMatchObject({ severity: 'warning', code: 'zip/others' });
  expect(note!.message).toContain('Opened "run/long.csv", one of 4 files');
  expect(note!.message).toContain('2 others open, too');
  expect(note!.message).toMatch(/--part "/);
  expect(reader.reading!.parts!.map(({ id, isOpen }) => [id, isOpen])).toEqual([
    ['run/long.csv', true],
    ['v.npy', false],
    ['run/short.csv', false],
  ]);
  expect(reader.reading!.choice.parts).toEqual(['run/long.csv']);
});

test('one chosen file opens as if it stood alone, by its path or its name', async () => {
  for (const part of ['run/short.csv', 'short.csv']) {
    const reader = await open(THREE, { parts: [part] });
    expect([ids(reader), await numbers(reader, 'I', 4)]).toEqual([['I'], [1, 2, 4, 8]]);
    expect(reader.reading!.parts!.find(({ isOpen }) => isOpen)!.id).toBe('run/short.csv');
  }
});

test('several chosen files give all their signals, with the name of the file in front', async () => {
  const reader = await open(THREE, { parts: ['run/short.csv', 'v.npy'] });
  expect(reader.store.signals().map(({ id, name, source }) => [id, name, source])).toEqual([
    ['run/short.csv/I', 'run/short.csv/I', 'run/short.csv'],
    ['v.npy/value', 'v.npy/value', 'v.npy'],
  ]);
  expect(await numbers(reader, 'run/short.csv/I', 4)).toEqual([1, 2, 4, 8]);
  expect(await numbers(reader, 'v.npy/value', 2)).toEqual([5, 6]);
  expect(await reader.storedSamples('v.npy/value', 0, 2)).toEqual(new Uint8Array(Float64Array.of(5, 6).buffer));
  expect((await reader.store.statistics('run/short.csv/I', 0, 4)).mean).toBe(3.75);
});

test('events of files with the same fields are one after the other', async () => {
  const bytes = goldenBytes('mimo/files/big_endian.mimo');
  const alone = (await open(bytes)).events!;
  const zip = await zipOf({ 'a.mimo': bytes, 'b.mimo': bytes });
  const { events } = await open(zip, { parts: ['a.mimo', 'b.mimo'] });
  const count = alone.eventCount;
  expect(events!.eventCount).toBe(2 * count);
  const last = await alone.read(count - 1, 1);
  const first = await alone.read(0, 1);
  const across = await events!.read(count - 1, 2);
  expect([across.start, across.eventCount]).toEqual([count - 1, 2]);
  for (const kind of ['metadata', 'data'] as const) {
    const values = across[kind].map((column) => Array.from(column.values));
    expect(values).toEqual(
      last[kind].map((column, at) => [...Array.from(column.values), ...Array.from(first[kind][at]!.values)]),
    );
  }
  await expect(events!.read(2 * count, 1)).rejects.toThrow('are not all in these');
});

test('spectra stay spectra when several files are chosen', async () => {
  const zip = await zipOf({ 'a.spe': textBytes(SPE), 'b.spe': textBytes(SPE) });
  const reader = await open(zip, { parts: ['a.spe', 'b.spe'] });
  expect(reader.spectra!.map(({ signalId }) => signalId)).toEqual(['a.spe/counts', 'b.spe/counts']);
  expect(ids(reader)).toEqual(['a.spe/counts', 'b.spe/counts']);
});

test('chosen files with dates lie on one axis, the earliest first', async () => {
  const at = (second: number) =>
    npyOf("[('t', '<M8[s]'), ('v', '<f8')]", [2], packed('qdqd', second, 1, second + 1, 2));
  const reader = await open(
    await zipOf({ 'late.npy': at(1_700_000_030), 'early.npy': at(1_700_000_000), 'x.csv': SHORT }),
    {
      parts: ['late.npy', 'early.npy'],
    },
  );
  const starts = reader.store
    .signals()
    .flatMap((signal) => (signal.timing === 'steady' ? [[signal.id, signal.offsetS]] : []));
  expect(starts).toEqual([
    ['late.npy/v', 30],
    ['late.npy/t', 30],
    ['early.npy/v', 0],
    ['early.npy/t', 0],
  ]);
});

test('a file that is not there is named with those that are', async () => {
  const error = open(THREE, { parts: ['other.csv'] });
  await expect(error).rejects.toMatchObject({ code: 'format/not-found', message: expect.stringContaining('"v.npy"') });
});

test('the only file that opens needs no choice', async () => {
  const reader = await open(await zipOf({ 'a.csv': TABLE_TEXT, 'info.json': '{"a": 1}' }));
  expect([codes(reader)[0], reader.diagnostics[0]!.severity, reader.reading?.parts]).toEqual([
    'zip/entry',
    'info',
    undefined,
  ]);
});

test('a larger file that does not open makes way for the next, and is told of', async () => {
  const broken = joined(Uint8Array.of(0x93), 'NUMPY'.padEnd(6000, 'x'));
  const reader = await open(await zipOf({ 'broken.npy': broken, 'a.csv': TABLE_TEXT }));
  expect([reader.format, codes(reader).slice(0, 2)]).toEqual(['csv', ['zip/not-opened', 'zip/entry']]);
});

test('a packed table opens as a table, in a zip, too', async () => {
  for (const bytes of [gzipSync(TABLE_TEXT), await zipOf({ 'a.csv.gz': gzipSync(TABLE_TEXT), 'b.txt': 'b' })]) {
    const reader = await open(bytes);
    const [signal] = reader.store.signals();
    expect([reader.format, signal!.timing, signal!.timing === 'steady' && signal!.sampleRateHz]).toEqual([
      'csv',
      'steady',
      100,
    ]);
  }
});

test('a bundle in a zip opens; in a zip in a zip it is left alone', async () => {
  const npz = await zipOf({ 't.npy': f8Of([0, 1, 2]), 'u.npy': f8Of([7, 8, 9]) });
  const outer = await zipOf({ 'a.npz': npz });
  expect(await numbers(await open(outer), 'u', 3)).toEqual([7, 8, 9]);
  await expect(open(await zipOf({ 'b.zip': outer }))).rejects.toMatchObject({ code: 'format/unknown' });
});

test('members one behind the other are one file', async () => {
  const bytes = joined(
    gzipSync(TABLE_TEXT.slice(0, 90)),
    gzipSync(''),
    gzipSync(TABLE_TEXT.slice(90, 91)),
    gzipSync(TABLE_TEXT.slice(91)),
  );
  expect(await numbers(await open(bytes), 'U', 60)).toEqual(Array.from({ length: 60 }, (_, row) => row % 7));
});

test('a member may hold the bytes with which members begin', async () => {
  const text = `${TABLE_TEXT}# \x1f\x8b\x08\x00 no member`;
  const stored = gzipSync(Buffer.from(text, 'latin1'), { level: 0 });
  expect(stored.indexOf(Buffer.of(0x1f, 0x8b, 8, 0), 1)).toBeGreaterThan(0);
  const { content, end } = await unpackMembers(new MemoryFile(joined(stored, stored)), 2 ** 20);
  expect([end, content.sizeBytes]).toEqual(['whole', 2 * text.length]);
});

test('the name in the header is the name of the content', async () => {
  const plain = gzipSync(joined('<SALEAE>', packed('iiiddqd', 0, 0, 0, 0, 1, 1, 0.5)));
  const named = joined(
    plain.subarray(0, 3),
    Uint8Array.of(8),
    plain.subarray(4, 10),
    'digital_4.bin\0',
    plain.subarray(10),
  );
  expect(ids(await open(named))).toEqual(['digital_4']);
  expect(ids(await open(plain, {}, 'digital_5.bin.gz'))).toEqual(['digital_5']);
});

test('of a packed file that was cut the first part is shown', async () => {
  const whole = gzipSync(VCD_TEXT + Array.from({ length: 2000 }, (_, i) => `#${101 + i}\n${(i * 7) % 2}!\n`).join(''));
  const reader = await open(whole.subarray(0, whole.length - 200));
  expect([reader.format, reader.isRecovered, codes(reader)[0]]).toEqual(['vcd', true, 'gzip/damaged']);
});

test('no more is unpacked than is allowed, over all members', async () => {
  const bomb = joined(gzipSync(Buffer.alloc(2 ** 20)), gzipSync(Buffer.alloc(2 ** 20)));
  const { end, content } = await unpackMembers(new MemoryFile(bomb), 2 ** 20);
  expect([end, content.sizeBytes]).toEqual(['full', 2 ** 20]);
});

test('a tar archive, an empty file and rubbish are refused in words', async () => {
  const tar = Buffer.alloc(1024);
  tar.write('ustar', 257);
  await expect(open(gzipSync(tar))).rejects.toMatchObject({ message: expect.stringContaining('tar archive') });
  await expect(open(gzipSync(''))).rejects.toMatchObject({ message: expect.stringContaining('empty') });
  await expect(open(joined(Uint8Array.of(0x1f, 0x8b, 8, 0), 'rubbish, rubbish'))).rejects.toMatchObject({
    code: 'format/damaged',
  });
});

test.each([
  [{ 'meta.json': '{}', 'digital-0.bin': '<SALEAE>' }, 'Export Data'],
  [{ '[Content_Types].xml': '<a/>', 'xl/workbook.xml': '' }, 'CSV'],
  [{ mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': '' }, 'CSV'],
  [{ 'photo.bin': '\u0000\u0001' }, '"photo.bin"'],
])('a zip that holds %o is refused with the way out', async (files, says) => {
  await expect(open(await zipOf(files as Record<string, string>))).rejects.toMatchObject({
    message: expect.stringContaining(says),
  });
});

test('a damaged packed file is refused with the place', async () => {
  const streams = [{ name: 'a.npy', packed: packedZeros(5000, '\x93NUMPY\x01\x00\x76\x00').slice(0, -9) }];
  const zip = forgeZip(streams, [{ name: 'a.npy', stream: 0, unpackedBytes: 5000 }]);
  await expect(open(zip)).rejects.toMatchObject({
    message: expect.stringMatching(/"a".*damaged behind byte \d+ of 5000/),
  });
});
