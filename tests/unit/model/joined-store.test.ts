// Stores side by side: what a stamped signal answers on the common axis, from the definition of a bin.

import { expect, test } from 'vitest';
import { utcAddSeconds, utcFromUnixMs } from '../../../src/base/time.ts';
import { SeriesStore } from '../../../src/core/series-store.ts';
import { StampedSeries } from '../../../src/core/stamped-series.ts';
import { JoinedStore } from '../../../src/model/joined-store.ts';

const BEGIN = utcFromUnixMs(Date.UTC(2026, 0, 2));
/** Half a bin of two seconds beside the multiples of the meter's own axis, as far as that can be. */
const OFFSET_S = 5;

/** A meter that says n at its second n, 0…9, which lies at `offsetS` on the common axis. */
function joined(offsetS: () => number | undefined) {
  const series = StampedSeries.create({ valueCount: 1, mostBytes: 2 ** 16 });
  for (let n = 0; n < 10; n++) series.append(utcAddSeconds(BEGIN, n), [n]);
  const store = new SeriesStore({
    series,
    channel: { kind: 'value', id: 'readings', signals: [{ id: 'voltage', name: 'voltage', unit: 'V' }] },
    source: 'meter',
    originUtc: () => BEGIN,
  });
  return new JoinedStore([{ prefix: 'a/', source: 'Meter', store, offsetS }], () => BEGIN);
}

test('bins stand at the multiples of their length on the common axis, wherever the store has its own', async () => {
  const store = joined(() => OFFSET_S);
  // the bin [4, 6) holds value 0 from 5 on, [6, 8) value 1 and 2 for a second each, … [14, 16) value 9 at its one moment
  const { mean, min, max, firstBin } = await store.stamped.bins({
    signalId: 'a/voltage',
    stepS: 2,
    firstBin: 1,
    count: 7,
  });
  expect(firstBin).toBe(1);
  expect([...mean]).toEqual([Number.NaN, 0, 1.5, 3.5, 5.5, 7.5, 9]);
  expect([...min]).toEqual([Number.NaN, 0, 1, 3, 5, 7, 9]);
  expect([...max]).toEqual([Number.NaN, 0, 2, 4, 6, 8, 9]);
});

test('bins that do not begin at a multiple go along', async () => {
  const store = joined(() => OFFSET_S);
  const { mean } = await store.stamped.bins({ signalId: 'a/voltage', stepS: 2, firstBin: 2, count: 2, zeroS: 1 });
  expect([...mean]).toEqual([0.5, 2.5]);
});

test('times, spans and figures are those of the common axis', async () => {
  const store = joined(() => OFFSET_S);
  expect(store.signals()).toMatchObject([
    { id: 'a/voltage', source: 'Meter', axisId: 'a/readings', startS: 5, endS: 14, endSample: 10 },
  ]);
  expect([...(await store.samples('a/voltage', 2, 4)).timesS!]).toEqual([7, 8]);
  expect(await store.stamped.samplesIn('a/voltage', 6, 8)).toEqual({ start: 1, end: 3 });
  expect(await store.stamped.statistics('a/voltage', 6, 8)).toMatchObject({ mean: 1.5, count: 2 });
});

test('a store without a place is there, and empty', () => {
  expect(joined(() => undefined).signals()).toMatchObject([{ id: 'a/voltage', endSample: 0 }]);
});
