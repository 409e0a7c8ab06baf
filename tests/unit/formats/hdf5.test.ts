// HDF5 files that claim more than they hold.

import { expect, test } from 'vitest';
import { loadHdf5 } from '../../../src/formats/hdf5/library.ts';
import { openHdf5 } from '../../../src/formats/hdf5/reader.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { NO_CONTEXT } from '../../../src/formats/row.ts';
import { goldenBytes } from '../../support/golden.ts';

test('a dataset of more samples than the file can hold is left out and named', async () => {
  const { File, files } = await loadHdf5();
  const file = new File('/claim.h5', 'w');
  const growing = { data: new Float32Array(0), shape: [0], chunks: [1024], dtype: '<f' };
  file.create_dataset({ ...growing, name: 'claim', maxshape: [2 ** 40] }).resize([2 ** 40]);
  file.create_dataset({ name: 'real', data: Float32Array.of(1, 2, 3), shape: [3], dtype: '<f' });
  file.close();
  const reader = await openHdf5(new MemoryFile(new Uint8Array(files.readFile('/claim.h5'))));
  expect(reader.store.signals().map(({ id, endSample }) => [id, endSample])).toEqual([['real', 3]]);
  expect(reader.diagnostics).toMatchObject([
    { code: 'hdf5/damaged', message: expect.stringContaining('"claim"') },
    { code: 'hdf5/counted' },
  ]);
  reader.close();
  files.unlink('/claim.h5');
});

/** Counts what is read of a file. */
class CountedFile extends MemoryFile {
  readBytes = 0;

  override readNow(offsetBytes: number, lengthBytes: number): Uint8Array {
    const bytes = super.readNow(offsetBytes, lengthBytes);
    this.readBytes += bytes.length;
    return bytes;
  }
}

test('opening reads what says how the file is built, a draft of a picture little more, figures every byte once', async () => {
  const { File, files } = await loadHdf5();
  const values = Float64Array.from({ length: 2 ** 21 }, (_, index) => index % 1000);
  const made = new File('/long.h5', 'w');
  for (const name of ['a', 'b']) {
    const dataset = made.create_dataset({ name, data: values, shape: [values.length], dtype: '<d' });
    dataset.create_attribute('sampling_rate', 1000);
  }
  made.close();
  const file = new CountedFile(new Uint8Array(files.readFile('/long.h5')));
  files.unlink('/long.h5');
  const reader = await openHdf5(file);
  expect(file.readBytes).toBeLessThan(2 ** 20);
  const request = { signalId: 'a', start: 0, increment: 2048, count: 1024, canBeDraft: true };
  expect(await reader.store.summary(request)).toMatchObject({ isDraft: true });
  expect(file.readBytes).toBeLessThan(8 * 2 ** 20);
  const { count, min, max } = await reader.store.statistics('a', 0, values.length);
  expect([count, min, max]).toEqual([2 ** 21, 0, 999]);
  expect(file.readBytes).toBeLessThan(values.byteLength + 6 * 2 ** 20);
  reader.close();
});

/** Places of a heap of texts: "GCOL" and its version (HDF5 File Format Specification 3.0, III.E). */
function heapPlaces(bytes: Uint8Array): readonly number[] {
  return Array.from(bytes.keys()).filter((at) =>
    'GCOL\x01'.split('').every((letter, i) => bytes[at + i] === letter.charCodeAt(0)),
  );
}

test('texts that would send the library round in circles are not read; numbers that look like them are', async () => {
  const bytes = goldenBytes('hdf5/nexus.h5').slice();
  const heaps = heapPlaces(bytes);
  expect(heaps.length).toBeGreaterThan(0);
  // an object of size 0 behind the head of 16 bytes
  for (const at of heaps) bytes.fill(0, at + 16, at + 32).fill(1, at + 16, at + 17);
  const damaged = await openHdf5(new MemoryFile(bytes));
  expect(damaged.store.signals().length).toBeGreaterThan(0);
  expect(damaged.diagnostics).toContainEqual(expect.objectContaining({ code: 'hdf5/texts' }));
  damaged.close();

  const { File, files } = await loadHdf5();
  const made = new File('/alike.h5', 'w');
  const alike = Uint32Array.of(0x4c4f4347, 1, 7, 7, 0x4c4f4347, 1, 7, 7);
  made.create_dataset({ name: 'codes', data: alike, shape: [8], dtype: '<I' });
  made.close();
  const whole = await openHdf5(new MemoryFile(new Uint8Array(files.readFile('/alike.h5'))));
  expect([...(await whole.store.samples('codes', 0, 8)).values]).toEqual([...alike]);
  whole.close();
  files.unlink('/alike.h5');
});

/** Becomes shorter when it is told to. */
class ShrinkingFile extends MemoryFile {
  endBytes = Number.POSITIVE_INFINITY;

  override readNow(offsetBytes: number, lengthBytes: number): Uint8Array {
    const length = Math.max(0, Math.min(lengthBytes, this.endBytes - offsetBytes));
    return super.readNow(offsetBytes, length);
  }
}

test('a file that becomes shorter while it is opened is not told as a damaged one', async () => {
  const { File, files } = await loadHdf5();
  const made = new File('/shrinks.h5', 'w');
  const values = Float64Array.from({ length: 2 ** 17 }, (_, index) => index);
  made.create_dataset({ name: 'first', data: values, shape: [values.length], dtype: '<d' });
  made.create_group('later').create_dataset({ name: 'second', data: values, shape: [values.length], dtype: '<d' });
  made.close();
  const bytes = new Uint8Array(files.readFile('/shrinks.h5'));
  files.unlink('/shrinks.h5');
  const file = new ShrinkingFile(bytes);
  // what is known of the whole is in the first page, what is known of the group is behind its samples
  file.endBytes = 2 ** 18;
  await expect(openHdf5(file)).rejects.toThrow('The file became shorter while it was read');
});

test('a link to another file never leads to the file itself, whatever that file is called', async () => {
  const { File, files } = await loadHdf5();
  const make = (value: number, link?: string) => {
    const made = new File('/linked.h5', 'w');
    made.create_dataset({ name: 'v', data: Float64Array.of(value, value), shape: [2], dtype: '<d' });
    if (link !== undefined) made.create_external_link(link, '/v', 'far');
    made.close();
    const bytes = new Uint8Array(files.readFile('/linked.h5'));
    files.unlink('/linked.h5');
    return new MemoryFile(bytes);
  };
  const other = make(2);
  const reader = await openHdf5(make(1, 'main.h5'), undefined, {
    ...NO_CONTEXT,
    neighbour: async (name) => (name === 'main.h5' ? other : undefined),
  });
  const valuesOf = async (id: string) => [...(await reader.store.samples(id, 0, 2)).values];
  expect(reader.store.signals().map(({ id }) => id)).toEqual(expect.arrayContaining(['v', 'far']));
  expect([await valuesOf('v'), await valuesOf('far')]).toEqual([
    [1, 1],
    [2, 2],
  ]);
  reader.close();

  const alone = await openHdf5(make(1, 'main.h5'));
  expect(alone.diagnostics).toContainEqual(expect.objectContaining({ code: 'hdf5/missing-link' }));
  alone.close();
});
