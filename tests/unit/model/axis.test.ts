import { describe, expect, test } from 'vitest';
import { axesOf, axisTitle, lengthText, reciprocalUnit, storeOnAxis, TIME_AXIS } from '../../../src/model/axis.ts';
import type { Annotation } from '../../../src/model/signal-store.ts';
import { rampStore } from '../../support/axis-store.ts';

const SAMPLE = { name: 'sample', unit: '' };
const FREQUENCY = { name: 'frequency', unit: 'Hz' };
const plain = (text: string) => text.replaceAll('\u202f', ' ');

test.each([
  [TIME_AXIS, 'time (s)'],
  [FREQUENCY, 'frequency (Hz)'],
  [SAMPLE, 'sample'],
])('the head of a column names axis and unit: %o', (axis, title) => {
  expect(axisTitle(axis)).toBe(title);
});

test.each([
  [TIME_AXIS, 0.01235, '12.35 ms'],
  [TIME_AXIS, 3723, '1:02:03'],
  [FREQUENCY, 20_000, '20.00 kHz'],
  [{ name: 'energy', unit: 'keV' }, 1500, '1500 keV'],
  [SAMPLE, 12_000, '12 000 samples'],
  [SAMPLE, 1, '1 sample'],
])('a length along %o', (axis, length, text) => {
  expect(plain(lengthText(axis, length))).toBe(text);
});

test('one over a length is a frequency or a period, and nothing where samples are counted', () => {
  expect([TIME_AXIS, FREQUENCY, SAMPLE, { name: 'place', unit: 'mm' }].map(reciprocalUnit)).toEqual([
    'Hz',
    's',
    undefined,
    undefined,
  ]);
});

describe('a store with two axes', () => {
  const mark = (signalId: string): Annotation => ({
    signalId,
    kind: 'vertical-marker',
    timestamp: 1n,
    storage: 'string',
    groupId: 0,
    y: Number.NaN,
    data: '1',
  });
  const store = rampStore(
    [
      { name: 'u', unit: 'V', sampleCount: 100, rate: 10 },
      { name: 'spectrum', unit: 'V', axis: FREQUENCY, sampleCount: 50, rate: 0.1 },
    ],
    [mark('u'), mark('spectrum')],
  );

  test('has parts with the signals and the marks of one', async () => {
    expect(axesOf(store.signals())).toEqual([TIME_AXIS, FREQUENCY]);
    const part = storeOnAxis(store, FREQUENCY);
    expect(part.signals().map(({ id }) => id)).toEqual(['spectrum']);
    expect((await part.annotations()).map(({ signalId }) => signalId)).toEqual(['spectrum']);
    expect((await part.samples('spectrum', 2, 4)).values).toEqual(Float64Array.of(2, 3));
  });

  test('a store with one axis is its own part', () => {
    const single = rampStore([{ name: 'u', unit: 'V', sampleCount: 100, rate: 10 }]);
    expect(storeOnAxis(single, TIME_AXIS)).toBe(single);
  });
});
