import { expect, test } from 'vitest';
import type { StampedSignal } from '../../../../src/model/signal-store.ts';
import { BinsPicture, SamplesPicture } from '../../../../src/ui/views/waveform/picture.ts';
import { planPicture } from '../../../../src/ui/views/waveform/picture-plan.ts';
import { planBins } from '../../../../src/ui/views/waveform/request.ts';
import { PeriodicStore } from '../../../support/periodic-store.ts';
import { stampedStore } from '../../../support/stamped-store.ts';

const TIMES = [0, 1, 1, 5, 8];
const store = stampedStore(TIMES, [{ name: 'a', unit: 'V', values: [2, 9, 4, Number.NaN, 6] }]);
const [signal] = store.signals() as readonly StampedSignal[];

const window = (startS: number, endS: number, columnCount = 100) => ({
  time: { startS, endS },
  columnCount,
  margin: 0.5,
  shiftS: 0,
});

async function pictureOf(startS: number, endS: number): Promise<SamplesPicture> {
  const picture = await planPicture(signal!, window(startS, endS))!.load(store);
  if (!(picture instanceof SamplesPicture)) throw new Error('few samples are shown as they are');
  return picture;
}

test('the value in force is told, a near sample attracts, missing time tells nothing', async () => {
  const picture = await pictureOf(0, 8);
  expect(picture.at(0.5, 0.1)).toEqual({ value: 2, min: 2, max: 2, sampleS: 0, attracts: false });
  expect(picture.at(0.95, 0.1)).toMatchObject({ value: 9, sampleS: 1, attracts: true });
  expect(picture.at(4, 0.1)).toMatchObject({ value: 4, sampleS: 1, attracts: false });
  expect(picture.at(6, 0.1)).toBeUndefined();
  expect(picture.at(-1, 0.1)).toBeUndefined();
  expect(picture.at(8.05, 0.1)).toMatchObject({ value: 6, sampleS: 8 });
  expect(picture.at(9, 0.1)).toBeUndefined();
  expect([
    picture.nearestSample(-3),
    picture.nearestSample(2.9),
    picture.nearestSample(3.1),
    picture.nearestSample(99),
  ]).toEqual([0, 1, 5, 8]);
});

test('ranges and figures begin with the value in force', async () => {
  const picture = await pictureOf(0, 8);
  expect(picture.valuesIn({ startS: 0.2, endS: 0.8 })).toEqual({ min: 2, max: 2 });
  expect(picture.valuesIn({ startS: 0.2, endS: 8 })).toEqual({ min: 2, max: 9 });
  const figures = picture.figuresIn({ startS: 0, endS: 3 })!;
  expect(figures).toMatchObject({ min: 2, max: 9 });
  expect(figures.mean).toBeCloseTo(10 / 3, 12);
  expect(figures.std).toBeCloseTo(Math.sqrt(8 / 9), 12);
  expect(picture.figuresIn({ startS: 5.5, endS: 7 })).toBeUndefined();
});

test('what is loaded is enough for a closer look, and not for more or newer', async () => {
  const picture = await pictureOf(0, 1);
  const isCovered = (startS: number, endS: number, of = signal!) =>
    planPicture(of, window(startS, endS))!.isCoveredBy(picture);
  expect(isCovered(0.5, 0.9)).toBe(true);
  expect(isCovered(0, 8)).toBe(false);
  const whole = await pictureOf(0, 8);
  const grown = { ...signal!, endSample: 6, endS: 9 };
  expect(planPicture(signal!, window(0, 10))!.isCoveredBy(whole)).toBe(true);
  expect(planPicture(grown, window(0, 10))!.isCoveredBy(whole)).toBe(false);
  // A stream began anew beside it: the same samples lie elsewhere on the axis.
  const moved = { ...signal!, startS: signal!.startS - 3, endS: signal!.endS - 3 };
  expect(planPicture(moved, window(0, 10))?.isCoveredBy(whole) ?? false).toBe(false);
  expect(planPicture(moved, window(-3, 1))!.isCoveredBy(whole)).toBe(false);
});

test('bins stay where they are while a view pans, and nothing is asked for where nothing is', () => {
  const long: StampedSignal = { ...signal!, endSample: 1e6, endS: 1000 };
  const steps = [100, 100.037, 101.9, 333.3].map(
    (startS) => planBins(long, window(startS, startS + 10))!.request.stepS,
  );
  expect(new Set(steps).size).toBe(1);
  expect(steps[0]).toBeLessThanOrEqual(0.1);
  expect(steps[0]).toBeGreaterThan(0.08);
  for (const startS of [-40, 990]) {
    const { request, needStartS, needEndS } = planBins(long, window(startS, startS + 60))!;
    expect(request.firstBin * request.stepS).toBeLessThanOrEqual(needStartS);
    expect((request.firstBin + request.count) * request.stepS).toBeGreaterThanOrEqual(needEndS);
  }
  expect(planPicture(long, window(2000, 2010))).toBeUndefined();
});

test('a picture of bins answers in seconds', () => {
  const column = (...values: number[]) => Float64Array.from(values);
  const bins = {
    stepS: 2,
    firstBin: 1,
    mean: column(1, Number.NaN, 5),
    std: column(0, Number.NaN, 1),
    min: column(1, Number.NaN, 3),
    max: column(1, Number.NaN, 8),
  };
  const picture = new BinsPicture({ ...signal!, endS: 7.5 }, bins);
  expect([picture.startS, picture.endS]).toEqual([2, 7.5]);
  expect(picture.at(6.5)).toMatchObject({ value: 5, min: 3, max: 8, sampleS: undefined });
  expect(picture.at(5)).toBeUndefined();
  expect(picture.valuesIn({ startS: 0, endS: 10 })).toEqual({ min: 1, max: 8 });
  expect(picture.figuresIn({ startS: 0, endS: 10 })).toEqual({ mean: 3, std: Math.sqrt(4 + 0.5), min: 1, max: 8 });
});

/** A table of a million rows at 1 kHz: 0, and 1 in its last 784 rows. */
const table = () =>
  new PeriodicStore(
    [
      {
        name: 'a',
        unit: 'A',
        sampleRateHz: 1000,
        steps: [
          { lengthSamples: 999_216, value: 0 },
          { lengthSamples: 784, value: 1 },
        ],
      },
    ],
    1_000_000,
  );

test('the whole view of a table has its last rows, however many columns there are', async () => {
  const rows = table();
  const [steady] = rows.signals();
  for (const columnCount of [317, 640, 1000, 1223, 1919]) {
    const picture = await planPicture(steady!, window(0, 1000, columnCount))!.load(rows);
    expect(picture.endS).toBe(1000);
    expect(picture.valuesIn({ startS: 0, endS: 1000 })).toEqual({ min: 0, max: 1 });
    expect(picture.at(999.9995, 0)).toMatchObject({ max: 1 });
    expect(picture.at(1000.1, 0)).toBeUndefined();
    expect(planPicture(steady!, window(0, 1000, columnCount))!.isCoveredBy(picture)).toBe(true);
  }
});

test('with a margin a small pan is covered, a zoom is not', async () => {
  const rows = table();
  const [steady] = rows.signals();
  const picture = await planPicture(steady!, window(100, 110))!.load(rows);
  const isCovered = (startS: number, endS: number) => planPicture(steady!, window(startS, endS))!.isCoveredBy(picture);
  expect(isCovered(104, 114)).toBe(true);
  expect(isCovered(106, 116)).toBe(false);
  expect(isCovered(104, 109)).toBe(false);
});
