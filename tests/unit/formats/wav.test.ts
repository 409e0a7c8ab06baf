// Sound files: every coding of samples, sizes that are not stated, chunks that are in the way.

import { expect, test } from 'vitest';
import { openFile } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import { bytesOf, chunkOf, joined, packed, wavOf } from '../../support/container-files.ts';
import { createTestCore } from '../../support/core.ts';

const open = (bytes: Uint8Array): Promise<FormatReader> =>
  openFile(new MemoryFile(new Uint8Array(bytes)), createTestCore());
const numbers = async (reader: FormatReader, id = 'value'): Promise<number[]> => {
  const { endSample } = reader.store.signals().find((signal) => signal.id === id)!;
  return Array.from((await reader.store.samples(id, 0, endSample)).values, Number);
};
const codes = (reader: FormatReader): readonly string[] => reader.diagnostics.map(({ code }) => code);

test.each([
  ['8 bits, without a sign', 1, 1, Uint8Array.of(0, 128, 255), [-1, 0, 127 / 128], 'f32'],
  ['16 bits', 1, 2, packed('hhh', -32_768, 0, 16_384), [-1, 0, 0.5], 'f32'],
  ['24 bits', 1, 3, Uint8Array.of(0, 0, 0x80, 1, 0, 0, 0xff, 0xff, 0xff), [-1, 2 ** -23, -(2 ** -23)], 'f32'],
  ['32 bits', 1, 4, packed('iii', -(2 ** 31), 1, 2 ** 30), [-1, 2 ** -31, 0.5], 'f64'],
  ['floats', 3, 4, packed('fff', -1.5, 0, 0.25), [-1.5, 0, 0.25], 'f32'],
  ['double floats', 3, 8, packed('dd', 0.1, -1), [0.1, -1], 'f64'],
])('%s are parts of the full scale', async (_what, tag, width, data, expected, dtype) => {
  const reader = await open(wavOf({ tag, width, data }));
  expect(await numbers(reader)).toEqual(expected);
  expect(reader.store.signals()[0]).toMatchObject({
    unit: '',
    dtype,
    timing: 'steady',
    sampleRateHz: 8000,
    offsetS: 0,
  });
  expect(codes(reader)).toEqual(['wav/full-scale']);
});

test('channels lie side by side; their figures are those of their samples', async () => {
  const data = packed('hhhhhh', 16_384, -16_384, 8192, 0, 0, 8192);
  const reader = await open(wavOf({ channels: 3, width: 2, data, rateHz: 44_100 }));
  expect(reader.store.signals().map(({ id }) => id)).toEqual(['channel[0]', 'channel[1]', 'channel[2]']);
  expect([await numbers(reader, 'channel[0]'), await numbers(reader, 'channel[2]')]).toEqual([
    [0.5, 0],
    [0.25, 0.25],
  ]);
  expect((await reader.store.statistics('channel[1]', 0, 2)).mean).toBe(-0.25);
});

/** WAVE_FORMAT_EXTENSIBLE: 20 bits that mean something in 24, the coding in a GUID. */
function extensible(coding: number): Uint8Array {
  const guid = joined(packed('h', coding), Uint8Array.of(0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71));
  const format = joined(packed('hhiihhhhi', 0xfffe, 1, 8000, 24_000, 3, 24, 22, 20, 4), guid);
  return joined('RIFF', packed('i', 0), 'WAVE', chunkOf('fmt ', format), chunkOf('data', Uint8Array.of(0, 0, 0x40)));
}

test('the extensible form says the coding further on', async () => {
  expect(await numbers(await open(extensible(1)))).toEqual([0.5]);
  await expect(open(extensible(6))).rejects.toThrow('A-law');
});

const DATA = packed('hhhh', 1, 2, 3, 4);

test.each([
  ['0xFFFFFFFF', 0xffff_ffff],
  ['0', 0],
])('a length of %s, as while it is written, is that of the file', async (_what, statedBytes) => {
  const reader = await open(wavOf({ width: 2, data: DATA, statedBytes }));
  expect([(await numbers(reader)).length, codes(reader).at(-1), reader.isRecovered]).toEqual([
    4,
    'wav/not-closed',
    true,
  ]);
});

test('no samples at all, with a chunk behind them, are none', async () => {
  const reader = await open(wavOf({ width: 2, data: new Uint8Array(0), after: chunkOf('LIST', bytesOf('INFO')) }));
  expect([(await numbers(reader)).length, codes(reader)]).toEqual([0, ['wav/full-scale']]);
});

