// Damaged HDF5 files one after the other in a thread that can be ended when the library goes round in circles. Posts
// what became of each.

import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { openHdf5 } from '../../src/formats/hdf5/reader.ts';
import { AllocationWatch, damage, useFile } from './damage.ts';
import { seededRandom } from './random.ts';

const { originals, first, count } = workerData as {
  /** Paths of whole files, which are damaged in turn. */
  readonly originals: readonly string[];
  readonly first: number;
  readonly count: number;
};
const files = originals.map((path) => readFileSync(path));
for (let index = first; index < first + count; index++) {
  const bytes = damage(files[index % files.length]!, seededRandom(index), true);
  const watch = new AllocationWatch();
  let outcome: string;
  try {
    outcome = await useFile(bytes, openHdf5);
  } catch (error) {
    outcome = error instanceof Error ? String(error.stack) : String(error);
  }
  watch.stop();
  parentPort!.postMessage({ index, outcome, total: watch.total });
}
