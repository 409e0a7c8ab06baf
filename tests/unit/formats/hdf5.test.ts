// HDF5 files that claim more than they hold.

import { expect, test } from 'vitest';
import { loadHdf5 } from '../../../src/formats/hdf5/library.ts';
import { openHdf5 } from '../../../src/formats/hdf5/reader.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';

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
