// One damaged HDF5 file in a thread of its own, as the product opens it: the library in WebAssembly is new, and when it
// goes round in circles the thread can be ended.

import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { openHdf5 } from '../../src/formats/hdf5/reader.ts';
import { AllocationWatch, damage, useFile } from './damage.ts';
import { seededRandom } from './random.ts';

const { original, index } = workerData as { readonly original: string; readonly index: number };
const bytes = damage(readFileSync(original), seededRandom(index), true);
const watch = new AllocationWatch();
let outcome: string;
try {
  outcome = await useFile(bytes, openHdf5);
} catch (error) {
  outcome = error instanceof Error ? String(error.stack) : String(error);
}
watch.stop();
parentPort!.postMessage({ outcome, largest: watch.largest, total: watch.total });
