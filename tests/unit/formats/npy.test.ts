// NumPy arrays: files of NumPy itself, and headers written from the format's description.

import { expect, test } from 'vitest';
import { FormatError } from '../../../src/base/errors.ts';
import { detectFormat } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { encodeNpyHeader, readNpyHeader } from '../../../src/formats/npy/header.ts';
import { openNpy } from '../../../src/formats/npy/reader.ts';
import { packedStruct, scalarDtype } from '../../../src/formats/numpy/dtype.ts';
import { dtypeFromName } from '../../../src/formats/numpy/type-names.ts';
import { createTestCore } from '../../support/core.ts';
import { goldenBytes } from '../../support/golden.ts';

const WORKSPACE = createTestCore();

function npy(dict: string, data: ArrayLike<number>, major = 1): MemoryFile {
  const prefix = major === 1 ? [dict.length & 255, dict.length >> 8] : [dict.length & 255, dict.length >> 8, 0, 0];
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, major, 0];
  return new MemoryFile(
    Uint8Array.from([...magic, ...prefix, ...[...dict].map((letter) => letter.charCodeAt(0)), ...Array.from(data)]),
  );
}

test('a histogram that NumPy wrote', async () => {
  const bytes = goldenBytes('mimo/pipeline/hist_basic/Histograms_In/decay_time.npy');
  expect((await detectFormat(new MemoryFile(bytes))).id).toBe('npy');
  const reader = await openNpy(new MemoryFile(bytes), WORKSPACE);
  const [signal] = reader.store.signals();
  expect([signal!.id, signal!.dtype, signal!.endSample]).toEqual(['value', 'i64', 10]);
  const { values } = await reader.store.samples('value', 0, 10);
  expect(values).toEqual(BigInt64Array.from([23n, 23n, 21n, 25n, 17n, 18n, 17n, 6n, 12n, 13n]));
  expect(await reader.storedSamples('value', 0, 10)).toEqual(bytes.slice(128));
});

test('our header is NumPy’s, byte for byte', () => {
  const bytes = goldenBytes('mimo/pipeline/hist_basic/Histograms_In/decay_time.npy');
  expect(encodeNpyHeader(scalarDtype('i', 8, '<')!, [10])).toEqual(bytes.slice(0, 128));
});

test('a structured array: one signal per number, big-endian and sub-arrays too', async () => {
  const dict =
    "{'descr': [('a', '>i2'), ('', '|V1'), ('b', '|u1', (2,)), ('s', '|S2')], 'fortran_order': False, 'shape': (2,)}";
  const reader = await openNpy(npy(dict, [0xff, 0xfe, 0, 1, 2, 65, 66, 0x01, 0x00, 0, 3, 4, 67, 0], 2), WORKSPACE);
  expect(reader.store.signals().map(({ id, dtype }) => [id, dtype])).toEqual([
    ['a', 'i16'],
    ['b[0]', 'u8'],
    ['b[1]', 'u8'],
  ]);
  expect((await reader.store.samples('a', 0, 2)).values).toEqual(Float64Array.of(-2, 256));
  expect((await reader.store.samples('b[1]', 0, 2)).values).toEqual(Float64Array.of(2, 4));
});

test.each([
  ['rows of channels', '(3, 2)', 'False', [1, 10, 2, 20, 3, 30]],
  ['channels of rows', '(2, 3)', 'False', [1, 2, 3, 10, 20, 30]],
  ['Fortran order', '(3, 2)', 'True', [1, 2, 3, 10, 20, 30]],
])('a matrix as %s: the longer side is time', async (_, shape, order, data) => {
  const dict = `{'descr': '|i1', 'fortran_order': ${order}, 'shape': ${shape}}`;
  const reader = await openNpy(npy(dict, data), WORKSPACE);
  expect((await reader.store.samples('channel[0]', 0, 3)).values).toEqual(Float64Array.of(1, 2, 3));
  expect((await reader.store.samples('channel[1]', 0, 3)).values).toEqual(Float64Array.of(10, 20, 30));
});

test('a cut array gives the items it has', async () => {
  const reader = await openNpy(
    npy("{'descr': '<i2', 'fortran_order': False, 'shape': (1000000000000,)}", [7, 0, 8, 0, 9]),
    WORKSPACE,
  );
  expect(reader.store.signals()[0]!.endSample).toBe(2);
  expect([reader.isRecovered, reader.diagnostics.map(({ code }) => code)]).toEqual([
    true,
    ['npy/truncated', 'npy/counted'],
  ]);
});

test.each([
  ["{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", 'Python objects'],
  ["{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,)}", 'unreadable'],
  ["{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", 'no shape'],
  ["{'descr': '<f8', 'fortran_order': False}", 'no shape'],
  ["{'descr': '<q9', 'fortran_order': False, 'shape': (1,)}", 'not readable'],
])('%s is refused', async (dict, message) => {
  const opened = openNpy(npy(dict, [0]), WORKSPACE);
  await expect(opened).rejects.toThrow(FormatError);
  await expect(opened).rejects.toThrow(message);
});

test('a written header of a struct is read back the same', async () => {
  const dtype = packedStruct([
    { name: "it's", dtype: dtypeFromName('f4') },
    { name: 'p', dtype: dtypeFromName('(2,3)>i2') },
    { name: 'µ\u65e5', dtype: dtypeFromName('u1') },
  ]);
  const header = await readNpyHeader(new MemoryFile(encodeNpyHeader(dtype, [0])));
  expect(header.dtype).toEqual(dtype);
  expect([header.version, header.payloadOffset % 64]).toEqual(['3.0', 0]);
});
