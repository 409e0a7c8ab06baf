import { describe, expect, test } from 'vitest';
import { utcFromUnixMs } from '../../../../src/base/time.ts';
import { TIME_AXIS } from '../../../../src/model/axis.ts';
import type { Summary } from '../../../../src/model/signal-store.ts';
import { followRange, logRange, padded, valuesOf, wholeNumbers } from '../../../../src/ui/views/waveform/auto-range.ts';
import { figuresOf } from '../../../../src/ui/views/waveform/figures.ts';
import type { TimeMode, ViewState } from '../../../../src/ui/views/waveform/state.ts';
import {
  axisTicks,
  formatDate,
  formatPosition,
  formatSpan,
  timeReference,
} from '../../../../src/ui/views/waveform/time-label.ts';
import { seededRandom } from '../../../support/random.ts';

const ORIGIN = utcFromUnixMs(Date.UTC(2026, 10, 20, 23, 59, 50, 250));

const viewOf = (timeMode: TimeMode): ViewState => ({
  time: { startS: 0, endS: 20 },
  isFollowing: false,
  timeMode,
  lanes: {},
  markers: [
    { id: 1, name: '1', axis: 'value', laneId: 'current', first: 7 },
    { id: 2, name: '2', axis: 'time', first: 5 },
  ],
  notes: [],
  shifts: {},
  raises: {},
  differences: [],
});

const referenceOf = (mode: TimeMode, zoneS = 0, origin: typeof ORIGIN | undefined = ORIGIN) =>
  timeReference(TIME_AXIS, viewOf(mode), { startS: 0, endS: 30 }, origin, () => zoneS);

const plain = (text: string) => text.replaceAll('\u202f', ' ');

describe('time axis', () => {
  test.each([
    ['relative', '12.50 s'],
    ['marker', '7.50 s'],
    ['end', '\u221217.50 s'],
    ['utc', '00:00:02.75'],
  ] as const)('%s', (mode, text) => {
    expect(plain(formatPosition(referenceOf(mode), 12.5, 0.01))).toBe(text);
  });

  test('local time adds the zone and may be on another day', () => {
    const local = referenceOf('local', 3600);
    expect(formatPosition(local, 0, 1)).toBe('00:59:50');
    expect(formatDate(local, 0)).toBe('2026-11-21');
    expect(formatDate(referenceOf('utc'), 0)).toBe('2026-11-20');
    expect(formatDate(referenceOf('utc'), 12.5)).toBe('2026-11-21');
  });

  test('without UTC in the data the clock gives way to elapsed time', () => {
    expect(timeReference(TIME_AXIS, viewOf('utc'), { startS: 0, endS: 30 }, undefined, () => 0).mode).toBe('relative');
  });

  test('clock ticks stand on whole seconds of the clock, not of the recording', () => {
    const ticks = axisTicks(referenceOf('utc'), { startS: 0, endS: 4 }, 4);
    expect(ticks.major.map(({ label }) => label)).toEqual(['23:59:51', '23:59:52', '23:59:53', '23:59:54']);
    expect(ticks.major[0]!.value).toBeCloseTo(0.75, 9);
    expect(ticks.above).toBe('2026-11-20');
    expect(ticks.beside).toBe('');
  });

  test('rounding up to the next second carries', () => {
    expect(formatPosition(referenceOf('utc'), 9.7499, 0.01)).toBe('00:00:00.00');
    expect(plain(formatPosition(referenceOf('relative'), 59.999, 0.01))).toBe('1:00.00');
  });

  test.each([
    [0.0123456, 1e-6, '12.346 ms'],
    [1e-6, 5e-7, '1.0 µs'],
    [0, 1e-3, '0.000 s'],
    [-0.5, 0.1, '\u2212500 ms'],
    [3723.25, 0.01, '1:02:03.25'],
  ])('%s s to %s s reads %s', (seconds, resolution, text) => {
    expect(plain(formatSpan(TIME_AXIS, seconds, resolution))).toBe(text);
  });
});

function summarise(values: readonly number[], increment: number): Summary {
  const count = values.length / increment;
  const bins = Array.from({ length: count }, (_, i) => values.slice(i * increment, (i + 1) * increment));
  const meanOf = (bin: readonly number[]) => bin.reduce((sum, x) => sum + x, 0) / bin.length;
  const stdOf = (bin: readonly number[]) =>
    Math.sqrt(bin.reduce((sum, x) => sum + (x - meanOf(bin)) ** 2, 0) / (bin.length - 1));
  return {
    start: 0,
    increment,
    mean: Float64Array.from(bins, meanOf),
    std: Float64Array.from(bins, stdOf),
    min: Float64Array.from(bins, (bin) => Math.min(...bin)),
    max: Float64Array.from(bins, (bin) => Math.max(...bin)),
  };
}

describe('figures of what is on screen', () => {
  const random = seededRandom(7);
  const values = Array.from({ length: 1000 }, () => 5 + random());

  test('merge the bins to what the samples themselves give', () => {
    const whole = summarise(values, 1000);
    const merged = figuresOf(summarise(values, 10), 0, 1000)!;
    expect(merged.mean).toBeCloseTo(whole.mean[0]!, 12);
    expect(merged.std).toBeCloseTo(whole.std[0]!, 12);
    expect([merged.min, merged.max]).toEqual([whole.min[0], whole.max[0]]);
  });

  test('cover only the asked range and skip bins without samples', () => {
    const summary = summarise([1, 1, 2, 2, 9, 9, 4, 4], 2);
    summary.mean[2] = Number.NaN;
    const figures = figuresOf(summary, 2, 8)!;
    expect(figures.mean).toBe(3);
    expect(figures.min).toBe(2);
    expect(figuresOf(summary, 4, 6)).toBeUndefined();
  });
});

describe('automatic range', () => {
  test('has room on both sides, also around a constant and around zero', () => {
    expect(padded({ min: 0, max: 100 })).toEqual({ min: -6, max: 106 });
    expect(padded({ min: 3, max: 3 }).min).toBeLessThan(3);
    expect(padded({ min: 0, max: 0 }).max).toBeGreaterThan(0);
    expect(wholeNumbers({ min: 3, max: 3 })).toEqual({ min: 2, max: 4 });
    expect(wholeNumbers({ min: 3, max: 3.4 })).toEqual({ min: 2, max: 5 });
    expect(wholeNumbers({ min: 3, max: 7 })).toEqual({ min: 3, max: 7 });
  });

  test('grows at once, keeps still for small changes, shrinks when there is much room', () => {
    const first = followRange(undefined, { min: 0, max: 10 });
    expect(followRange(first, { min: 1, max: 9.5 })).toBe(first);
    expect(followRange(first, { min: 0, max: 20 }).max).toBeGreaterThan(20);
    expect(followRange(first, { min: 0, max: 2 }).max).toBeLessThan(3);
  });

  test('a logarithmic one stays above zero', () => {
    expect(logRange({ min: 3, max: 300 })).toEqual({ min: 2, max: 450 });
    expect(logRange({ min: -1, max: 2 }).min).toBeCloseTo(2e-6 / 1.5, 12);
  });

  test('looks at the bins on screen only', () => {
    const summary = summarise([0, 100, 1, 2, 3, 4, -50, 5], 2);
    expect(valuesOf(summary, 2, 6)).toEqual({ min: 1, max: 4 });
    expect(valuesOf(summary, 20, 30)).toBeUndefined();
  });
});
