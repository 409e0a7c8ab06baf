// How many traces go through each pixel, counted against what a line that is looked at in very many places touches.

import { describe, expect, test } from 'vitest';
import type { Utc } from '../../../../src/base/time.ts';
import { ChannelDensity } from '../../../../src/ui/views/scope/channel-density.ts';
import { densityColors } from '../../../../src/ui/views/scope/density-picture.ts';
import { RecordDensity } from '../../../../src/ui/views/scope/record-density.ts';
import type { ShownRecord } from '../../../../src/ui/views/scope/screen.ts';
import { type DensityArea, TraceDensity } from '../../../../src/ui/views/scope/trace-density.ts';
import { XyDensity } from '../../../../src/ui/views/scope/xy-density.ts';
import { seededRandom } from '../../../support/random.ts';

const AREA: DensityArea = { width: 40, height: 30, startS: -1, endS: 1, range: { low: -1, high: 1 } };
/** `colors[count]` is the count itself: the picture is the counts. */
const COUNTS = Uint32Array.from({ length: 1000 }, (_, count) => count);

function countsOf(density: TraceDensity | XyDensity): number[] {
  const pixels = new Uint32Array(density.area.width * density.area.height);
  density.paint(pixels, COUNTS);
  return [...pixels];
}

function countsIn(density: ChannelDensity | XyDensity): number[] {
  return countsOf(density instanceof ChannelDensity ? density.density : density);
}

const trace = (values: readonly number[], startS = -1, stepS = 2 / (values.length - 1)) => ({
  samples: Float32Array.from(values),
  startS,
  stepS,
});

