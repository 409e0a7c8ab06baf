// Figures of stamped signals against their definition: the values as a function that is constant from one time to the
// next, integrated piece by piece.

import { expect, test } from 'vitest';
import { HeldFigures } from '../../../src/model/held-figures.ts';
import type { SampleRange, StampedSignal, Statistics } from '../../../src/model/signal-store.ts';
import { seededRandom } from '../../support/random.ts';

interface Held {
  readonly timesS: readonly number[];
  readonly values: readonly number[];
  /** Where the last value ends. */
  readonly endS: number;
}

function figuresOf({ timesS, values, endS }: Held): { figures: HeldFigures; reads: SampleRange[] } {
  const info: StampedSignal = {
    id: 'a',
    name: 'a',
    unit: 'V',
    source: '',
    dtype: 'f64',
    timing: 'stamped',
    axisId: 'time',
    startSample: 0,
    endSample: timesS.length,
    startS: timesS[0] ?? 0,
    endS,
    firstSampleId: 0n,
  };
  const reads: SampleRange[] = [];
  const read = async (start: number, end: number) => {
    reads.push({ start, end });
    return Float64Array.from(values.slice(start, end));
  };
  return { figures: new HeldFigures({ info, timeAt: (sample) => timesS[sample]!, read }), reads };
}

/** By the definition: which values hold within [a, b), and for how long. */
function piecesBetween({ timesS, values, endS }: Held, a: number, b: number) {
  return timesS.flatMap((timeS, i) => {
    const untilS = timesS[i + 1] ?? endS;
    const heldS = Math.max(0, Math.min(untilS, b) - Math.max(timeS, a));
    const isInside = timeS >= a && timeS < b;
    return isInside || heldS > 0 ? [{ value: values[i]!, heldS }] : [];
  });
}

function expected(pieces: readonly { value: number; heldS: number }[], spanS: number) {
  const valid = pieces.filter(({ value }) => !Number.isNaN(value));
  if (valid.length === 0) return { count: 0, measured: 0, coverage: 0 };
  const measuredS = valid.reduce((sum, { heldS }) => sum + heldS, 0);
  const weights = valid.map(({ heldS }) => (measuredS > 0 ? heldS : 1));
  const weight = weights.reduce((sum, one) => sum + one, 0);
  const mean = valid.reduce((sum, { value }, i) => sum + value * weights[i]!, 0) / weight;
  const squares = valid.reduce((sum, { value }, i) => sum + (value - mean) ** 2 * weights[i]!, 0);
  return {
    count: valid.length,
    mean,
    std: Math.sqrt(squares / weight),
    min: Math.min(...valid.map(({ value }) => value)),
    max: Math.max(...valid.map(({ value }) => value)),
    integral: mean * spanS,
    measured: valid.reduce((sum, { value, heldS }) => sum + value * heldS, 0),
    coverage: spanS > 0 ? measuredS / spanS : 1,
  };
}

function expectClose(found: Partial<Statistics>, wanted: Partial<Statistics>): void {
  for (const [name, value] of Object.entries(wanted)) {
    const own = found[name as keyof Statistics]!;
    expect(Math.abs(own - value), `${name}: ${own} for ${value}`).toBeLessThanOrEqual(
      1e-9 * Math.max(1, Math.abs(value)),
    );
  }
}

/** Uneven steps, repeated times, stretches of missing values. */
function randomSignal(count: number, seed: number): Held {
  const random = seededRandom(seed);
  const timesS: number[] = [];
  const values: number[] = [];
  let timeS = -3;
  for (let i = 0; i < count; i++) {
    timesS.push(timeS);
    values.push(random() < 0.1 ? Number.NaN : 20 + 10 * random());
    timeS += random() < 0.2 ? 0 : random() ** 3;
  }
  return { timesS, values, endS: timesS.at(-1)! };
}

const STEPS: Held = { timesS: [0, 1, 3, 3, 4], values: [2, 6, 100, Number.NaN, 8], endS: 4 };

