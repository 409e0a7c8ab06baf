import { expect, test } from 'vitest';
import { linearScale, logScale, snapEdge, snapLine } from '../../../../src/ui/plot/scale.ts';
import { logTicks, multiples, niceStep, timeTicks, valueTicks } from '../../../../src/ui/plot/ticks.ts';

const labels = (ticks: { major: readonly { label: string }[] }) =>
  ticks.major.map(({ label }) => label.replaceAll('\u202f', ' '));

test.each([
  [10, 5, 2],
  [10, 10, 1],
  [1, 3, 0.5],
  [7e-6, 7, 1e-6],
  [0.03, 4, 0.01],
  [123, 1, 200],
])('a span of %s in at most %i parts has steps of %s', (span, count, step) => {
  expect(niceStep(span, count)).toBeCloseTo(step, 12);
});

test('multiples do not drift', () => {
  const values = multiples(1000, 1001, 0.1);
  expect(values).toHaveLength(11);
  expect(values[10]).toBe(1001);
});

test('value labels share one prefix and have the decimals of the step', () => {
  const ticks = valueTicks(-0.0021, 0.0061, 5, 'A');
  expect(ticks.common).toBe('mA');
  expect(labels(ticks)).toEqual(['\u22122', '0', '2', '4', '6']);
  expect(labels(valueTicks(3.2867, 3.3123, 3, 'V'))).toEqual(['3.29', '3.30', '3.31']);
});

test('zero is written without a sign', () => {
  expect(labels(valueTicks(-1e-7, 1e-7, 2, 'A'))).toContain('0');
});

test('a log axis has its decades', () => {
  expect(labels(logTicks(1e-6, 1e-3, 10, 'A'))).toEqual(['1 µA', '10 µA', '100 µA', '1 mA']);
});

test('elapsed time reads in seconds, then as a clock', () => {
  expect(labels(timeTicks({ startS: 0, endS: 10, maxCount: 5 }))).toEqual(['0 s', '2 s', '4 s', '6 s', '8 s', '10 s']);
  expect(labels(timeTicks({ startS: 0, endS: 180, maxCount: 3 }))).toEqual(['0:00', '1:00', '2:00', '3:00']);
  expect(labels(timeTicks({ startS: -0.02, endS: 0, maxCount: 4 }))).toEqual([
    '\u221220 ms',
    '\u221215 ms',
    '\u221210 ms',
    '\u22125 ms',
    '0 ms',
  ]);
});

test('deep inside a long recording, labels count from a shared offset', () => {
  const ticks = timeTicks({ startS: 4321.0000102, endS: 4321.0000301, maxCount: 4 });
  expect(ticks.common).toBe('4321.0000\u202fs');
  expect(labels(ticks)).toEqual(['+15 µs', '+20 µs', '+25 µs', '+30 µs']);
  for (const tick of ticks.major) expect(tick.value * 1e6).toBeCloseTo(Math.round(tick.value * 1e6), 2);
});

test('a wall clock labels whole seconds and counts below them from one', () => {
  const clock = (s: number) => `12:00:${String(s % 60).padStart(2, '0')}`;
  expect(labels(timeTicks({ startS: 43_200, endS: 43_204, maxCount: 4, clock }))).toEqual([
    '12:00:00',
    '12:00:01',
    '12:00:02',
    '12:00:03',
    '12:00:04',
  ]);
  const deep = timeTicks({ startS: 43_201.25, endS: 43_201.26, maxCount: 2, clock });
  expect(deep.common).toBe('12:00:01');
  expect(labels(deep)).toEqual(['+250 ms', '+255 ms', '+260 ms']);
});

test('scales map their ends to the ends and back', () => {
  const y = linearScale(-1, 3, 400, 0);
  expect(y.toPx(-1)).toBe(400);
  expect(y.toPx(3)).toBe(0);
  expect(y.fromPx(100)).toBe(2);
  const log = logScale(1e-6, 1, 600, 0);
  expect(log.toPx(1e-3)).toBeCloseTo(300, 9);
  expect(log.fromPx(300)).toBeCloseTo(1e-3, 12);
  expect(log.toPx(-5)).toBe(600);
  expect(log.toPx(Number.NaN)).toBeNaN();
});

test.each([1, 1.25, 1.5, 2, 3])('a line of one pixel covers whole device pixels at a ratio of %s', (ratio) => {
  for (const px of [0, 10, 10.3, 99.77]) {
    const widthDevicePx = Math.max(1, Math.round(ratio));
    const centre = snapLine(px, 1, ratio) * ratio;
    const left = centre - widthDevicePx / 2;
    expect(left).toBeCloseTo(Math.round(left), 9);
    expect(Math.abs(centre - px * ratio)).toBeLessThanOrEqual(0.5 + 1e-9);
    expect(snapEdge(px, ratio) * ratio).toBeCloseTo(Math.round(px * ratio), 9);
  }
});

test('an axis has at least two labels, however little room and wherever it lies', () => {
  const spans = [
    [0.3, 0.9],
    [1.01e-6, 1.99e-6],
    [-7, 4],
    [99.5, 100.4],
    [3.2999, 3.3001],
  ] as const;
  for (const [min, max] of spans) {
    for (const maxCount of [1, 2, 3]) {
      expect(valueTicks(min, max, maxCount, 'A').major.length).toBeGreaterThanOrEqual(2);
      expect(timeTicks({ startS: min, endS: max, maxCount }).major.length).toBeGreaterThanOrEqual(2);
    }
  }
  for (const [min, max] of [
    [1e-6, 1e-3],
    [2e-6, 3e-5],
    [0.9, 11],
  ] as const) {
    expect(logTicks(min, max, 1, 'A').major.length).toBeGreaterThanOrEqual(2);
  }
});

test('labels of an axis are all different', () => {
  for (const [min, max] of [
    [0.3, 0.9],
    [99.5, 100.4],
  ] as const) {
    const texts = labels(valueTicks(min, max, 1, 'A'));
    expect(new Set(texts).size).toBe(texts.length);
  }
});

test('long numbers have their thousands apart', () => {
  expect(labels(valueTicks(0, 1_469_136, 3, ''))).toEqual(['0', '500 000', '1 000 000']);
  expect(labels(valueTicks(-1500, 0, 3, ''))).toEqual(['\u22121500', '\u22121000', '\u2212500', '0']);
});
