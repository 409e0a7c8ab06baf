// Lanes that say where others are at a limit: not in sight by themselves, joined to what they speak of.

import { expect, test } from 'vitest';
import { TIME_AXIS } from '../../../../src/model/axis.ts';
import type { SteadySignal } from '../../../../src/model/signal-store.ts';
import { buildLanes, isLaneWanted, lanesOnScreen } from '../../../../src/ui/views/waveform/lanes.ts';
import { markersAsText } from '../../../../src/ui/views/waveform/marker-text.ts';
import { Measurer } from '../../../../src/ui/views/waveform/measure.ts';
import { isAtLimit } from '../../../../src/ui/views/waveform/scene-limits.ts';
import { PeriodicStore } from '../../../support/periodic-store.ts';

const RATE_HZ = 1000;
const analog = (name: string, unit: string) => ({
  name,
  unit,
  sampleRateHz: RATE_HZ,
  steps: [{ lengthSamples: 1, value: 2 }],
});
/** 1 in the last `saturated` of every 100 samples. */
const companion = (name: string, saturated: number) => ({
  name: `${name}_saturated`,
  unit: '',
  sampleRateHz: RATE_HZ,
  steps: [
    { lengthSamples: 100 - saturated, value: 0 },
    { lengthSamples: saturated, value: 1 },
  ],
});

function clipped() {
  const store = new PeriodicStore(
    [
      analog('current', 'A'),
      analog('voltage', 'V'),
      analog('power', 'W'),
      companion('current', 30),
      companion('voltage', 0),
    ],
    10_000,
  );
  return buildLanes([{ store, label: 'here', shiftS: 0 }], () => undefined);
}

test('they are not on screen unless asked for, and belong to what they speak of', () => {
  const lanes = clipped();
  expect(lanesOnScreen(lanes, {}).map(({ id }) => id)).toEqual(['current', 'voltage', 'power']);
  expect(lanesOnScreen(lanes, { current_saturated: { isHidden: false } }).map(({ name }) => name)).toContain(
    'Current at its limit',
  );
  const limitsOf = (id: string) =>
    lanes.find((lane) => lane.id === id)!.traces[0]!.limits.map(({ signal }) => signal.name);
  expect(limitsOf('current')).toEqual(['current_saturated']);
  expect(limitsOf('power')).toEqual(['current_saturated', 'voltage_saturated']);
  expect(limitsOf('current_saturated')).toEqual([]);
  expect(lanes.filter((lane) => !isLaneWanted(lane, {})).map(({ isCompanion }) => isCompanion)).toEqual([true, true]);
});

test('a pair of markers has their share, and a copy of it, too', async () => {
  const lanes = clipped();
  const marker = { id: 1, name: '1', axis: 'time', first: 1.05, second: 1.2 } as const;
  const measured = await new Promise<ReturnType<Measurer['measure']>>((resolve) => {
    const measurer: Measurer = new Measurer(() => {
      const now = measurer.measure([marker], lanes, {});
      if (now.get(1)!.every(({ statistics }) => statistics)) resolve(now);
    });
    measurer.measure([marker], lanes, {});
  });
  const shares = measured.get(1)!.map(({ lane, saturated }) => [lane.id, saturated]);
  // samples 1050 to 1199: 30 of the first 50, 30 of the other 100
  expect(shares).toEqual([
    ['current', 0.4],
    ['voltage', 0],
    ['power', 0.4],
  ]);
  const text = markersAsText([{ marker, unit: 's', axis: TIME_AXIS, measurements: measured.get(1)! }]);
  const rows = text.split('\n').map((line) => line.split('\t'));
  const head = rows.find(([first]) => first === 'signal')!;
  expect(head.at(-1)).toBe('saturated');
  expect(rows.find(([first]) => first === 'Current')!.at(-1)).toBe('0.4');
});

test('the pointer tells of a sample that is at a limit', async () => {
  const [current] = clipped();
  const trace = current!.traces[0]!;
  const [limit] = trace.limits;
  const window = { time: { startS: 1, endS: 1.2 }, columnCount: 1000, margin: 0, shiftS: 0 };
  limit!.detail.want(limit!.signal as SteadySignal, window);
  await expect.poll(() => limit!.detail.picture).toBeDefined();
  expect([1.05, 1.069, 1.07, 1.099, 1.1].map((timeS) => isAtLimit(trace, timeS))).toEqual([
    false,
    false,
    true,
    true,
    false,
  ]);
});