test('by hand: a value holds until the next time, a NaN is missing time, the last ends with the signal', async () => {
  const { figures } = figuresOf(STEPS);
  // 2 V for 1 s, 6 V for 2 s, nothing for 1 s; 100 V and 8 V hold no time but are there
  expectClose(await figures.statistics(0, 5), {
    start: 0,
    end: 5,
    count: 4,
    mean: 14 / 3,
    std: Math.sqrt((1 * (2 - 14 / 3) ** 2 + 2 * (6 - 14 / 3) ** 2) / 3),
    min: 2,
    max: 100,
    integral: (14 / 3) * 4,
    measured: 14,
    coverage: 0.75,
  });
  // the value in force at 0.5 counts from there, the one at 2 to the end of the span
  expectClose(await figures.statisticsBetween(0.5, 2), { start: 1, end: 2, count: 2, measured: 7, coverage: 1 });
  // no sample lies inside, one is in force
  expectClose(await figures.statisticsBetween(1.5, 2), { start: 2, end: 2, count: 1, mean: 6, std: 0, measured: 3 });
  // only missing time
  expect(await figures.statisticsBetween(3.25, 3.75)).toMatchObject({
    count: 0,
    mean: Number.NaN,
    measured: 0,
    coverage: 0,
  });
});

test('what lies outside of the signal does not count as time', async () => {
  const { figures } = figuresOf(STEPS);
  expect(await figures.statisticsBetween(-10, 1)).toMatchObject({ count: 1, mean: 2, integral: 2, coverage: 1 });
  expect(await figures.statisticsBetween(-10, 10)).toEqual(await figures.statistics(0, 5));
  expect(await figures.statisticsBetween(5, 9)).toMatchObject({ start: 5, end: 5, count: 0, coverage: 0 });
  expect(await figures.statisticsBetween(-9, -5)).toMatchObject({ start: 0, end: 0, count: 0, coverage: 0 });
});

test('a source may vouch for its last value longer', async () => {
  const { figures } = figuresOf({ ...STEPS, endS: 6 });
  expectClose(await figures.statisticsBetween(0, 9), { count: 4, measured: 2 + 12 + 16, coverage: 5 / 6 });
});

test('where nothing holds any time the samples weigh alike', async () => {
  const single = figuresOf({ timesS: [7], values: [3], endS: 7 }).figures;
  expect(await single.statistics(0, 1)).toMatchObject({ count: 1, mean: 3, std: 0, measured: 0, coverage: 1 });
  const burst = figuresOf({ timesS: [7, 7, 7], values: [1, Number.NaN, 3], endS: 7 }).figures;
  expect(await burst.statistics(0, 3)).toMatchObject({ count: 2, mean: 2, std: 1, min: 1, max: 3 });
});

test('a constant has no deviation, however its times lie', async () => {
  const { timesS, endS } = randomSignal(5000, 3);
  const { figures } = figuresOf({ timesS, endS, values: timesS.map(() => 0.1) });
  expect(await figures.statistics(0, 5000)).toMatchObject({ mean: 0.1, std: 0, min: 0.1, max: 0.1 });
});

test('repeating a value changes nothing', async () => {
  const sparse = await figuresOf({ timesS: [0, 4, 5], values: [1, 9, 9], endS: 5 }).figures.statistics(0, 3);
  const dense = await figuresOf({ timesS: [0, 1, 2, 3, 4, 5], values: [1, 1, 1, 1, 9, 9], endS: 5 }).figures.statistics(
    0,
    6,
  );
  expect({ ...dense, start: 0, end: 3, count: 3 }).toEqual(sparse);
});

