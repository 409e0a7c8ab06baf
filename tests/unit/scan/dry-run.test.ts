import { expect, test } from 'vitest';
import { dryRun } from '../../../src/scan/dry-run.ts';
import { planScan } from '../../../src/scan/plan.ts';
import { Scan } from '../../../src/scan/scan.ts';
import { SimulatedAxis, SimulatedCounter } from '../../../src/scan/simulated.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test.each([
  'ascan th 0 1 10 0.1',
  'dscan th -1 1 7 0.25',
  'amesh th 0 1 3 ty 0 5 4 0.1 backnforth=True',
  'd2scan th 1 -1 ty 0 3 5 0.1',
  'loopscan 5 0.5 sleep_time=2',
  'pointscan th 3,1,4,1,5 0.1',
])('the simulator takes as long as planned, within 10 %%: %s', async (text) => {
  const clock = new ManualClock();
  const options = { tolerance: 1e-3, position: 0.5, settlingS: 0.05, backlash: 0.1 };
  const axes = new Map([
    ['th', new SimulatedAxis(clock, { name: 'th', speedPerS: 2, ...options })],
    ['ty', new SimulatedAxis(clock, { name: 'ty', speedPerS: 0.7, ...options })],
  ]);
  const plan = planScan(text, axes);
  const { durationS } = dryRun(plan, 1);
  const counters = [new SimulatedCounter(clock, 'sim:diode', axes.get('th')!)];
  await clock.settle(new Scan(plan, { clock, axes, counters }).run(), 3_600_000);
  expect(Math.abs(clock.nowMs() / 1000 / durationS - 1)).toBeLessThan(0.1);
});

test('dead times of earlier points count for every point', () => {
  const plan = planScan('loopscan 10 0.5', new Map());
  expect(dryRun(plan, 1, 0.2).durationS).toBeCloseTo(7, 9);
});

test('a scan without end takes for ever, with waits and without', () => {
  for (const text of ['timescan 1', 'timescan 1 sleep_time=2', 'timescan 0 sleep_time=2']) {
    expect(dryRun(planScan(text, new Map()), 1)).toEqual({
      durationS: Number.POSITIVE_INFINITY,
      bytes: Number.POSITIVE_INFINITY,
    });
  }
});
