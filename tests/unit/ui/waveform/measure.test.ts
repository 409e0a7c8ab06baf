import { expect, test } from 'vitest';
import { cancelled } from '../../../../src/base/errors.ts';
import { TIME_AXIS } from '../../../../src/model/axis.ts';
import type { SteadySignal } from '../../../../src/model/signal-store.ts';
import { buildLanes, type Lane, refreshSignals } from '../../../../src/ui/views/waveform/lanes.ts';
import { markersAsText } from '../../../../src/ui/views/waveform/marker-text.ts';
import { exactFigures, Measurer } from '../../../../src/ui/views/waveform/measure.ts';
import type { Marker } from '../../../../src/ui/views/waveform/state.ts';
import { PeriodicStore } from '../../../support/periodic-store.ts';

const RATE_HZ = 1000;
/** Mean 2 over a whole period; every fourth sample is missing. */
const STEPS = [1, 2, 3, Number.NaN].map((value) => ({ lengthSamples: 1, value }));

const marker = (second: number, id = 1): Marker => ({
  id,
  name: String(id),
  axis: 'time',
  laneId: undefined,
  first: 0,
  second,
});

/** Lets everything that is ready run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function bench() {
  const store = new PeriodicStore([{ name: 'v', unit: 'V', sampleRateHz: RATE_HZ, steps: STEPS }], 1e9);
  const lanes = buildLanes([{ store, label: '', shiftS: 0 }], () => {});
  let renewedCount = 0;
  const measurer = new Measurer(() => {
    renewedCount++;
  });
  /** Questions for exact figures that wait; each is answered by calling it. */
  const waiting = new Set<() => void>();
  store.beforeStatistics = (signal) =>
    new Promise((resolve, reject) => {
      const answer = () => {
        waiting.delete(answer);
        resolve();
      };
      waiting.add(answer);
      signal!.addEventListener('abort', () => {
        waiting.delete(answer);
        reject(cancelled('The statistics'));
      });
    });
  const measure = (...markers: Marker[]) => {
    const all = measurer.measure(markers, lanes, {});
    return markers.map(({ id }) => all.get(id)![0]!);
  };
  return { store, lanes, measure, waiting, renewed: () => renewedCount };
}

test('a long span has approximate figures until the exact ones are there', async () => {
  const { store, measure, waiting, renewed } = bench();
  const pair = marker(10_000);
  expect(measure(pair)[0]).toMatchObject({ statistics: undefined, isApproximate: false });
  await settle();
  expect(store.requests).toEqual([{ signalId: 'v', start: 0, increment: 1e7, count: 1 }]);
  const [quick] = measure(pair);
  expect(quick).toMatchObject({ isApproximate: true, problem: undefined });
  expect(quick!.statistics).toMatchObject({ start: 0, end: 1e7, mean: 2, min: 1, max: 3, integral: 20_000 });
  // a quarter is missing, which a stored summary does not say: nothing is counted rather than too much
  expect(quick!.statistics).toMatchObject({ count: Number.NaN, measured: Number.NaN, coverage: Number.NaN });
  expect(markersAsText([{ marker: pair, unit: 's', axis: TIME_AXIS, measurements: [quick!] }])).toContain(
    'v (approximate)\t2\t',
  );
  for (const answer of waiting) answer();
  await settle();
  const [exact] = measure(pair);
  expect(exact).toMatchObject({ isApproximate: false, statistics: { mean: 2, count: 7_500_000 } });
  const text = markersAsText([{ marker: pair, unit: 's', axis: TIME_AXIS, measurements: [exact!] }]);
  expect(text).not.toContain('approximate');
  const [names, cells] = text
    .split('\n')
    .slice(-3)
    .map((line) => line.split('\t'));
  const cell = (name: string) => cells![names!.indexOf(name)];
  // 10 000 s with mean 2, of which three of four samples are there
  expect([cell('integral'), cell('measured integral'), cell('coverage')]).toEqual(['20000', '15000', '0.75']);
  expect(renewed()).toBe(2);
});

/** From now on the store has samples from `startSample` on only, and an overview of all before. */
function forget(store: PeriodicStore, lanes: readonly Lane[], startSample: number): void {
  store.startSample = startSample;
  const overview = { startSample: 0, stretchSamples: 2048 };
  const infos = store.signals().map((info) => ({ ...info, overview }) as SteadySignal);
  store.signals = () => infos;
  store.summary = async (request) => {
    store.requests.push(request);
    const { start, increment, count } = request;
    const of = (value: number) => new Float64Array(count).fill(value);
    return { start, increment, mean: of(2), std: of(1), min: of(1), max: of(3) };
  };
  refreshSignals(lanes);
}

