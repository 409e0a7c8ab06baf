// The event ring on real threads: laps with many shapes, threads killed in the middle, stops that wake everybody.

import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleForNode } from '../../scripts/bundle.mjs';
import { instantiateCore } from '../../src/core/core.ts';
import { DEFAULT_SPIN_COUNT, EventRing } from '../../src/core/event-ring.ts';
import { Arena } from '../../src/core/memory.ts';
import { coreSeed } from '../support/core.ts';
import { seededRandom } from '../support/random.ts';
import type { ThreadReport, ThreadTask } from './ring-threads.worker.ts';

let workerPath: string;

beforeAll(async () => {
  workerPath = await bundleForNode('tests/assembly/ring-threads.worker.ts', 'ring-threads.worker');
});

interface Shape {
  readonly slotCount: number;
  readonly dataBytes: number;
  readonly writers: number;
  readonly readers: number;
  readonly observers: number;
  readonly eventCount: number;
  readonly spinCount: number;
  readonly isAsync?: boolean;
}

interface Thread {
  readonly role: ThreadTask['role'];
  readonly index: number;
  readonly worker: Worker;
  /** What it reported, or `undefined` when it was killed. */
  readonly report: Promise<ThreadReport | undefined>;
}

/** A ring with canaries around it and behind each slot's data, and the threads that work on it. */
class Bench {
  readonly ring: EventRing;
  readonly threads: Thread[] = [];
  readonly #tally: Int32Array;
  readonly #canaries: Uint8Array[];

  constructor(shape: Shape) {
    const { slotCount, dataBytes, writers, readers, observers, eventCount, spinCount, isAsync = false } = shape;
    const seed = coreSeed(32 * 2 ** 20);
    const core = instantiateCore(seed);
    const arena = new Arena(core.memory, core.exports.heapBase());
    const tallyAddress = arena.reserve('tally', 4 * writers * eventCount).address;
    const before = arena.reserve('canary', 128);
    const options = { slotCount, metadataBytes: 24, dataBytes, writerCount: writers, observerCount: observers };
    this.ring = EventRing.create(core, arena, options);
    const after = arena.reserve('canary', 128);
    const gaps = Array.from({ length: slotCount }, (_, token) => {
      const address = this.ring.slot(token).dataAddress + dataBytes;
      return { address, lengthBytes: Math.ceil(address / 8) * 8 - address };
    });
    this.#canaries = [before, after, ...gaps].map(
      ({ address, lengthBytes }) => new Uint8Array(core.memory.buffer, address, lengthBytes),
    );
    for (const canary of this.#canaries) canary.fill(0xa5);
    this.#tally = new Int32Array(core.memory.buffer, tallyAddress, writers * eventCount);
    const base = { seed, descriptor: this.ring.descriptor, eventCount, spinCount, isAsync, tallyAddress };
    const start = (role: ThreadTask['role'], index: number) => {
      const worker = new Worker(workerPath, { workerData: { ...base, role, index } satisfies ThreadTask });
      const report = new Promise<ThreadReport | undefined>((resolve, reject) => {
        worker.once('message', resolve).once('error', reject);
        worker.once('exit', () => resolve(undefined));
      });
      this.threads.push({ role, index, worker, report });
    };
    for (let index = 0; index < readers; index++) start('read', index);
    for (let index = 0; index < observers; index++) start('observe', index);
    for (let index = 0; index < writers; index++) start('write', index);
  }

