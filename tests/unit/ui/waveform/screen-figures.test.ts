import { expect, test } from 'vitest';
import type { SteadySignal } from '../../../../src/model/signal-store.ts';
import { buildLanes, refreshSignals } from '../../../../src/ui/views/waveform/lanes.ts';
import { Measurer } from '../../../../src/ui/views/waveform/measure.ts';
import { figuresNow, ScreenFigures } from '../../../../src/ui/views/waveform/screen-figures.ts';
import { PeriodicStore } from '../../../support/periodic-store.ts';

const RATE_HZ = 1000;
/** 0, 1, 2 … 999 and so on: the mean of samples [a, b) within a period is (a + b − 1) / 2. */
const RAMP = Array.from({ length: 1000 }, (_, value) => ({ lengthSamples: 1, value }));

/** Lets everything that is ready run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function bench(steps = RAMP, lengthSamples = 1_000_000) {
  const store = new PeriodicStore([{ name: 'i', unit: 'A', sampleRateHz: RATE_HZ, steps }], lengthSamples);
  const lanes = buildLanes([{ store, label: '', shiftS: 0 }], () => {});
  const trace = lanes[0]!.traces[0]!;
  const figures = new ScreenFigures(() => {});
  const viewOf = (startS: number, endS: number, isFollowing = false) => ({
    time: { startS, endS },
    lanes: {},
    isFollowing,
  });
  /** The view as it is drawn, with its picture loaded. */
  const look = async (view: ReturnType<typeof viewOf>, nowMs: number) => {
    trace.detail.want(trace.signal, { time: view.time, columnCount: 7, margin: 0, shiftS: 0 });
    await settle();
    figures.renew(view, lanes, nowMs);
    await settle();
    return figures.of(trace, view);
  };
  return { store, lanes, trace, figures, viewOf, look };
}

test('figures beside a trace are those of the samples on screen, at edges that no bin has', async () => {
  const { viewOf, look } = bench();
  const view = viewOf(0.0031, 0.7342);
  await look(view, 0);
  const shown = await look(view, 100);
  // samples 3 … 733: mean 368, variance (n² − 1) / 12 · n / (n − 1) of n = 731 whole numbers
  expect(shown).toMatchObject({ isApproximate: false, mean: 368, min: 3, max: 733 });
  expect(shown!.std).toBeCloseTo(Math.sqrt((731 * 732) / 12), 9);
});

test('they are the same as between markers at the edges of the screen', async () => {
  const { lanes, viewOf, look } = bench();
  const [startS, endS] = [0.123_456, 0.987_654];
  await look(viewOf(startS, endS), 0);
  const shown = await look(viewOf(startS, endS), 100);
  const measurer = new Measurer(() => {});
  const pair = { id: 1, name: '1', axis: 'time', first: startS, second: endS } as const;
  measurer.measure([pair], lanes, {});
  await settle();
  const { statistics } = measurer.measure([pair], lanes, {}).get(1)![0]!;
  expect(shown!.mean).toBe(statistics!.mean);
  expect(shown!.std).toBe(statistics!.std);
});

test('while the view moves they are marked, and nothing is read for it', async () => {
  const { store, viewOf, look } = bench();
  let readCount = 0;
  store.beforeStatistics = async () => {
    readCount++;
  };
  for (let frame = 0; frame < 60; frame++) {
    expect(await look(viewOf(frame / 60, 0.5 + frame / 60), frame * 16)).toMatchObject({ isApproximate: true });
  }
  expect(readCount).toBe(0);
  await look(viewOf(59 / 60, 0.5 + 59 / 60), 1100);
  expect(await look(viewOf(59 / 60, 0.5 + 59 / 60), 1200)).toMatchObject({ isApproximate: false });
  expect(readCount).toBe(1);
});

test('of running data that only an overview is left of they are marked, and no older ones stand in', async () => {
  const { store, lanes, viewOf, look } = bench();
  await look(viewOf(600, 600.5, true), 0);
  expect(await look(viewOf(600, 600.5, true), 100)).toMatchObject({ isApproximate: false, mean: 249.5 });
  const overview = { startSample: 0, stretchSamples: 2048 };
  const infos = store.signals().map((info) => ({ ...info, startSample: 500_000, overview }) as SteadySignal);
  store.signals = () => infos;
  refreshSignals(lanes);
  for (const nowMs of [200, 300, 400]) {
    const shown = await look(viewOf(100, 600, true), nowMs);
    expect(shown!.isApproximate).toBe(true);
    expect(shown!.mean).toBeCloseTo(499.5, 0);
  }
});

test('the whole of a table counts its last rows', async () => {
  const { viewOf, look } = bench([
    { lengthSamples: 999_216, value: 0 },
    { lengthSamples: 784, value: 1 },
  ]);
  await look(viewOf(0, 1000), 0);
  const shown = await look(viewOf(0, 1000), 100);
  expect(shown).toMatchObject({ isApproximate: false, max: 1 });
  expect(shown!.mean).toBeCloseTo(7.84e-4, 15);
});

test('missing samples weigh nothing, wherever the edges of bins lie', async () => {
  // 500 samples of 3, 250 missing, 250 of 9: 3 · 500 + 9 · 250 over 750
  const { viewOf, look } = bench([
    { lengthSamples: 500, value: 3 },
    { lengthSamples: 250, value: Number.NaN },
    { lengthSamples: 250, value: 9 },
  ]);
  await look(viewOf(0, 1), 0);
  expect(await look(viewOf(0, 1), 100)).toMatchObject({ isApproximate: false, mean: 5, min: 3, max: 9 });
});

test('a picture of running data has the figures of just what it shows', async () => {
  const { lanes, trace, viewOf, look } = bench();
  await look(viewOf(0, 0.5, true), 0);
  const shown = await figuresNow(lanes, { startS: 0.1, endS: 0.6 });
  expect(shown.get(trace)).toMatchObject({ isApproximate: false, mean: (100 + 599) / 2 });
});

test('figures of running data stay until the next are there', async () => {
  const { lanes, trace, figures, viewOf, look } = bench();
  await look(viewOf(0, 0.5, true), 0);
  const next = viewOf(0.1, 0.6, true);
  figures.renew(next, lanes, 100);
  expect(figures.of(trace, next)).toMatchObject({ isApproximate: false, mean: (0 + 499) / 2 });
  await settle();
  figures.renew(next, lanes, 200);
  expect(figures.of(trace, next)).toMatchObject({ isApproximate: false, mean: (100 + 599) / 2 });
});
