// The store over signals without stored summaries: figures of any span against the plain definition.

import { expect, test } from 'vitest';
import { FormatError } from '../../../src/base/errors.ts';
import { type ColumnSource, visitBins } from '../../../src/formats/column-source.ts';
import { type PlainSignal, PlainStore } from '../../../src/formats/plain-store.ts';
import type { SteadySignal } from '../../../src/model/signal-store.ts';

const COUNT = 300_000;
const DATA = Float64Array.from({ length: COUNT }, (_, index) =>
  index % 1000 < 3 || (index >= 50_000 && index < 52_000) ? Number.NaN : 1e6 + Math.sin(index * 0.7) * (index % 17),
);

let readCount = 0;
const createStore = () =>
  new PlainStore([
    {
      info: {
        id: 'a',
        name: 'a',
        unit: 'A',
        source: '',
        dtype: 'f64',
        timing: 'steady',
        sampleRateHz: 250,
        startSample: 0,
        endSample: COUNT,
        offsetS: 0,
        firstSampleId: 0n,
      },
      read: (start, end) => {
        readCount++;
        return Promise.resolve(DATA.slice(start, end));
      },
    },
  ]);
const store = createStore();

function plain(start: number, end: number) {
  const valid = Array.from(DATA.subarray(start, end)).filter((value) => !Number.isNaN(value));
  const mean = valid.reduce((sum, value) => sum + (value - 1e6), 0) / valid.length + 1e6;
  const m2 = valid.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count: valid.length, mean, std: valid.length > 1 ? Math.sqrt(m2 / (valid.length - 1)) : 0, valid };
}

test.each([
  [0, COUNT],
  [1, 299_999],
  [3, 4],
  [1023, 4097],
  [49_990, 52_010],
  [7, 2050],
])('statistics over [%i, %i)', async (start, end) => {
  const actual = await store.statistics('a', start, end);
  const { count, mean, std, valid } = plain(start, end);
  expect(actual.count).toBe(count);
  expect(Math.abs(actual.mean - mean)).toBeLessThan(1e-9 * mean);
  expect(Math.abs(actual.std - std)).toBeLessThanOrEqual(1e-9 * std);
  expect(actual.min).toBe(valid.reduce((least, value) => Math.min(least, value)));
  expect(actual.max).toBe(valid.reduce((most, value) => Math.max(most, value)));
  expect(actual.integral).toBeCloseTo((mean * (end - start)) / 250, 3);
});

test.each([
  [0, 1, 8],
  [5, 7, 100],
  [49_999, 100, 25],
  [10, 5000, 59],
  [0, 100_000, 3],
])('a summary from %i with %i samples per bin', async (start, increment, count) => {
  const summary = await store.summary({ signalId: 'a', start, increment, count });
  for (let bin = 0; bin < count; bin++) {
    const { count: valid, mean, std } = plain(start + bin * increment, start + (bin + 1) * increment);
    if (valid === 0) {
      expect([summary.mean[bin], summary.std[bin], summary.min[bin], summary.max[bin]]).toEqual(
        Array(4).fill(Number.NaN),
      );
    } else {
      expect(Math.abs(summary.mean[bin]! - mean)).toBeLessThan(1e-9 * mean);
      expect(Math.abs(summary.std[bin]! - std)).toBeLessThanOrEqual(1e-9 * std + 1e-12);
    }
  }
});

test('a second look at a wide span reads only its ragged ends', async () => {
  await store.statistics('a', 10, COUNT - 10);
  readCount = 0;
  await store.statistics('a', 20, COUNT - 20);
  expect(readCount).toBeLessThanOrEqual(2);
});

test('a small part of a signal is read by itself', async () => {
  const fresh = createStore();
  readCount = 0;
  await fresh.statistics('a', 100_000, 130_000);
  expect(readCount).toBe(1);
});

test('no valid sample gives NaN and count 0', async () => {
  expect(await store.statistics('a', 50_100, 50_200)).toMatchObject({ count: 0, mean: Number.NaN, std: Number.NaN });
});

test('requests outside of the signal are refused', async () => {
  await expect(store.samples('b', 0, 1)).rejects.toThrow(FormatError);
  await expect(store.samples('a', 0, COUNT + 1)).rejects.toThrow(FormatError);
  await expect(store.statistics('a', 5, 4)).rejects.toThrow(FormatError);
  await expect(store.summary({ signalId: 'a', start: 0, increment: 0, count: 1 })).rejects.toThrow(FormatError);
  await expect(store.summary({ signalId: 'a', start: 0, increment: 1, count: 2 ** 30 })).rejects.toThrow(FormatError);
});

test('bins of columns that lie side by side are read once, whatever their ends', async () => {
  const columns = [DATA, DATA.map((value) => -value)];
  const ranges: number[] = [];
  const source: ColumnSource = {
    columnCount: 2,
    sampleCount: COUNT,
    sampleBytes: 16,
    withSamples: async (start, end, use) => {
      await Promise.resolve();
      ranges.push(end - start);
      use((column, first, binSamples, binCount, visit) =>
        visitBins(columns[column]!, start + first, binSamples, binCount, visit),
      );
    },
  };
  const signals = ['a', 'b'].map((id, column): PlainSignal => {
    const info = { ...createStore().signals()[0]!, id } as SteadySignal;
    return { info, read: () => Promise.resolve(new Float64Array(0)), packed: { source, column } };
  });
  const store = new PlainStore(signals);
  const request = { start: 77, increment: 2_999, count: 100 };
  const [a, b] = await Promise.all(signals.map(({ info }) => store.summary({ ...request, signalId: info.id })));
  expect(ranges.reduce((sum, length) => sum + length, 0)).toBeLessThan(1.01 * COUNT);
  for (const bin of [0, 17, 99]) {
    const values = DATA.subarray(77 + bin * 2_999, 77 + (bin + 1) * 2_999).filter((value) => !Number.isNaN(value));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(a!.mean[bin]).toBeCloseTo(mean, 5);
    expect(b!.mean[bin]).toBeCloseTo(-mean, 5);
    expect([b!.min[bin], b!.max[bin]]).toEqual([-Math.max(...values), -Math.min(...values)]);
  }
});
