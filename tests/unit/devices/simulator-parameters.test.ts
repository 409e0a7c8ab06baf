// The settings panel's buttons of a simulated JS220: each does what it says.

import { expect, test } from 'vitest';
import { js220SimulatorParameters } from '../../../src/devices/joulescope/js220/sim/parameters.ts';
import { createJs220Bench } from '../../support/js220.ts';
import { createSimulatedJs220 } from '../../support/simulated-js220.ts';

async function start() {
  const bench = createJs220Bench();
  const bus = createSimulatedJs220(bench.clock, 'test-dc');
  const driver = bench.driver(bus.device, { streamTopics: ['s/i/ctrl', 's/v/ctrl'] });
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.start('new'));
  await bench.clock.advance(200);
  return {
    clock: bench.clock,
    bus,
    driver,
    counters: () => bench.processor.counters,
    panel: js220SimulatorParameters(bus),
  };
}

test.each([
  ['sim.burst', { missingSampleCount: 1587 * 126, badPacketCount: 0 }],
  ['sim.garbage', { missingSampleCount: 126, badPacketCount: 1 }],
  ['sim.overlap', { missingSampleCount: 0, badPacketCount: 0 }],
] as const)('%s', async (id, health) => {
  const { clock, driver, panel } = await start();
  panel.set(id, true);
  await clock.advance(400);
  expect(driver.health).toMatchObject(health);
});

test('an overlap repeats samples', async () => {
  const { clock, counters, panel } = await start();
  panel.set('sim.overlap', true);
  await clock.advance(100);
  expect(counters().repeatedSampleCount).toBe(126);
});

test('a stall is cleared by the driver', async () => {
  const { clock, driver, panel } = await start();
  panel.set('sim.stall', true);
  await clock.advance(500);
  expect(driver.health.receivedSampleCount).toBeGreaterThan(1_200_000);
});

test('the cable is pulled and comes back', async () => {
  const { clock, bus, panel } = await start();
  const events: string[] = [];
  bus.addEventListener('disconnect', () => events.push('disconnect'));
  bus.addEventListener('connect', () => events.push('connect'));
  panel.set('sim.unplug', true);
  await clock.advance(2500);
  expect(events).toEqual(['disconnect', 'connect']);
});

test('the share of lost frames is set, and the true mean current is shown', async () => {
  const { clock, driver, panel } = await start();
  panel.set('sim.loss', 5);
  await clock.advance(500);
  expect(driver.health.missingSampleCount).toBeGreaterThan(20_000);
  expect(panel.values()).toMatchObject({ 'sim.loss': 5 });
  expect(panel.values()['sim.mean-current']).toBeCloseTo(10e-3, 9);
  expect(() => panel.set('sim.mean-current', 1)).toThrow('no setting');
  expect(() => panel.set('sim.loss', 101)).toThrow('cannot be set');
});