test('a file that was cut, and one that ends within a frame', async () => {
  const cut = await open(wavOf({ width: 2, data: DATA }).slice(0, -4));
  expect([(await numbers(cut)).length, codes(cut).at(-1), cut.isRecovered]).toEqual([2, 'wav/truncated', true]);
  const odd = await open(wavOf({ width: 2, channels: 2, data: DATA.slice(0, 6) }));
  expect([(await numbers(odd, 'channel[0]')).length, codes(odd).at(-1)]).toEqual([1, 'wav/trailing-bytes']);
});

test('chunks of odd length, texts and the beginning of a broadcast', async () => {
  const info = joined('INFO', chunkOf('IART', bytesOf('Ada\0')), chunkOf('ICMT', bytesOf('odd')));
  const bext = new Uint8Array(602);
  bext.set(bytesOf('a field'));
  bext.set(bytesOf('2026-11-30'), 320);
  bext.set(bytesOf('08:15:00'), 330);
  bext.set(packed('q', 48_000), 338);
  const before = joined(chunkOf('junk', Uint8Array.of(1)), chunkOf('LIST', info), chunkOf('bext', bext));
  const reader = await open(wavOf({ width: 2, data: DATA, before }));
  expect(await numbers(reader)).toHaveLength(4);
  expect(reader.metadata).toEqual({
    bitsPerSample: 16,
    coding: 'PCM',
    IART: 'Ada',
    ICMT: 'odd',
    description: 'a field',
    originationDate: '2026-11-30',
    originationTime: '08:15:00',
    samplesSinceMidnight: '48000',
  });
});

const FORMAT = packed('hhiihh', 1, 1, 8000, 16_000, 2, 16);

test('RF64: the length stands in a chunk of its own', async () => {
  const sizes = chunkOf('ds64', packed('qqqi', 80, 4, 2, 0));
  const rest = joined(chunkOf('fmt ', FORMAT), chunkOf('data', DATA, 0xffff_ffff));
  const reader = await open(joined('RF64', packed('i', -1), 'WAVE', sizes, rest));
  expect([await numbers(reader), reader.version]).toEqual([[1 / 32_768, 2 / 32_768], 'RF64']);
});

test('Wave64: chunks with long names, at multiples of eight', async () => {
  const guid = (name: string): Uint8Array =>
    joined(name, Uint8Array.of(0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0x00, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a));
  const chunk = (name: string, data: Uint8Array): Uint8Array =>
    joined(guid(name), packed('q', 24 + data.length), data, new Uint8Array((8 - (data.length % 8)) % 8));
  const riff = joined('riff', Uint8Array.of(0x2e, 0x91, 0xcf, 0x11, 0xa5, 0xd6, 0x28, 0xdb, 0x04, 0xc1, 0, 0));
  const odd = chunk('junk', Uint8Array.of(1, 2, 3));
  const body = joined(guid('wave'), odd, chunk('fmt ', FORMAT), chunk('data', DATA));
  const reader = await open(joined(riff, packed('q', 24 + body.length), body));
  expect([(await numbers(reader)).length, reader.version]).toEqual([4, 'W64']);
});

test('RIFX: the high byte first', async () => {
  const swap = (bytes: Uint8Array, widths: readonly number[]): Uint8Array => {
    const starts = widths.map((_, index) => widths.slice(0, index).reduce((sum, width) => sum + width, 0));
    return joined(...widths.map((width, index) => bytes.slice(starts[index]!, starts[index]! + width).reverse()));
  };
  const big = (size: number): Uint8Array => packed('i', size).reverse();
  const format = swap(FORMAT, [2, 2, 4, 4, 2, 2]);
  const data = swap(DATA, [2, 2, 2, 2]);
  const reader = await open(joined('RIFX', big(36), 'WAVEfmt ', big(16), format, 'data', big(8), data));
  expect(await numbers(reader)).toEqual([1, 2, 3, 4].map((value) => value / 32_768));
});

test.each([
  [0x55, 'MP3'],
  [0x1234, 'coding 4660'],
])('samples in coding %i are refused by name', async (tag, name) => {
  await expect(open(wavOf({ tag, width: 2, data: DATA }))).rejects.toMatchObject({
    code: 'format/unsupported',
    message: expect.stringContaining(name),
  });
});

test('a file without samples or description is refused', async () => {
  await expect(open(joined('RIFF', packed('i', 4), 'WAVE'))).rejects.toMatchObject({ code: 'format/damaged' });
  await expect(open(wavOf({ width: 2, data: DATA }).slice(0, 36))).rejects.toThrow('"data"');
});
