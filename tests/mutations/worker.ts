// A thread of `npm run soak files`: changes one kind of file again and again. It says when it begins each, so that whoever
// watches knows which one it hangs in.

import { parentPort, workerData } from 'node:worker_threads';
import { takeLargestBytes, watchAllocations } from './allocations.ts';
import { mutationCases, rawError } from './cases.ts';
import { mutated } from './mutate.ts';

export interface MutationTask {
  readonly module: WebAssembly.Module;
  readonly name: string;
  readonly firstSeed: number;
  readonly endSeed: number;
}

export type MutationMessage =
  | { readonly type: 'begin'; readonly seed: number }
  | { readonly type: 'fault'; readonly seed: number; readonly what: string }
  /** Every seed before this one was played. */
  | { readonly type: 'end'; readonly nextSeed: number };

/** Beside four times the file: what every reader takes, such as pages of a cache. */
const FIXED_BYTES = 2 * 2 ** 20;

const { module, name, firstSeed, endSeed } = workerData as MutationTask;
const say = (message: MutationMessage): void => parentPort?.postMessage(message);

watchAllocations();
const { bytes, use } = (await mutationCases(module)).find((it) => it.name === name)!;
// what a reader loads with its first file counts for nothing
await use(bytes.slice());
let nextSeed = firstSeed;
for (let isAlive = true; isAlive && nextSeed < endSeed; nextSeed++) {
  const seed = nextSeed;
  const changed = mutated(bytes, seed);
  const limitBytes = 4 * changed.byteLength + FIXED_BYTES;
  say({ type: 'begin', seed });
  takeLargestBytes();
  try {
    await use(changed);
  } catch (thrown) {
    const what = rawError(thrown);
    // a library that gave up answers nothing any more
    isAlive = !String(thrown).includes('Aborted(');
    if (what !== undefined) say({ type: 'fault', seed, what });
  }
  const largestBytes = takeLargestBytes();
  if (largestBytes > limitBytes) {
    say({ type: 'fault', seed, what: `${largestBytes} bytes at once for a file of ${changed.byteLength}` });
  }
}
say({ type: 'end', nextSeed });
