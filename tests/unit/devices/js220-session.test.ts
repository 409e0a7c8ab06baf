// A JS220 as the page has it: the session of one on a simulated bus, with a ring per signal.

import { expect, test } from 'vitest';
import { js220Module } from '../../../src/devices/joulescope/js220/instrument.ts';
import type { SimulatedJs220BusOptions } from '../../../src/devices/joulescope/js220/sim/bus.ts';
import { InstrumentSession, type SessionStatus } from '../../../src/workers/device/session.ts';
import { createInstrument } from '../../support/instrument.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { createSimulatedJs220 } from '../../support/simulated-js220.ts';

function createSession(historyS: number, profileId = 'test-dc', options: Partial<SimulatedJs220BusOptions> = {}) {
  const clock = new ManualClock();
  const bus = createSimulatedJs220(clock, profileId, options);
  const statuses: SessionStatus[] = [];
  const { instrument, rings } = createInstrument(js220Module, clock, historyS);
  const session = new InstrumentSession({
    clock,
    bus,
    isWanted: () => true,
    instrument,
    onStatus: (status) => statuses.push(status),
  });
  const ringOf = (id: string) => rings().find(({ signals }) => signals[0]!.id === id)!;
  return { clock, ringOf, bus, session, statuses, instrument };
}

/** What the instrument shows, by name. */
function shown({ reading }: SessionStatus): Record<string, number> {
  return Object.fromEntries((reading?.values ?? []).map(({ id, value }) => [id, value]));
}

test('opens, streams every signal at its own rate, reads and stops', async () => {
  const { clock, ringOf, session } = createSession(3);
  await clock.settle(session.open());
  expect(session.status).toMatchObject({ state: 'idle', identity: { model: 'JS220' } });
  await clock.settle(session.set('stream.gpi[0]', true));
  await clock.settle(session.start());
  await clock.advance(2000);
  expect(session.status.state).toBe('streaming');
  expect(shown(session.status)['current']).toBeCloseTo(10e-3, 5);
  const ends = ['current', 'voltage', 'power', 'current_range', 'gpi[0]'].map((id) => {
    const ring = ringOf(id);
    return ring.endSample / ring.signals[0]!.sampleRateHz;
  });
  for (const end of ends) expect(end).toBeGreaterThan(1.9);
  expect(Math.max(...ends) - Math.min(...ends)).toBeLessThan(0.01);
  expect(ringOf('gpi[1]').endSample).toBe(0);
  expect(session.status.health).toMatchObject({
    missingSampleCount: 0,
    gapCount: 0,
    badPacketCount: 0,
    deviceDropCount: 0,
  });
  await clock.settle(session.stop());
  expect(session.status.state).toBe('idle');
  await clock.settle(session.close(), 2000);
  expect(ringOf('current').state).toBe('ended');
});