test('what only an overview is left of has approximate figures for good, and says why', async () => {
  const { store, lanes, measure, waiting } = bench();
  forget(store, lanes, 500_000);
  const pair = { ...marker(10), first: 4 };
  measure(pair);
  await settle();
  expect([store.requests, waiting.size]).toEqual([[{ signalId: 'v', start: 4000, increment: 6000, count: 1 }], 0]);
  const expected = { isApproximate: true, isFromOverview: true, isClipped: false, problem: undefined };
  expect(measure(pair)[0]).toMatchObject({ ...expected, statistics: { mean: 2, min: 1, max: 3, integral: 12 } });
  await settle();
  expect(store.requests).toHaveLength(1);
  // a single one, too
  const { second: _, ...single } = { ...marker(0, 2), first: 7 };
  measure(single);
  await settle();
  expect(store.requests.at(-1)).toEqual({ signalId: 'v', start: 7000, increment: 1, count: 1 });
  expect(measure(single)[0]).toMatchObject({ ...expected, statistics: { mean: 2 } });
  const text = markersAsText([{ marker: single, unit: 's', axis: TIME_AXIS, measurements: [measure(single)[0]!] }]);
  expect(text).toContain('v (approximate)\t2\tV');
  expect(await exactFigures(pair, lanes[0]!.traces[0]!)).toBeUndefined();
});

test('figures that are exact stay so when their samples go', async () => {
  const { store, lanes, measure, waiting } = bench();
  measure(marker(200));
  await settle();
  for (const answer of waiting) answer();
  await settle();
  const exact = measure(marker(200))[0];
  expect(exact).toMatchObject({ isApproximate: false, statistics: { count: 150_000 } });
  forget(store, lanes, 100_000);
  expect(measure(marker(200))[0]).toBe(exact);
  await settle();
  expect(measure(marker(200))[0]).toBe(exact);
  // another span is not that one
  measure(marker(201));
  await settle();
  expect(measure(marker(201))[0]).toMatchObject({ isApproximate: true, isFromOverview: true });
});

test('a short span is asked for once, exactly', async () => {
  const { store, measure, waiting, renewed } = bench();
  measure(marker(200));
  await settle();
  expect([store.requests.length, waiting.size, renewed()]).toEqual([0, 1, 0]);
});

test('an approximate answer that comes late does not replace the exact one', async () => {
  const { store, measure, renewed } = bench();
  let release = () => {};
  store.beforeSummary = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  store.beforeStatistics = async () => {};
  measure(marker(10_000));
  await settle();
  release();
  await settle();
  expect(measure(marker(10_000))[0]).toMatchObject({ isApproximate: false, statistics: { count: 7_500_000 } });
  expect(renewed()).toBe(1);
});

test('a marker that moves gives up its older questions: none pile up, the newest is answered', async () => {
  const { measure, waiting } = bench();
  for (let i = 1; i <= 50; i++) {
    measure(marker(10_000 + i));
    if (i % 3 === 0) await settle();
    expect(waiting.size).toBeLessThanOrEqual(1);
  }
  await settle();
  expect(measure(marker(10_050))[0]).toMatchObject({
    isApproximate: true,
    problem: undefined,
    statistics: { end: 10_050_000 },
  });
  for (const answer of waiting) answer();
  await settle();
  expect(measure(marker(10_050))[0]).toMatchObject({ isApproximate: false, statistics: { end: 10_050_000 } });
  expect(waiting.size).toBe(0);
});

test('a marker that is gone, or a lane that is hidden, ends its question and leaves the others', async () => {
  const { measure, waiting } = bench();
  measure(marker(10_000), marker(20_000, 2));
  await settle();
  expect(waiting.size).toBe(2);
  measure(marker(10_000));
  expect(waiting.size).toBe(1);
  measure();
  expect(waiting.size).toBe(0);
});

test('what the store refuses is told', async () => {
  const { store, measure } = bench();
  store.beforeStatistics = async () => Promise.reject(new Error('The file has changed.'));
  measure(marker(10_000));
  await settle();
  expect(measure(marker(10_000))[0]).toMatchObject({ statistics: undefined, problem: 'The file has changed.' });
});

test('while the answer to a new question is awaited, the figures of the old one are marked', async () => {
  const { measure, waiting } = bench();
  measure(marker(200));
  await settle();
  for (const answer of waiting) answer();
  await settle();
  expect(measure(marker(200))[0]).toMatchObject({ isApproximate: false, statistics: { count: 150_000 } });
  expect(measure(marker(100))[0]).toMatchObject({ isApproximate: true, statistics: { count: 150_000 } });
  await settle();
  for (const answer of waiting) answer();
  await settle();
  expect(measure(marker(100))[0]).toMatchObject({ isApproximate: false, statistics: { count: 75_000 } });
});
