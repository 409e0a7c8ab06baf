// A damaged length makes the HDF5 library ask for memory, which it does not get.

import { expect, test } from 'vitest';
import { loadHdf5 } from '../../../src/formats/hdf5/library.ts';
import { openHdf5 } from '../../../src/formats/hdf5/reader.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { NO_CONTEXT } from '../../../src/formats/row.ts';
import { createTestCore } from '../../support/core.ts';
import { goldenBytes } from '../../support/golden.ts';

/** Places in nexus.h5 and what stands there instead: lengths of hundreds of millions of bytes in its headers. */
const DAMAGES: readonly (readonly [string, readonly (readonly [number, readonly number[]])[]])[] = [
  [
    'a header and a heap',
    [
      [5122, [88, 132]],
      [7809, [28, 236, 53, 35, 149]],
    ],
  ],
  [
    'a group',
    [
      [1367, [255, 255, 255, 255]],
      [25_211, [32]],
    ],
  ],
];

test.each(DAMAGES)('a damaged length in %s takes no memory beyond what the file can need', async (_, places) => {
  const { module } = await loadHdf5();
  const bytes = goldenBytes('hdf5/nexus.h5').slice();
  for (const [at, values] of places) bytes.set(values, at);
  await openHdf5(new MemoryFile(bytes), createTestCore(), NO_CONTEXT).then(
    (reader) => reader.close(),
    () => undefined,
  );
  expect(module.HEAPU8.length).toBeLessThan(200 * 2 ** 20);
});
