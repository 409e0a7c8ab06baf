// The stream ring on real threads: a writer that laps its readers hundreds of times at full speed. A reader gets
// right samples or is told that they are gone, never anything else.

import { Worker } from 'node:worker_threads';
import { beforeAll, expect, test } from 'vitest';
import { bundleForNode } from '../../scripts/bundle.mjs';
import { instantiateCore } from '../../src/core/core.ts';
import { Arena } from '../../src/core/memory.ts';
import { StreamRing } from '../../src/core/stream-ring.ts';
import type { StreamSignal } from '../../src/model/channel.ts';
import { coreSeed } from '../support/core.ts';
import { fillSources, PHASE_BYTES, type StreamReport, type StreamTask } from './stream-threads.worker.ts';

const SIGNALS: StreamSignal[] = (['f32', 'u8', 'u4', 'u1'] as const).map((dtype) => ({
  id: dtype,
  name: dtype,
  unit: '',
  dtype,
  sampleRateHz: 1,
}));

let workerPath: string;

beforeAll(async () => {
  workerPath = await bundleForNode('tests/assembly/stream-threads.worker.ts', 'stream-threads.worker');
});

test.each([
  { capacitySamples: 16_384, sampleCount: 150_000_000, readers: 1 },
  { capacitySamples: 100_000, sampleCount: 150_000_000, readers: 3 },
])('$capacitySamples samples, $readers readers', async ({ capacitySamples, sampleCount, readers }) => {
  const seed = coreSeed(64 * 2 ** 20);
  const core = instantiateCore(seed);
  const arena = new Arena(core.memory, core.exports.heapBase());
  const sourceAddress = arena.reserve('sources', 32 * PHASE_BYTES).address;
  fillSources(core.memory.buffer, sourceAddress);
  const before = arena.reserve('canary', 128);
  const ring = StreamRing.create(core, arena, { signals: SIGNALS, capacitySamples });
  const after = arena.reserve('canary', 128);
  const canaries = [before, after].map(({ address }) => new Uint8Array(core.memory.buffer, address, 128).fill(0xa5));

  const run = (role: StreamTask['role'], randomSeed: number) => {
    const task: StreamTask = { seed, descriptor: ring.descriptor, role, randomSeed, sampleCount, sourceAddress };
    return new Promise<StreamReport>((resolve, reject) => {
      new Worker(workerPath, { workerData: task }).once('message', resolve).once('error', reject);
    });
  };
  const reading = Array.from({ length: readers }, (_, index) => run('read', 100 + index));
  await run('write', 1);
  const reports = await Promise.all(reading);

  expect(ring.endSample).toBe(sampleCount);
  expect(ring.startSample).toBe(sampleCount - ring.capacitySamples);

  for (const report of reports) expect(report.checkedCount).toBeGreaterThan(0);
  for (const canary of canaries) expect(canary.every((byte) => byte === 0xa5)).toBe(true);
});
