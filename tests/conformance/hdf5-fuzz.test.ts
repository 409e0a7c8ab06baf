// Damaged HDF5 files in threads that are ended when the library goes round in circles. Starting the library takes a third
// of a second, so a thread takes a batch; a file with a bad end there is tried again in a thread of its own, as the
// product opens it, and that counts. The suite does a part; all 20 000, in minutes:
//   FUZZ_HDF5_FILES=20000 npx vitest run --project node tests/conformance/hdf5-fuzz.test.ts

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleForNode } from '../../scripts/bundle.mjs';
import { createWorkspace } from '../../src/core/workspace.ts';
import { openFile } from '../../src/formats/detect.ts';
import { writeHdf5 } from '../../src/formats/hdf5/writer.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { coreBytes } from '../support/core.ts';
import { goldenBytes } from '../support/golden.ts';

const FILE_COUNT = Number(process.env['FUZZ_HDF5_FILES'] ?? 1000);
/** Files for one start of the library. */
const BATCH_COUNT = 100;
/** Far more than any of them takes. */
const HANG_MS = 30_000;
/** Bytes of typed arrays for one file. */
const TOTAL_MAX_BYTES = 64 * 2 ** 20;

let workerPath: string;
let folder: string;
let originals: readonly string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pulsebench-fuzz-'));
  const written = join(folder, 'original.h5');
  const golden = ['nexus', 'types', 'scales', 'matlab', 'links'].map((name) => `tests/golden/hdf5/${name}.h5`);
  originals = [written, ...golden];
  workerPath = await bundleForNode('tests/support/fuzz-hdf5.worker.ts', 'fuzz-hdf5.worker');
  const workspace = createWorkspace(new WebAssembly.Module(coreBytes()), 32 * 2 ** 20);
  const source = await openFile(new MemoryFile(goldenBytes('mimo/files/mixed_types.mimo')), workspace);
  const file = new MemoryFile();
  await writeHdf5(source, file);
  writeFileSync(written, file.bytes);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly index: number;
  readonly outcome: string;
  readonly total: number;
}

const isGood = ({ outcome, total }: Outcome): boolean => /^(?:read|refused)$/.test(outcome) && total < TOTAL_MAX_BYTES;

/** Damages and opens files [first, first + count) in one thread, up to the first that ends badly. */
async function useDamaged(first: number, count: number): Promise<Outcome[]> {
  const worker = new Worker(workerPath, { workerData: { originals, first, count } });
  const outcomes: Outcome[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const hang = (): void => {
        outcomes.push({ index: first + outcomes.length, outcome: 'hang', total: 0 });
        resolve();
      };
      let timer = setTimeout(hang, HANG_MS);
      worker.on('message', (outcome: Outcome) => {
        clearTimeout(timer);
        outcomes.push(outcome);
        if (outcomes.length === count || !isGood(outcome)) resolve();
        else timer = setTimeout(hang, HANG_MS);
      });
      worker.once('error', reject);
    });
  } finally {
    await worker.terminate();
  }
  return outcomes;
}

test('HDF5, damaged in every way', { timeout: FILE_COUNT * HANG_MS }, async () => {
  const counts = new Map<string, number>();
  let aloneCount = 0;
  for (let next = 0; next < FILE_COUNT; ) {
    const outcomes = await useDamaged(next, Math.min(BATCH_COUNT, FILE_COUNT - next));
    const last = outcomes.at(-1)!;
    if (!isGood(last)) {
      aloneCount += 1;
      outcomes.splice(-1, 1, ...(await useDamaged(last.index, 1)));
    }
    for (const outcome of outcomes) {
      expect([outcome, isGood(outcome)]).toEqual([outcome, true]);
      counts.set(outcome.outcome, (counts.get(outcome.outcome) ?? 0) + 1);
    }
    next += outcomes.length;
  }
  expect((counts.get('read') ?? 0) + (counts.get('refused') ?? 0)).toBe(FILE_COUNT);
  expect(counts.get('read') ?? 0).toBeGreaterThan(FILE_COUNT / 10);
  expect(counts.get('refused') ?? 0).toBeGreaterThan(FILE_COUNT / 10);
  expect(aloneCount).toBeLessThan(FILE_COUNT / 10);
});