test('any span has the figures of its definition', async () => {
  const random = seededRandom(7);
  for (const count of [1, 2, 40, 5000]) {
    const signal = randomSignal(count, count);
    const { figures } = figuresOf(signal);
    const first = signal.timesS[0]!;
    const lengthS = signal.endS - first;
    for (let round = 0; round < 60; round++) {
      const exact = () => signal.timesS[Math.floor(random() * count)]!;
      const anywhere = () => first + (random() * 1.2 - 0.1) * lengthS;
      const [a, b] = [random() < 0.4 ? exact() : anywhere(), random() < 0.4 ? exact() : anywhere()].sort(
        (x, y) => x - y,
      ) as [number, number];
      if (a === b) continue;
      const spanS = Math.max(0, Math.min(b, signal.endS) - Math.max(a, first));
      const found = await figures.statisticsBetween(a, b);
      expectClose(found, expected(piecesBetween(signal, a, b), spanS));
      const inside = signal.timesS.flatMap((timeS, i) => (timeS >= a && timeS < b ? [i] : []));
      expect([found.end - found.start, inside[0] ?? found.start]).toEqual([inside.length, found.start]);
    }
  }
});

test('bins of time and of samples have the figures of their spans', async () => {
  const signal = randomSignal(20_000, 11);
  const { figures } = figuresOf(signal);
  for (const [stepS, firstBin, count, zeroS] of [
    [0.125, -30, 200, 0],
    [64, -1, 70, 0],
    [1000, -1, 7, 0],
    [64, -1, 70, 31.25],
    [1000, -1, 7, -4321.5],
  ] as const) {
    const bins = await figures.timeBins({ stepS, firstBin, count, zeroS });
    expect([bins.stepS, bins.firstBin]).toEqual([stepS, firstBin]);
    for (let bin = 0; bin < count; bin++) {
      const pieces = piecesBetween(signal, zeroS + (firstBin + bin) * stepS, zeroS + (firstBin + bin + 1) * stepS);
      const { count: valid, mean, std, min, max } = { mean: NaN, std: NaN, min: NaN, max: NaN, ...expected(pieces, 1) };
      if (valid === 0) expect([bins.mean[bin], bins.min[bin]]).toEqual([Number.NaN, Number.NaN]);
      else
        expectClose(
          { mean: bins.mean[bin]!, std: bins.std[bin]!, min: bins.min[bin]!, max: bins.max[bin]! },
          { mean, std, min, max },
        );
    }
  }
  const bySample = await figures.sampleBins(5, 3000, 6, false);
  for (let bin = 0; bin < 6; bin++) {
    const { mean, std } = await figures.statistics(5 + bin * 3000, 5 + (bin + 1) * 3000);
    expectClose({ mean: bySample.mean[bin]!, std: bySample.std[bin]! }, { mean, std });
  }
});

test('a second look at a wide span reads only its ends, a draft stops early and goes on', async () => {
  const count = 1_000_000;
  const timesS = Array.from({ length: count }, (_, i) => i);
  const { figures, reads } = figuresOf({ timesS, values: timesS, endS: count - 1 });
  const request = { stepS: 10_000, firstBin: 0, count: 100, canBeDraft: true };
  const draft = await figures.timeBins(request);
  expect(draft.isDraft).toBe(true);
  expect(draft.mean[0]).toBe(4999.5);
  expect(draft.mean[99]).toBe(Number.NaN);
  let rounds = 0;
  let bins = draft;
  while (bins.isDraft && rounds++ < 100) bins = await figures.timeBins(request);
  expect(bins.isDraft).toBeUndefined();
  await figures.statistics(1, count);
  reads.length = 0;
  await figures.statistics(2, count - 5);
  expect(reads.reduce((sum, { start, end }) => sum + end - start, 0)).toBeLessThan(5000);
});

test('samples in seconds are half-open', () => {
  const { figures } = figuresOf(STEPS);
  expect(figures.samplesIn(1, 3)).toEqual({ start: 1, end: 2 });
  expect(figures.samplesIn(3, 3.5)).toEqual({ start: 2, end: 4 });
  expect(figures.samplesIn(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toEqual({ start: 0, end: 5 });
});
