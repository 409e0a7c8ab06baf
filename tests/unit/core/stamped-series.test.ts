// The home of values: what a writer appends, readers see, also while the memory grows under them.

import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { bundleForNode } from '../../../scripts/bundle.mjs';
import { LabError } from '../../../src/base/errors.ts';
import { utcFromTicks } from '../../../src/base/time.ts';
import { StampedSeries } from '../../../src/core/stamped-series.ts';
import { type SeriesTask, ticksOf, valuesOf } from './stamped-series.worker.ts';

const SECOND = 1n << 30n;
const START = 400_000_000n * SECOND + 12_345n;
const at = (seconds: number) => utcFromTicks(START + BigInt(Math.round(seconds * 2 ** 30)));

const create = (valueCount = 2, mostBytes = 2 ** 20) => StampedSeries.create({ valueCount, mostBytes });

test('records come back with their times, on any handle', () => {
  const series = create();
  const reader = StampedSeries.attach(series.descriptor);
  for (const [seconds, first] of [
    [0, 1.5],
    [0.25, Number.NaN],
    [0.25, -3],
    [86_400, 4],
  ] as const) {
    expect(series.append(at(seconds), [first, 10 * seconds])).toBe(true);
  }
  expect([reader.count, reader.state, reader.valueCount]).toEqual([4, 'live', 2]);
  expect(reader.read(0, 0, 4, at(0))).toEqual({
    timesS: Float64Array.of(0, 0.25, 0.25, 86_400),
    values: Float64Array.of(1.5, Number.NaN, -3, 4),
  });
  expect(reader.read(1, 1, 3, at(1)).timesS).toEqual(Float64Array.of(-0.75, -0.75));
  expect(reader.utcAt(3)).toBe(at(86_400));
  expect([-1, 0, 0.1, 0.25, 0.26, 90_000].map((seconds) => reader.firstFrom(at(seconds)))).toEqual([0, 0, 1, 1, 3, 4]);
});

test('a clock that is set back does not make times fall', () => {
  const series = create(1);
  for (const seconds of [5, 3, 6]) series.append(at(seconds), [seconds]);
  expect(series.read(0, 0, 3, at(0))).toEqual({ timesS: Float64Array.of(5, 5, 6), values: Float64Array.of(5, 3, 6) });
  expect(series.heldCount).toBe(1);
});

test('what is not there is refused; an emptied series counts anew and says so by its generation', () => {
  const series = create(1);
  series.append(at(0), [1]);
  expect(() => series.read(0, 0, 2, at(0))).toThrow(LabError);
  expect(() => series.read(0, -1, 1, at(0))).toThrow(LabError);
  const { generation } = series;
  series.reset();
  expect(series.count).toBe(0);
  expect(series.generation).not.toBe(generation);
  expect(() => series.read(0, 0, 1, at(0))).toThrow(LabError);
});

test('of its ends the first one stands, and what is there stays readable', () => {
  const series = create(1);
  series.append(at(0), [1]);
  const reader = StampedSeries.attach(series.descriptor);
  reader.end('lost');
  series.end('ended');
  expect([series.state, reader.state, reader.count]).toEqual(['lost', 'lost', 1]);
  expect(reader.read(0, 0, 1, at(0)).values).toEqual(Float64Array.of(1));
});

test('a full series refuses, keeps what it has and stays within its maximum', () => {
  const series = create(1, 2 ** 20 - 64);
  let count = 0;
  while (series.append(at(count), [count])) count++;
  expect(count).toBe((2 ** 20 - 64) / 16);
  expect(series.descriptor.memory.buffer.byteLength).toBe(2 ** 20);
  expect(series.read(0, count - 1, count, at(0)).values).toEqual(Float64Array.of(count - 1));
});

test('another thread reads while the memory grows under it', async () => {
  const recordCount = 1_500_000;
  const reader = create(2, 64 * 2 ** 20);
  const startBytes = reader.descriptor.memory.buffer.byteLength;
  const path = await bundleForNode('tests/unit/core/stamped-series.worker.ts', 'stamped-series.worker');
  const task: SeriesTask = { descriptor: reader.descriptor, recordCount };
  const written = new Promise<number>((resolve, reject) => {
    new Worker(path, { workerData: task }).once('message', resolve).once('error', reject);
  });
  const origin = utcFromTicks(ticksOf(0));
  let seen = 0;
  let roundCount = 0;
  while (seen < recordCount) {
    const { count } = reader;
    expect(count).toBeGreaterThanOrEqual(seen);
    const from = Math.max(seen, count - 1000);
    const { timesS, values } = reader.read(1, from, count, origin);
    for (let i = 0; i < values.length; i++) {
      if (values[i] !== valuesOf(from + i)[1] || timesS[i] !== ((from + i) * 1_000_003) / 2 ** 30) {
        throw new Error(`record ${from + i} reads ${timesS[i]} s, ${values[i]}`);
      }
    }
    if (count > seen) roundCount++;
    seen = count;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await written).toBe(recordCount);
  expect(roundCount).toBeGreaterThan(10);
  expect(reader.state).toBe('ended');
  expect(reader.descriptor.memory.buffer.byteLength).toBeGreaterThan(16 * startBytes);
  expect(reader.read(0, 777_777, 777_778, origin).values[0]).toBe(777_777 / 2);
});
