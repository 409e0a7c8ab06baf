// Which lanes there are, and times that a click means where signals of different rates and lengths lie over each other.

import { expect, test } from 'vitest';
import {
  buildLanes,
  extentOf,
  lanesOnScreen,
  refreshSignals,
  snapToSample,
} from '../../../../src/ui/views/waveform/lanes.ts';
import { PeriodicStore } from '../../../support/periodic-store.ts';

const signal = (name: string, sampleRateHz: number) => ({
  name,
  unit: 'A',
  sampleRateHz,
  steps: [{ lengthSamples: 1, value: 1 }],
});

test('a time is put on the samples of the fastest signal that is there', () => {
  const slow = { store: new PeriodicStore([signal('current', 1000)], 5000), label: 'slow', shiftS: 0 };
  const fast = { store: new PeriodicStore([signal('current', 8000)], 8000), label: 'fast', shiftS: 0.5 };
  const lanes = buildLanes([slow, fast], () => undefined);
  expect(extentOf(lanes)).toEqual({ startS: 0, endS: 5 });
  expect(snapToSample(lanes, 0.25041, 0.1)).toBeCloseTo(0.25, 12);
  expect(snapToSample(lanes, 0.75016, 0.1)).toBeCloseTo(0.750125, 12);
  expect(snapToSample(lanes, 3.25041, 0.1)).toBeCloseTo(3.25, 12);
  expect(snapToSample(lanes, -1, 0.1)).toBe(0);
  expect(snapToSample(lanes, 9, 0.1)).toBe(5);
  expect(snapToSample([], 1.5, 0.1)).toBe(1.5);
});

test('a signal that never had a sample takes no lane while others have some', () => {
  const ends = { current: 0, 'gpi[0]': 0 };
  const store = new PeriodicStore([signal('current', 1000), signal('gpi[0]', 1000)], 1000);
  const whole = store.signals();
  store.signals = () => whole.map((info) => ({ ...info, endSample: ends[info.name as keyof typeof ends] }));
  const lanes = buildLanes([{ store, label: '', shiftS: 0 }], () => undefined);
  const names = (states = {}) => lanesOnScreen(lanes, states).map(({ name }) => name);
  expect(names()).toEqual(['Current', 'Input 0']);
  ends.current = 100;
  refreshSignals(lanes);
  expect(names()).toEqual(['Current']);
  expect(names({ current: { isHidden: true } })).toEqual(['Input 0']);
  // The stream begins anew: what had samples stays.
  ends.current = 0;
  refreshSignals(lanes);
  expect(names()).toEqual(['Current']);
  ends['gpi[0]'] = 1;
  refreshSignals(lanes);
  expect(names()).toEqual(['Current', 'Input 0']);
});

test('a live signal is there from where its overview begins', () => {
  const store = new PeriodicStore([signal('current', 1000)], 5000);
  store.startSample = 4000;
  const [info] = store.signals();
  store.signals = () => [{ ...info!, timing: 'steady', overview: { startSample: 1024, stretchSamples: 512 } }];
  const lanes = buildLanes([{ store, label: '', shiftS: 0 }], () => undefined);
  expect(extentOf(lanes)).toEqual({ startS: 1.024, endS: 5 });
  expect(snapToSample(lanes, 0, 0.1)).toBe(1.024);
  expect(snapToSample(lanes, 2.00041, 0.1)).toBeCloseTo(2, 12);
});
