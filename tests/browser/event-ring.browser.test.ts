// The event ring in Chromium: workers that block, and the page that must not, on one shared memory.

import { expect, test } from 'vitest';
import { type CoreSeed, instantiateCore } from '../../src/core/core.ts';
import { EventRing, type EventRingOptions } from '../../src/core/event-ring.ts';
import { loadCoreModule } from '../../src/core/load.ts';
import { Arena, createMemory } from '../../src/core/memory.ts';
import type { BrowserTask } from './event-ring.worker.ts';

const EVENT_COUNT = 100_000;

async function createRing(options: Partial<EventRingOptions>): Promise<{ seed: CoreSeed; ring: EventRing }> {
  const seed = { module: await loadCoreModule(), memory: createMemory(2 ** 20) };
  const core = instantiateCore(seed);
  const arena = new Arena(core.memory, core.exports.heapBase());
  const shape = { slotCount: 16, metadataBytes: 24, dataBytes: 2, writerCount: 2, ...options };
  return { seed, ring: EventRing.create(core, arena, shape) };
}

function startWorker(seed: CoreSeed, ring: EventRing, role: BrowserTask['role'], index: number): Promise<number[]> {
  const worker = new Worker(new URL('./event-ring.worker.ts', import.meta.url), { type: 'module' });
  const report = new Promise<number[]>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<number[]>) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  worker.postMessage({ seed, descriptor: ring.descriptor, role, index, eventCount: EVENT_COUNT } satisfies BrowserTask);
  return report.finally(() => worker.terminate());
}

test('two writing and two reading workers share the work; an observing page sees order', async () => {
  const { seed, ring } = await createRing({ observerCount: 1 });
  const readers = [0, 1].map((index) => startWorker(seed, ring, 'read', index));
  const writers = [0, 1].map((index) => startWorker(seed, ring, 'write', index));
  const observer = ring.observer(0);
  const newest = [-1, -1];
  for (let slot = await observer.observeAsync(); typeof slot !== 'string'; slot = await observer.observeAsync()) {
    const counter = slot.metadata.getUint32(0, true);
    const writer = Math.floor(counter / EVENT_COUNT);
    expect(counter).toBeGreaterThan(newest[writer]!);
    newest[writer] = counter;
  }
  await Promise.all(writers);
  const counters = (await Promise.all(readers)).flat().sort((a, b) => a - b);
  expect(counters).toEqual(Array.from({ length: 2 * EVENT_COUNT }, (_, counter) => counter));
  expect(ring.statistics()).toMatchObject({ eventCount: 2 * EVENT_COUNT, emptyCount: 16, isFlushed: true });
});

test('the page itself can read and write without blocking', async () => {
  const { seed, ring } = await createRing({ slotCount: 2 });
  const fromWorker = startWorker(seed, ring, 'write', 0);
  const writeHere = async () => {
    const writer = ring.writer(1);
    for (let counter = 0; counter < 1000; counter++) {
      const slot = await writer.claimAsync();
      if (typeof slot === 'string') throw new Error(slot);
      slot.metadata.setUint32(0, EVENT_COUNT + counter, true);
      writer.commit(slot);
    }
    writer.close();
  };
  const readHere = async () => {
    const reader = ring.reader(0);
    let count = 0;
    for (let slot = await reader.readAsync(); typeof slot !== 'string'; slot = await reader.readAsync()) {
      reader.release(slot);
      count++;
    }
    return count;
  };
  const [count] = await Promise.all([readHere(), writeHere(), fromWorker]);
  expect(count).toBe(EVENT_COUNT + 1000);
});

test('a stop wakes workers that sleep in a full and in an empty ring', async () => {
  const full = await createRing({});
  const empty = await createRing({});
  const threads = [startWorker(full.seed, full.ring, 'write', 0), startWorker(empty.seed, empty.ring, 'read', 0)];
  while (full.ring.statistics().filledCount < 16) await new Promise((resolve) => requestAnimationFrame(resolve));
  full.ring.stop();
  empty.ring.stop();
  expect(await Promise.all(threads)).toEqual([[], []]);
});
