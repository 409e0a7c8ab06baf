// The session of an instrument on a simulated bus: what the page is told, and what happens when the cable is pulled.

import { expect, test } from 'vitest';
import { js110Module } from '../../../src/devices/joulescope/js110/instrument.ts';
import { js110SimulatorParameters } from '../../../src/devices/joulescope/js110/sim/parameters.ts';
import { placeOnBus } from '../../../src/transports/unit-place.ts';
import { InstrumentSession, type SessionStatus } from '../../../src/workers/device/session.ts';
import { createInstrument } from '../../support/instrument.ts';
import { createBus } from '../../support/js110.ts';
import { ManualClock } from '../../support/manual-clock.ts';

function createSession(seconds: number, profileId = 'test-dc') {
  const clock = new ManualClock();
  const bus = createBus(clock, profileId);
  const statuses: { atMs: number; status: SessionStatus }[] = [];
  const { instrument, rings } = createInstrument(js110Module, clock, seconds);
  const session = new InstrumentSession({
    clock,
    place: placeOnBus(bus),
    instrument,
    extras: js110SimulatorParameters(bus),
    onStatus: (status) => statuses.push({ atMs: clock.nowMs(), status }),
  });
  return { clock, ring: rings()[0]!, bus, session, statuses };
}

/** What the instrument shows, by name. */
function shown({ reading }: SessionStatus): Record<string, number> {
  return Object.fromEntries((reading?.values ?? []).map(({ id, value }) => [id, value]));
}

test('opens, streams, reads and stops', async () => {
  const { clock, session, statuses } = createSession(3);
  await clock.settle(session.open());
  expect(session.status).toMatchObject({ state: 'idle', identity: { model: 'JS110', serialNumber: '000001' } });
  await clock.settle(session.start());
  await clock.advance(2000);
  const { status } = statuses.at(-1)!;
  expect(status.state).toBe('streaming');
  expect(status.health.receivedSampleCount).toBeGreaterThan(3_500_000);
  expect(shown(status)['current']).toBeCloseTo(10e-3, 6);
  expect(shown(status)['voltage']).toBeCloseTo(4.999, 3);
  // Zero-based: two windows of half a second or more after the first one seen.
  expect(shown(status)['charge']).toBeCloseTo(10e-3 * status.reading!.accumulatedS!, 7);
  expect(status.reading?.accumulatedS).toBeGreaterThanOrEqual(1);
  session.resetTotals();
  expect(shown(session.status)).toMatchObject({ charge: 0, energy: 0 });
  expect(session.status.reading?.accumulatedS).toBe(0);
  await clock.settle(session.stop());
  expect(session.status.state).toBe('idle');
  await clock.settle(session.close(), 2000);
  expect(session.status.state).toBe('closed');
});

test('status comes at most ten times a second', async () => {
  const { clock, session, statuses } = createSession(2);
  await clock.settle(session.open());
  await clock.settle(session.start());
  await clock.advance(1500);
  expect(statuses.length).toBeGreaterThan(10);
  for (let k = 1; k < statuses.length; k++) {
    expect(statuses[k]!.atMs - statuses[k - 1]!.atMs).toBeGreaterThanOrEqual(100 - 1e-9);
  }
  await clock.settle(session.close());
});

test('a pulled cable: lost, then found again, streaming with the gap marked and the settings as before', async () => {
  const { clock, ring, bus, session } = createSession(6);
  await clock.settle(session.open());
  await clock.settle(session.set('voltage.range', '5V'));
  await clock.settle(session.start());
  await clock.advance(1000);
  await clock.settle(session.set('sim.unplug', true));
  await clock.advance(500);
  expect(session.status.state).toBe('lost');
  expect(session.status.problem).toContain('Plug it in again');
  const endSample = ring.endSample;
  await clock.advance(500);
  expect(ring.endSample).toBe(endSample);
  await clock.advance(2000);
  expect(session.status.state).toBe('streaming');
  expect(session.status.problem).toBeUndefined();
  expect(session.status.values['voltage.range']).toBe('5V');
  // The power cycle had put the instrument itself back to 15 V.
  expect(bus.model.controlIn(3, 0, 0, 16)![11]).toBe(2);
  const { health } = session.status;
  expect(health.gapCount).toBe(1);
  expect(health.missingSampleCount).toBeGreaterThan(2 * 1.9e6);
  expect(shown(session.status)['charge']).toBeGreaterThan(0);
  await clock.settle(session.close(), 2000);
});

test('a cable that stays out: the session waits, and closes at once', async () => {
  const { clock, bus, session } = createSession(2);
  await clock.settle(session.open());
  await clock.settle(session.start());
  bus.unplug();
  await clock.advance(5000);
  expect(session.status.state).toBe('lost');
  await expect(session.set('gpo.0', true)).rejects.toMatchObject({ code: 'device/lost' });
  await clock.settle(session.close(), 2000);
});

test('replugged while idle: idle again, no samples invented', async () => {
  const { clock, ring, bus, session } = createSession(1);
  await clock.settle(session.open());
  bus.unplug(700);
  await clock.advance(4000);
  expect(session.status.state).toBe('idle');
  expect(ring.endSample).toBe(0);
  await clock.settle(session.close(), 2000);
});

test.each(['sim.garbage', 'sim.stall', 'sim.burst'])('%s: the stream goes on', async (fault) => {
  const { clock, ring, session } = createSession(2);
  await clock.settle(session.open());
  await clock.settle(session.start());
  await clock.settle(session.set(fault, true));
  await clock.advance(1000);
  expect(session.status.state).toBe('streaming');
  expect(ring.endSample).toBeGreaterThan(1_900_000);
  await clock.settle(session.close(), 2000);
});

test('an instrument that is not there', async () => {
  const { clock, bus, session } = createSession(0.1);
  bus.unplug();
  await clock.advance(500);
  await expect(clock.settle(session.open())).rejects.toMatchObject({ code: 'device/lost' });
  expect(session.status.state).toBe('failed');
  await expect(session.start()).rejects.toThrow(/Open it again/);
  await clock.settle(session.close(), 2000);
});