  /** How many events were read at least once; fails when one was read twice. */
  readCount(): number {
    expect(this.#tally.every((count) => count <= 1)).toBe(true);
    return this.#tally.reduce((sum, count) => sum + count, 0);
  }

  checkCanaries(): void {
    for (const canary of this.#canaries) expect(canary.every((byte) => byte === 0xa5)).toBe(true);
  }

  /** Resolves when so many events have been committed, or all threads have reported. */
  committed(eventCount: number): Promise<void> {
    return this.until(() => this.ring.statistics().eventCount >= eventCount);
  }

  /** Resolves when the condition holds, or all threads have reported. */
  async until(condition: () => boolean): Promise<void> {
    let isOver = false;
    void Promise.all(this.threads.map(({ report }) => report)).then(() => {
      isOver = true;
    });
    while (!isOver && !condition()) await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

const LAPS: Array<[string, Shape]> = [
  [
    'one slot',
    { slotCount: 1, dataBytes: 2, writers: 1, readers: 1, observers: 0, eventCount: 100_000, spinCount: 50 },
  ],
  [
    'two threads',
    { slotCount: 64, dataBytes: 2, writers: 1, readers: 1, observers: 0, eventCount: 2e6, spinCount: 32 },
  ],
  [
    'at once asleep',
    { slotCount: 7, dataBytes: 9, writers: 1, readers: 1, observers: 1, eventCount: 200_000, spinCount: 0 },
  ],
  [
    'async',
    {
      slotCount: 5,
      dataBytes: 3,
      writers: 2,
      readers: 2,
      observers: 1,
      eventCount: 20_000,
      spinCount: 0,
      isAsync: true,
    },
  ],
];

const random = seededRandom(20_180_101);
const pick = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
for (let seed = 0; seed < 6; seed++) {
  const shape = {
    slotCount: pick(1, 40),
    dataBytes: pick(1, 200),
    writers: pick(1, 3),
    readers: pick(1, 3),
    observers: pick(0, 2),
    eventCount: 150_000,
    spinCount: pick(0, DEFAULT_SPIN_COUNT),
  };
  LAPS.push([`${shape.writers} writers, ${shape.readers} readers, ${shape.slotCount} slots`, shape]);
}

describe('laps on real threads', () => {
  test.each(LAPS)('%s: each event is read once, whole and in order', async (_, shape) => {
    const bench = new Bench(shape);
    const reports = await Promise.all(bench.threads.map(({ report }) => report));
    expect(new Set(reports.map((report) => report?.outcome))).toEqual(new Set(['done', 'end']));
    expect(bench.readCount()).toBe(shape.writers * shape.eventCount);
    expect(bench.ring.statistics()).toEqual({
      eventCount: shape.writers * shape.eventCount,
      totalDeadtime: (shape.writers * shape.eventCount) / 4,
      pausedCount: 0,
      abandonedCount: 0,
      filledCount: 0,
      emptyCount: shape.slotCount,
      inWorkCount: 0,
      isPaused: false,
      isFlushed: true,
    });
    bench.checkCanaries();
  });
});

describe('threads that die', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('their slots come back and nothing else is lost (seed %i)', async (seed) => {
    const next = seededRandom(seed);
    const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
    const slotCount = between(1, seed % 2 === 0 ? 12 : 60);
    const shape = { slotCount, dataBytes: 40, writers: 2, readers: 2, observers: 1, eventCount: 60_000 };
    const bench = new Bench({ ...shape, spinCount: between(0, 100) });
    const deadWriter = between(0, 1);
    const deadReader = between(0, 1);
    const victims = bench.threads.filter(
      ({ role, index }) =>
        (role === 'write' && index === deadWriter) || (role === 'read' && index === deadReader) || role === 'observe',
    );
    let target = 0;
    for (const { worker, role, index } of victims) {
      target += between(0, 15_000);
      await bench.committed(target);
      await worker.terminate();
      if (role === 'write') expect(bench.ring.recoverWriter(index)).toBeLessThanOrEqual(1);
      if (role === 'read') expect(bench.ring.recoverReader(index)).toBeLessThanOrEqual(1);
    }
    const survivors = bench.threads.filter((thread) => !victims.includes(thread));
    const outcomes = await Promise.all(survivors.map(async ({ report }) => (await report)?.outcome));
    expect(outcomes.sort()).toEqual(['done', 'end']);
    const statistics = bench.ring.statistics();
    expect(statistics).toMatchObject({ filledCount: 0, emptyCount: slotCount, inWorkCount: 0, isFlushed: true });
    // The dead reader's last event may have been tallied before it died.
    const surplus = bench.readCount() + statistics.abandonedCount - statistics.eventCount;
    expect(statistics.abandonedCount).toBeLessThanOrEqual(1);
    expect(surplus).toBeGreaterThanOrEqual(0);
    expect(surplus).toBeLessThanOrEqual(statistics.abandonedCount);
    bench.checkCanaries();
  });
});

describe('a stop', () => {
  test.each([1, 2, 3, 4, 5, 6])('ends writers, readers and observers wherever they are (seed %i)', async (seed) => {
    const next = seededRandom(seed);
    const slotCount = 1 + Math.floor(next() * 6);
    const shape = { slotCount, dataBytes: 8, writers: 2, readers: seed % 3, observers: 2, eventCount: 1e6 };
    const bench = new Bench({ ...shape, spinCount: Math.floor(next() * 200), isAsync: seed > 4 });
    await bench.committed(shape.readers === 0 ? slotCount : Math.floor(next() * 5000));
    bench.ring.stop();
    const reports = await Promise.all(bench.threads.map(({ report }) => report));
    expect(reports.map((report) => report?.outcome)).toEqual(reports.map(() => 'stopped'));
  });
});

test('closing while threads run loses no committed event', async () => {
  const shape = { slotCount: 8, dataBytes: 8, writers: 3, readers: 2, observers: 1, eventCount: 500_000 };
  const bench = new Bench({ ...shape, spinCount: 20 });
  await bench.committed(20_000);
  bench.ring.close();
  const writers = bench.threads.filter(({ role }) => role === 'write');
  for (const { report } of writers) expect((await report)?.outcome).toBe('closed');
  for (const { index } of writers) bench.ring.writer(index).close();
  const others = bench.threads.filter(({ role }) => role !== 'write');
  for (const { report } of others) expect((await report)?.outcome).toBe('end');
  const { eventCount, filledCount, emptyCount } = bench.ring.statistics();
  expect(bench.readCount()).toBe(eventCount);
  expect([filledCount, emptyCount]).toEqual([0, 8]);
});

test('pausing while threads run: every event is read or counted as discarded', async () => {
  const shape = { slotCount: 4, dataBytes: 8, writers: 2, readers: 2, observers: 0, eventCount: 200_000 };
  const bench = new Bench({ ...shape, spinCount: 20 });
  for (let target = 5_000; target <= 100_000; target += 5_000) {
    await bench.committed(target);
    const before = bench.ring.statistics().pausedCount;
    bench.ring.pause();
    await bench.until(() => bench.ring.statistics().pausedCount > before);
    bench.ring.resume();
  }
  const outcomes = await Promise.all(bench.threads.map(async ({ report }) => (await report)?.outcome));
  expect(new Set(outcomes)).toEqual(new Set(['done', 'end']));
  const { eventCount, pausedCount, totalDeadtime } = bench.ring.statistics();
  expect(eventCount + pausedCount).toBe(400_000);
  expect(bench.readCount()).toBe(eventCount);
  expect(totalDeadtime).toBe(eventCount / 4);
  expect(pausedCount).toBeGreaterThan(0);
  bench.checkCanaries();
});
