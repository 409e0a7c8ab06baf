import { expect, test } from 'vitest';
import { StreamRing } from '../../../src/core/stream-ring.ts';
import { SummaryCache } from '../../../src/core/summary-cache.ts';
import { createTestCore } from '../../support/core.ts';
import { seededRandom } from '../../support/random.ts';

const CAPACITY = 8192;
const BLOCK = 1000;

function setup(overviewSamples = 0) {
  const { core, arena } = createTestCore();
  const signals = [{ id: 'i', name: 'i', unit: 'A', dtype: 'f32' as const, sampleRateHz: 1000 }];
  const ring = StreamRing.create(core, arena, { signals, capacitySamples: CAPACITY, overviewSamples });
  const staging = arena.reserve('staging', 4 * BLOCK).address;
  const samples = new Float32Array(core.memory.buffer, staging, BLOCK);
  const random = seededRandom(3);
  const append = (count: number) => {
    for (let i = 0; i < count; i++) samples[i] = random() < 0.01 ? Number.NaN : random();
    ring.append([staging], count);
  };
  let computed = 0;
  const summary = ring.summary.bind(ring);
  ring.summary = (index, range) => {
    computed += range.count;
    return summary(index, range);
  };
  return { ring, append, random, summary, cache: new SummaryCache(ring, 0), computedCount: () => computed };
}

test('a window that moves with the data has the bins that the ring has, before, behind and in its history', () => {
  const { ring, append, random, summary, cache } = setup();
  for (let round = 0; round < 400; round++) {
    append(Math.floor(random() * 300));
    if (round % 97 === 96) ring.reset();
    const increment = round % 13 === 0 ? 50 : 7;
    const count = Math.floor(random() * 900);
    // also from before the oldest sample, and to behind the newest
    const end = Math.floor((ring.endSample + (random() - 0.5) * 100) / increment);
    const range = { start: (end - count) * increment, increment, count };
    expect(cache.summary(range), `round ${round}`).toEqual(summary(0, range));
  }
});

test('of a window that moves on only the new bins are computed, also when the whole is asked for between whiles', () => {
  const { append, cache, computedCount } = setup();
  append(BLOCK);
  cache.summary({ start: 0, increment: 10, count: 100 });
  expect(computedCount()).toBe(100);
  append(30);
  cache.summary({ start: 0, increment: 500, count: 2 });
  expect(computedCount()).toBe(102);
  cache.summary({ start: 30, increment: 10, count: 100 });
  expect(computedCount()).toBe(105);
});

test('a bin that was not full is computed again', () => {
  const { append, cache, ring, summary } = setup();
  append(15);
  cache.summary({ start: 0, increment: 10, count: 2 });
  append(5);
  expect(cache.summary({ start: 0, increment: 10, count: 2 })).toEqual(
    summary(0, { start: 0, increment: 10, count: 2 }),
  );
  expect(ring.endSample).toBe(20);
});

test('bins that were computed from samples stay when only the overview is left, and go with it', () => {
  const { append, cache, ring, computedCount } = setup(300_000);
  while (ring.endSample < 50_000) append(BLOCK);
  const range = { start: 20_000, increment: 777, count: 30 };
  const exact = cache.summary(range);
  while (ring.startSample < 50_000) append(BLOCK);
  expect(ring.overviewOf(0).startSample).toBeLessThan(20_000);
  const before = computedCount();
  expect(cache.summary(range)).toEqual(exact);
  expect(computedCount()).toBe(before);
  while (ring.overviewOf(0).startSample < 50_000) append(BLOCK);
  expect(cache.summary(range).mean.every(Number.isNaN)).toBe(true);
});
