// Damaged HDF5 files, each opened in a thread of its own as the product does: the library is new every time, and one
// that goes round in circles is ended and counted. A thread takes a third of a second, so the suite does a part; all
// 20 000:  FUZZ_HDF5_FILES=20000 npx vitest run --project node tests/conformance/hdf5-fuzz.test.ts

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

const FILE_COUNT = Number(process.env['FUZZ_HDF5_FILES'] ?? 60);
/** Far more than any of them takes. */
const HANG_MS = 30_000;
/** Bytes of typed arrays for one file. */
const TOTAL_MAX_BYTES = 64 * 2 ** 20;

let workerPath: string;
let folder: string;
let original: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pulsebench-fuzz-'));
  original = join(folder, 'original.h5');
  workerPath = await bundleForNode('tests/support/fuzz-hdf5.worker.ts', 'fuzz-hdf5.worker');
  const workspace = createWorkspace(new WebAssembly.Module(coreBytes()), 32 * 2 ** 20);
  const source = await openFile(new MemoryFile(goldenBytes('mimo/files/mixed_types.mimo')), workspace);
  const file = new MemoryFile();
  await writeHdf5(source, file);
  writeFileSync(original, file.bytes);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly outcome: string;
  readonly total: number;
}

async function useDamaged(index: number): Promise<Outcome> {
  const worker = new Worker(workerPath, { workerData: { original, index } });
  try {
    return await new Promise<Outcome>((resolve, reject) => {
      const timer = setTimeout(() => resolve({ outcome: 'hang', total: 0 }), HANG_MS);
      worker.once('message', (outcome: Outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      });
      worker.once('error', reject);
    });
  } finally {
    await worker.terminate();
  }
}

test('HDF5, damaged in every way', { timeout: FILE_COUNT * HANG_MS }, async () => {
  const outcomes = new Map<string, number>();
  for (let index = 0; index < FILE_COUNT; index++) {
    const { outcome, total } = await useDamaged(index);
    expect([index, outcome]).toEqual([index, expect.stringMatching(/^(?:read|refused)$/)]);
    expect(total).toBeLessThan(TOTAL_MAX_BYTES);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  expect(outcomes.get('read') ?? 0).toBeGreaterThan(FILE_COUNT / 10);
  expect(outcomes.get('refused') ?? 0).toBeGreaterThan(FILE_COUNT / 10);
});
