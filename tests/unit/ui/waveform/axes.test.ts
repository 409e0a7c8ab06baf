// Places along axes that are not time: never a second, never a hertz where samples are counted.

import { describe, expect, test } from 'vitest';
import { TIME_AXIS } from '../../../../src/model/axis.ts';
import type { SignalAxis } from '../../../../src/model/signal-store.ts';
import { markersAsText } from '../../../../src/ui/views/waveform/marker-text.ts';
import { integralOf } from '../../../../src/ui/views/waveform/measure.ts';
import type { TimeMode, ViewState } from '../../../../src/ui/views/waveform/state.ts';
import { axisTicks, formatPosition, formatSpan, timeReference } from '../../../../src/ui/views/waveform/time-label.ts';
import { axisChoices } from '../../../../src/ui/views/waveform/view-bar.ts';

const SAMPLE: SignalAxis = { name: 'sample', unit: '' };
const FREQUENCY: SignalAxis = { name: 'frequency', unit: 'Hz' };
const ENERGY: SignalAxis = { name: 'energy', unit: 'keV' };
const plain = (text: string) => text.replaceAll('\u202f', ' ');

const EXTENT = { startS: 0, endS: 20_000 };
function referenceOf(axis: SignalAxis, timeMode: TimeMode = 'relative') {
  const state: ViewState = {
    time: EXTENT,
    isFollowing: false,
    timeMode,
    lanes: {},
    markers: [{ id: 1, name: '1', axis: 'time', first: 1000 }],
    notes: [],
    shifts: {},
    raises: {},
    differences: [],
  };
  return timeReference(axis, state, EXTENT, undefined, () => 0);
}

test.each([
  [SAMPLE, 'relative', 12_000, 1, 'sample 12 000'],
  [SAMPLE, 'relative', 12_000, 25, 'sample 12 000'],
  [SAMPLE, 'marker', 800, 1, '−200 samples'],
  [FREQUENCY, 'relative', 12_500, 10, '12.50 kHz'],
  [FREQUENCY, 'relative', 440, 0.1, '440.0 Hz'],
  [FREQUENCY, 'relative', 0, 10, '0 Hz'],
  [ENERGY, 'relative', 1332.5, 0.5, '1332.5 keV'],
  [{ name: 'x', unit: 'mm' }, 'relative', -0.25, 0.01, '−0.25 mm'],
] as const)('a place: %o, %s, %d', (axis, mode, place, resolution, text) => {
  expect(plain(formatPosition(referenceOf(axis, mode), place, resolution))).toBe(text);
});

test.each([
  [SAMPLE, 120, 1, '120 samples'],
  [SAMPLE, 1, 1, '1 sample'],
  [FREQUENCY, 2_000_000, 1000, '2.000 MHz'],
] as const)('a length: %o, %d', (axis, length, resolution, text) => {
  expect(plain(formatSpan(axis, length, resolution))).toBe(text);
});

describe('ticks', () => {
  test('are bare numbers beside the unit, with the name above', () => {
    const { major, above, beside } = axisTicks(referenceOf(FREQUENCY), { startS: 0, endS: 20_000 }, 5);
    expect(major.map(({ label }) => label)).toEqual(['0', '5', '10', '15', '20']);
    expect([above, beside]).toEqual(['frequency', 'kHz']);
  });

  test('stand on samples only', () => {
    const { major, minor, beside } = axisTicks(referenceOf(SAMPLE), { startS: 10, endS: 18 }, 20);
    expect(major.map(({ value }) => value)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18]);
    expect(minor.every(Number.isInteger)).toBe(true);
    expect(beside).toBe('sample');
  });
});

test.each([
  ['A', undefined, ['∫ dt', 'C', 'Ah']],
  ['V', undefined, ['∫ dt', 'V·s', undefined]],
  ['V', FREQUENCY, ['∫', 'V·Hz', undefined]],
  ['', ENERGY, ['∫', 'keV', undefined]],
  ['A', SAMPLE, ['sum', 'A', undefined]],
] as const)('the integral of %s along %o', (unit, axis, [name, product, hourUnit]) => {
  expect(integralOf({ unit, ...(axis && { axis }) })).toEqual({ name, unit: product, hourUnit });
});

test('markers for a sheet name what they count', () => {
  const marker = { id: 1, name: 'edge', axis: 'time', first: 10, second: 30 } as const;
  const text = (axis: SignalAxis) => markersAsText([{ marker, unit: axis.unit, axis, measurements: [] }]);
  expect(text(SAMPLE)).toBe('marker\tedge\nfirst\t10\tsample\nsecond\t30\tsample\ndifference\t20\tsample\n');
  expect(text(FREQUENCY)).toContain('difference\t20\tHz\nreciprocal\t0.05\ts');
  expect(text(TIME_AXIS)).toContain('difference\t20\ts\nfrequency\t0.05\tHz');
});

describe('what the axis can count', () => {
  const labels = (axis: SignalAxis, startS: number, isLive = false) =>
    axisChoices(axis, { startS, endS: startS + 2 }, isLive).map(({ label }) => label);

  test('the zero of a capture with samples before it is its trigger', () => {
    expect(labels(TIME_AXIS, -1)).toEqual([
      'From trigger (0)',
      'From start',
      'Local time',
      'UTC',
      'From marker',
      'To the end',
    ]);
    expect(labels(TIME_AXIS, 5)[0]).toBe('As in the file');
    expect(labels(TIME_AXIS, -0.001)[0]).toBe('As in the file');
    expect(labels(TIME_AXIS, 0)).toEqual(['From start', 'Local time', 'UTC', 'From marker', 'To the end']);
    expect(labels(TIME_AXIS, 5, true)[0]).toBe('From start');
  });

  test('an axis that is not time has no clock', () => {
    expect(labels(FREQUENCY, 0)).toEqual(['frequency (Hz)', 'From marker', 'To the end']);
    expect(labels(SAMPLE, 0)).toEqual(['sample', 'From marker', 'To the end']);
  });
});
