// The session of an instrument on a simulated bus: what the page is told, and what happens when the cable is pulled.

import { expect, test } from 'vitest';
import { ReadingAccumulator } from '../../../src/core/reading-accumulator.ts';
import { js110SimulatorParameters } from '../../../src/devices/joulescope/js110/sim/parameters.ts';
import type { InstrumentStatus } from '../../../src/model/instrument.ts';
import { InstrumentSession } from '../../../src/workers/device/session.ts';
import { createBench, createBus } from '../../support/js110.ts';

function createSession(seconds: number, profileId = 'test-dc') {
  const bench = createBench(seconds);
  const bus = createBus(bench.clock, profileId);
  const statuses: { atMs: number; status: InstrumentStatus }[] = [];
  const session = new InstrumentSession({
    clock: bench.clock,
    bus,
    isWanted: () => true,
    createDriver: (device) => bench.driver(device),
    reading: new ReadingAccumulator(bench.ring, {
      blockSamples: 200_000,
      signalIndices: { current: 0, voltage: 1, power: 2 },
    }),
    extras: js110SimulatorParameters(bus),
    onStatus: (status) => statuses.push({ atMs: bench.clock.nowMs(), status }),
  });
  return { bench, bus, session, statuses };
}

test('opens, streams, reads and stops', async () => {
  const { bench, session, statuses } = createSession(3);
  await bench.clock.settle(session.open());
  expect(session.status).toMatchObject({ state: 'idle', identity: { model: 'JS110', serialNumber: '000001' } });
  await bench.clock.settle(session.start());
  await bench.clock.advance(2000);
  const { status } = statuses.at(-1)!;
  expect(status.state).toBe('streaming');
  expect(status.health.receivedSampleCount).toBeGreaterThan(3_500_000);
  expect(status.reading?.currentA).toBeCloseTo(10e-3, 6);
  expect(status.reading?.voltageV).toBeCloseTo(4.999, 3);
  // Zero-based: two windows of half a second or more after the first one seen.
  expect(status.reading?.chargeC).toBeCloseTo(10e-3 * status.reading!.accumulatedS, 7);
  expect(status.reading?.accumulatedS).toBeGreaterThanOrEqual(1);
  session.resetAccumulators();
  expect(session.status.reading).toMatchObject({ chargeC: 0, energyJ: 0, accumulatedS: 0 });
  await bench.clock.settle(session.stop());
  expect(session.status.state).toBe('idle');
  await bench.clock.settle(session.close(), 2000);
  expect(session.status.state).toBe('closed');
});

test('status comes at most ten times a second', async () => {
  const { bench, session, statuses } = createSession(2);
  await bench.clock.settle(session.open());
  await bench.clock.settle(session.start());
  await bench.clock.advance(1500);
  expect(statuses.length).toBeGreaterThan(10);
  for (let k = 1; k < statuses.length; k++) {
    expect(statuses[k]!.atMs - statuses[k - 1]!.atMs).toBeGreaterThanOrEqual(100 - 1e-9);
  }
  await bench.clock.settle(session.close());
});

test('a pulled cable: lost, then found again, streaming with the gap marked and the settings as before', async () => {
  const { bench, bus, session } = createSession(6);
  await bench.clock.settle(session.open());
  await bench.clock.settle(session.set('voltage.range', '5V'));
  await bench.clock.settle(session.start());
  await bench.clock.advance(1000);
  await bench.clock.settle(session.set('sim.unplug', true));
  await bench.clock.advance(500);
  expect(session.status.state).toBe('lost');
  expect(session.status.problem).toContain('Plug it in again');
  const endSample = bench.ring.endSample;
  await bench.clock.advance(500);
  expect(bench.ring.endSample).toBe(endSample);
  await bench.clock.advance(2000);
  expect(session.status.state).toBe('streaming');
  expect(session.status.problem).toBeUndefined();
  expect(session.status.values['voltage.range']).toBe('5V');
  // The power cycle had put the instrument itself back to 15 V.
  expect(bus.model.controlIn(3, 0, 0, 16)![11]).toBe(2);
  const { health } = session.status;
  expect(health.gapCount).toBe(1);
  expect(health.missingSampleCount).toBeGreaterThan(2 * 1.9e6);
  expect(session.status.reading!.chargeC).toBeGreaterThan(0);
  await bench.clock.settle(session.close(), 2000);
});

test('a cable that stays out: the session waits, and closes at once', async () => {
  const { bench, bus, session } = createSession(2);
  await bench.clock.settle(session.open());
  await bench.clock.settle(session.start());
  bus.unplug();
  await bench.clock.advance(5000);
  expect(session.status.state).toBe('lost');
  await expect(session.set('gpo.0', true)).rejects.toMatchObject({ code: 'device/lost' });
  await bench.clock.settle(session.close(), 2000);
});

test('replugged while idle: idle again, no samples invented', async () => {
  const { bench, bus, session } = createSession(1);
  await bench.clock.settle(session.open());
  bus.unplug(700);
  await bench.clock.advance(4000);
  expect(session.status.state).toBe('idle');
  expect(bench.ring.endSample).toBe(0);
  await bench.clock.settle(session.close(), 2000);
});

test.each(['sim.garbage', 'sim.stall', 'sim.burst'])('%s: the stream goes on', async (fault) => {
  const { bench, session } = createSession(2);
  await bench.clock.settle(session.open());
  await bench.clock.settle(session.start());
  await bench.clock.settle(session.set(fault, true));
  await bench.clock.advance(1000);
  expect(session.status.state).toBe('streaming');
  expect(bench.ring.endSample).toBeGreaterThan(1_900_000);
  await bench.clock.settle(session.close(), 2000);
});

test('an instrument that is not there', async () => {
  const { bench, bus, session } = createSession(0.1);
  bus.unplug();
  await bench.clock.advance(500);
  await expect(bench.clock.settle(session.open())).rejects.toMatchObject({ code: 'device/lost' });
  expect(session.status.state).toBe('failed');
  await bench.clock.settle(session.close(), 2000);
});
