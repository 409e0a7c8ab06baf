// Values of an instrument as signals: what viewers see while a series grows.

import { expect, test } from 'vitest';
import { utcFromTicks } from '../../../src/base/time.ts';
import { SeriesStore } from '../../../src/core/series-store.ts';
import { StampedSeries } from '../../../src/core/stamped-series.ts';

const START = 123_456_789n << 30n;
const at = (seconds: number) => utcFromTicks(START + BigInt(Math.round(seconds * 2 ** 30)));

function setup() {
  const series = StampedSeries.create({ valueCount: 2, mostBytes: 2 ** 20 });
  const signals = ['voltage', 'current'].map((id) => ({ id, name: id, unit: 'V' }));
  const store = new SeriesStore({
    series,
    channel: { kind: 'value', id: 'readings', signals },
    source: 'meter',
    originUtc: () => (series.count > 0 ? series.utcAt(0) : undefined),
  });
  return { series, store };
}

test('an empty series has signals without samples and no origin', () => {
  const { store } = setup();
  expect(store.originUtc).toBeUndefined();
  expect(store.signals()).toMatchObject([
    { id: 'voltage', timing: 'stamped', source: 'meter', endSample: 0, startS: 0, endS: 0 },
    { id: 'current', endSample: 0 },
  ]);
});

test('time counts from the first record, and figures follow the growing end', async () => {
  const { series, store } = setup();
  series.append(at(0), [1, 10]);
  series.append(at(2), [4, Number.NaN]);
  expect(store.originUtc).toBe(at(0));
  expect(await store.statistics('voltage', 0, 2)).toMatchObject({ count: 2, mean: 1, measured: 2 });
  series.append(at(3), [7, 30]);
  expect(store.signals()[0]).toMatchObject({ endSample: 3, endS: 3 });
  expect(await store.statistics('voltage', 0, 3)).toMatchObject({ count: 3, mean: 2, max: 7, coverage: 1 });
  expect(await store.stamped.statistics('current', 0, 3)).toMatchObject({ count: 1, measured: 20, coverage: 2 / 3 });
  expect(await store.stamped.samplesIn('voltage', 1, 3)).toEqual({ start: 1, end: 2 });
  expect(await store.samples('current', 1, 3)).toEqual({
    start: 1,
    timesS: Float64Array.of(2, 3),
    values: Float64Array.of(Number.NaN, 30),
  });
  const { mean } = await store.stamped.bins({ signalId: 'voltage', stepS: 1, firstBin: -1, count: 5 });
  expect([...mean]).toEqual([Number.NaN, 1, 1, 4, 7]);
});

test('a series that starts anew is another content', async () => {
  const { series, store } = setup();
  series.append(at(0), [1, 0]);
  series.append(at(1), [1, 0]);
  expect(await store.statistics('voltage', 0, 2)).toMatchObject({ mean: 1 });
  series.reset();
  series.append(at(100), [5, 0]);
  series.append(at(101), [5, 0]);
  expect(store.originUtc).toBe(at(100));
  expect(await store.statistics('voltage', 0, 2)).toMatchObject({ mean: 5, measured: 5 });
  await expect(store.samples('voltage', 0, 3)).rejects.toMatchObject({ code: 'format/range' });
  await expect(store.statistics('power', 0, 1)).rejects.toMatchObject({ code: 'format/not-found' });
});