/** Pixels that the straight lines touch, looked at in 2000 places of each column. */
function touched({ samples, startS, stepS }: ReturnType<typeof trace>): Set<number> {
  const { width, height, range } = AREA;
  const rows = Array.from({ length: width }, () => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  for (let k = 0; k <= 2000 * width; k++) {
    const at = (AREA.startS + (k / (2000 * width)) * (AREA.endS - AREA.startS) - startS) / stepS;
    const before = Math.floor(at);
    const [a, b] = [samples[before] ?? Number.NaN, samples[before + 1] ?? Number.NaN];
    const value = at === before ? a : a + (at - before) * (b - a);
    if (Number.isNaN(value)) continue;
    const y = ((range.high - value) / (range.high - range.low)) * height;
    const row = rows[Math.min(width - 1, Math.floor(k / 2000))]!;
    row[0] = Math.min(row[0]!, y);
    row[1] = Math.max(row[1]!, y);
  }
  const pixels = new Set<number>();
  for (const [column, [top, bottom]] of rows.entries()) {
    for (let row = 0; row < height; row++) if (row + 1 > top! && row <= bottom!) pixels.add(row * width + column);
  }
  return pixels;
}

describe('one trace', () => {
  test('a level one counts in its row of every column, beyond the record in none', () => {
    const density = new TraceDensity(AREA);
    // 0.5 V is 7.5 rows below the top; the record begins in the column right of the middle
    density.count(trace([0.5, 0.5, 0.5], 0.01, 0.5), 1);
    const counts = countsOf(density);
    expect(counts.filter((count) => count > 0)).toHaveLength(20);
    for (let column = 20; column < 40; column++) expect(counts[7 * 40 + column]).toBe(1);
  });

  test('a step within a column fills it; a hole leaves a gap; what lies beyond the screen is not there', () => {
    const density = new TraceDensity(AREA);
    density.count(trace([-0.99, 0.99, 0.99, Number.NaN, 3, 3], -0.99, 0.001), 1);
    const filled = countsOf(density).flatMap((count, at) => (count > 0 ? [at % 40] : []));
    expect(filled).toEqual(Array.from({ length: 30 }, () => 0));
  });

  test.each([3, 17, 41, 400])('%i samples cover the pixels that their lines touch', (count) => {
    const random = seededRandom(count);
    for (let round = 0; round < 10; round++) {
      const values = Array.from({ length: count }, () => 2.4 * random() - 1.2);
      const line = trace(values, -1 + 0.013 * round);
      const density = new TraceDensity(AREA);
      density.count(line, 1);
      const expected = touched(line);
      const differing = countsOf(density).filter((n, at) => n > 0 !== expected.has(at));
      // a line that touches a pixel between two of the places looked at
      expect(differing.length).toBeLessThanOrEqual(1);
      expect(countsOf(density).every((n) => n <= 1)).toBe(true);
    }
  });
});

function recordOf(seed: number, count = 90): ShownRecord {
  const random = seededRandom(seed);
  return {
    signals: [
      { id: 'CH1', name: 'CH1', unit: 'V' },
      { id: 'CH2', name: 'CH2', unit: 'V' },
    ],
    triggerUtc: 0n as Utc,
    startS: -1 + 0.01 * random(),
    stepS: 2 / count,
    settings: '',
    samples: [0, 1].map(() => Float32Array.from({ length: count }, () => 2.4 * random() - 1.2)),
  };
}

describe('a window of records', () => {
  const records = Array.from({ length: 60 }, (_, i) => recordOf(i + 1));
  const window = (start: number, end: number) => ({ start, end, record: (i: number) => records[i] });
  const areas = [
    { signalId: 'CH1', area: AREA },
    { signalId: 'CH2', area: { ...AREA, range: { low: -2, high: 2 } } },
  ];
  const direct = (start: number, end: number) =>
    areas.map(({ area }, channel) => {
      const density = new TraceDensity(area);
      for (const { samples, startS, stepS } of records.slice(start, end)) {
        density.count({ samples: samples[channel]!, startS, stepS }, 1);
      }
      return countsOf(density);
    });
  const finish = (density: RecordDensity) => {
    while (!density.isDone) density.work(() => true);
    return density.densities.map(countsIn);
  };

  test('is what its records are together, wherever it moves to', () => {
    const density = new RecordDensity();
    for (const [start, end] of [
      [0, 10],
      [0, 25],
      [5, 25],
      [20, 50],
      [10, 40],
      [55, 60],
      [0, 0],
      [3, 20],
    ] as const) {
      density.show(window(start, end), areas);
      expect(finish(density)).toEqual(direct(start, end));
      expect(density.recordCount).toBe(end - start);
    }
  });

  test('without time it goes on where it was, newest records first after a change of the picture', () => {
    const density = new RecordDensity();
    density.show(window(0, 60), areas);
    density.show(window(30, 60), areas);
    let turns = 0;
    const onceEach = () => turns++ % 2 === 0;
    density.work(onceEach);
    expect(density.isDone).toBe(false);
    density.show(window(30, 60), [areas[1]!]);
    density.work(onceEach);
    const newest = new TraceDensity(areas[1]!.area);
    const { samples, startS, stepS } = records[59]!;
    newest.count({ samples: samples[1]!, startS, stepS }, 1);
    expect(countsIn(density.densities[0]!)).toEqual(countsOf(newest));
    expect(finish(density)).toEqual([direct(30, 60)[1]]);
  });

  test('a record of a million samples is counted in parts', () => {
    const long = recordOf(1, 1_000_000);
    const one = { start: 0, end: 1, record: () => long };
    const density = new RecordDensity();
    density.show({ ...one, end: 0 }, areas);
    density.show(one, areas);
    let parts = 0;
    while (!density.isDone) {
      let isFirst = true;
      density.work(() => {
        const goesOn = isFirst;
        isFirst = false;
        return goesOn;
      });
      parts++;
    }
    expect(parts).toBeGreaterThan(10);
  });
});

const XY_AREA = {
  xId: 'CH1',
  yId: 'CH2',
  width: 40,
  height: 30,
  xRange: { low: -1, high: 1 },
  yRange: { low: -1, high: 1 },
  startS: -2,
  endS: 2,
};

function xyRecord(xs: readonly number[], ys: readonly number[]): ShownRecord {
  return { ...recordOf(1), startS: -1, stepS: 0.001, samples: [Float32Array.from(xs), Float32Array.from(ys)] };
}

/** All parts, and how many there are. */
function countAll(density: XyDensity, record: ShownRecord, by: 1 | -1 = 1): number {
  let parts = 0;
  for (let from: number | undefined = 0; from !== undefined; parts++) from = density.countPart(record, by, from);
  return parts;
}

describe('one channel over another', () => {
  test('a way to and fro counts once in each pixel', () => {
    const density = new XyDensity(XY_AREA);
    // 0.5 is 7.5 rows below the top
    countAll(density, xyRecord([-0.99, 0.99, -0.99, 0.99], [0.5, 0.5, 0.5, 0.5]));
    const counts = countsOf(density);
    expect(counts.filter((count) => count > 0)).toEqual(Array(40).fill(1));
    for (let column = 0; column < 40; column++) expect(counts[7 * 40 + column]).toBe(1);
  });

  test('a hole in either channel breaks the line; what lies beyond the screen or the time is not there', () => {
    const density = new XyDensity(XY_AREA);
    const { NaN: hole } = Number;
    countAll(density, xyRecord([-0.99, hole, 0.99, 0.99, 5, 5], [0.99, 0.99, hole, -0.99, -0.99, 3]));
    const places = countsOf(density).flatMap((count, at) => (count > 0 ? [at] : []));
    // the first point alone, and a line that leaves at the right
    expect(places).toEqual([0, 29 * 40 + 39]);
    const later = new XyDensity({ ...XY_AREA, startS: 5, endS: 6 });
    countAll(later, xyRecord([0, 0.5], [0, 0.5]));
    expect(Math.max(...countsOf(later))).toBe(0);
  });

  test('lines cover the pixels of as many places as are looked at', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 20; round++) {
      const values = () => Array.from({ length: 12 }, () => 2.4 * random() - 1.2);
      const [xs, ys] = [values(), values()];
      const density = new XyDensity(XY_AREA);
      countAll(density, xyRecord(xs, ys));
      const places = new Set<number>();
      for (let i = 0; i + 1 < xs.length; i++) {
        for (let k = 0; k <= 5000; k++) {
          const part = k / 5000;
          const column = Math.floor(((xs[i]! + part * (xs[i + 1]! - xs[i]!) + 1) / 2) * 40);
          const row = Math.floor(((1 - ys[i]! - part * (ys[i + 1]! - ys[i]!)) / 2) * 30);
          if (column >= 0 && column < 40 && row >= 0 && row < 30) places.add(row * 40 + column);
        }
      }
      const counts = countsOf(density);
      // one pixel for each step along the longer side: corners that are cut are left out
      for (let at = 0; at < counts.length; at++) if (counts[at]! > 0) expect(places.has(at)).toBe(true);
      expect(counts.filter((count) => count > 0).length).toBeGreaterThan(0.6 * places.size);
    }
  });

  test('a window of records is what they are together, also when some have left; long ones are counted in parts', () => {
    const records = Array.from({ length: 30 }, (_, i) => recordOf(i + 1));
    const window = (start: number, end: number) => ({ start, end, record: (i: number) => records[i] });
    const density = new RecordDensity();
    for (const [start, end] of [
      [0, 10],
      [5, 20],
      [15, 30],
    ] as const) {
      density.show(window(start, end), [XY_AREA]);
      while (!density.isDone) density.work(() => true);
      const direct = new XyDensity(XY_AREA);
      for (const record of records.slice(start, end)) countAll(direct, record);
      expect(countsIn(density.densities[0]!)).toEqual(countsOf(direct));
    }
    const random = seededRandom(9);
    const noise = () => Array.from({ length: 60_000 }, () => 2 * random() - 1);
    const long = xyRecord(noise(), noise());
    const wide = new XyDensity({ ...XY_AREA, endS: 100 });
    expect(countAll(wide, long)).toBeGreaterThan(3);
    countAll(wide, long, -1);
    expect(countsOf(wide).every((count) => count === 0)).toBe(true);
  });
});

test('colours grow with the logarithm of the count, from faint to full to that of the text', () => {
  const bytes = new Uint8Array(densityColors(10_000, [92, 176, 255], [255, 255, 255]).buffer);
  const rgba = (count: number) => [...bytes.subarray(4 * count, 4 * count + 4)];
  expect(rgba(0)).toEqual([0, 0, 0, 0]);
  // 0.3 of 255 is 76.5
  expect(rgba(1)).toEqual([92, 176, 255, 76]);
  // 10 000^0.35 = 25: halfway to full
  expect(rgba(25)[3]).toBeCloseTo(0.65 * 255, -0.5);
  expect(rgba(700)).toEqual(expect.arrayContaining([255]));
  expect(rgba(10_000)).toEqual([214, 235, 255, 255]);
});
