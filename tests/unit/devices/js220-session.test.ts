// A JS220 as the page has it: the session of one on a simulated bus, with a ring per signal.

import { expect, test } from 'vitest';
import { utcToUnixMs } from '../../../src/base/time.ts';
import { type StreamRing, utcOfSample } from '../../../src/core/stream-ring.ts';
import { js220Module } from '../../../src/devices/joulescope/js220/instrument.ts';
import type { SimulatedJs220BusOptions } from '../../../src/devices/joulescope/js220/sim/bus.ts';
import { placeOnBus } from '../../../src/transports/unit-place.ts';
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
    place: placeOnBus(bus),
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

/** Seconds in a ring since the stream began. */
const secondsOf = (ring: {
  readonly endSample: number;
  readonly signals: readonly { readonly sampleRateHz: number }[];
}) => ring.endSample / ring.signals[0]!.sampleRateHz;

test.each([
  ['which begins anew', 0],
  ['far ahead, beyond the wrap of its low 32 bits', 2 ** 32 - 1_000_000],
])('a pulled cable is filled over by the clock; the counter, %s, keeps its time', async (_what, firstSampleId) => {
  const { clock, ringOf, bus, session } = createSession(20, 'test-dc', { model: { firstSampleId } });
  await clock.settle(session.open());
  await clock.settle(session.set('stream.gpi[1]', true));
  await clock.settle(session.start());
  await clock.advance(1500);
  bus.unplug(4000);
  await clock.advance(1000);
  expect(session.status.state).toBe('lost');
  const away = secondsOf(ringOf('current'));
  await clock.advance(6000);
  expect(session.status.state).toBe('streaming');
  for (const id of ['current', 'voltage', 'power', 'current_range', 'gpi[1]']) {
    const ring = ringOf(id);
    const rateHz = ring.signals[0]!.sampleRateHz;
    expect(ring.startSample / rateHz).toBeLessThan(0.1);
    // From the first sample on, all of the 8.5 s but what the start took and what is under way.
    expect(secondsOf(ring)).toBeGreaterThan(8.3);
    expect(secondsOf(ring)).toBeLessThan(8.5);
    const lateMs = clock.unixMs() - unixMsOf(ring);
    expect(lateMs).toBeGreaterThan(-5);
    expect(lateMs).toBeLessThan(40);
  }
  const current = ringOf('current');
  expect(current.health.gapCount).toBe(1);
  expect(current.health.missingSampleCount / 1e6).toBeGreaterThan(4);
  expect(current.statistics(0, current.startSample, current.endSample).count).toBe(
    current.endSample - current.startSample - current.health.missingSampleCount,
  );
  expect(current.statistics(0, Math.round((away + 0.1) * 1e6), Math.round((away + 3.8) * 1e6)).count).toBe(0);
  await clock.settle(session.close(), 2000);
});

test('the clocks of the rings hold all through an interruption', async () => {
  const { clock, ringOf, bus, session } = createSession(20);
  await clock.settle(session.open());
  await clock.settle(session.start());
  await clock.advance(1500);
  const ring = ringOf('current');
  const startMs = utcToUnixMs(utcOfSample(ring.clock!, 0));
  bus.unplug(2000);
  for (let step = 0; step < 500; step++) {
    await clock.advance(10);
    expect(Math.abs(utcToUnixMs(utcOfSample(ring.clock!, 0)) - startMs)).toBeLessThan(20);
  }
  expect(session.status.state).toBe('streaming');
  await clock.settle(session.close(), 2000);
});

function unixMsOf(ring: StreamRing): number {
  return utcToUnixMs(utcOfSample(ring.clock!, ring.endSample));
}

test('a signal that is switched on later has its time, without a value before it', async () => {
  const { clock, ringOf, session } = createSession(5);
  await clock.settle(session.open());
  await clock.settle(session.start());
  await clock.advance(1000);
  expect(ringOf('gpi[1]').endSample).toBe(0);
  await clock.settle(session.set('stream.gpi[1]', true));
  await clock.settle(session.set('stream.voltage', false));
  await clock.advance(500);
  const [input, voltage] = [ringOf('gpi[1]'), ringOf('voltage')];
  expect(input.startSample / 2e6).toBeGreaterThan(0.9);
  expect(Math.abs(secondsOf(input) - secondsOf(ringOf('current')))).toBeLessThan(0.01);
  const stoppedAt = voltage.endSample;
  expect(stoppedAt / 1e6).toBeLessThan(1.1);
  await clock.settle(session.set('stream.voltage', true));
  await clock.advance(500);
  expect(Math.abs(secondsOf(voltage) - secondsOf(ringOf('current')))).toBeLessThan(0.01);
  expect(voltage.statistics(0, stoppedAt, stoppedAt + 400_000).count).toBe(0);
  // Switched off is not lost.
  expect(session.status.health).toMatchObject({ missingSampleCount: 0, gapCount: 0 });
  await clock.settle(session.close(), 2000);
});

test('another rate is another set of rings; the totals go on', async () => {
  const { clock, ringOf, session, instrument } = createSession(3);
  await clock.settle(session.open());
  await clock.settle(session.start());
  await clock.advance(2500);
  const before = instrument.channelSet;
  const old = ringOf('current');
  const { charge } = shown(session.status);
  await clock.settle(session.set('sampling.rate', '10000'));
  expect(instrument.channelSet).not.toBe(before);
  expect(old.state).toBe('ended');
  await clock.advance(2500);
  const ring = ringOf('current');
  expect(ring.signals[0]!.sampleRateHz).toBe(10_000);
  expect(secondsOf(ring)).toBeGreaterThan(2.3);
  expect(ringOf('current_range').signals[0]!.sampleRateHz).toBe(2_000_000);
  // The circuit carries 10 mA all the time; the statistics were switched off and on for a moment.
  expect(shown(session.status)['charge']! - charge!).toBeGreaterThan(0.02);
  expect(shown(session.status)['charge']).toBeCloseTo(10e-3 * session.status.reading!.accumulatedS!, 4);
  expect(session.status.values['sampling.rate']).toBe('10000');
  await clock.settle(session.close(), 2000);
});

test('every setting shows what the instrument has', async () => {
  const { clock, session, bus } = createSession(1, 'test-dc', {
    model: { values: { 's/i/range/mode': 0, 's/v/range/mode': 1, 's/stats/scnt': 100_000, 's/i/range/max': 3 } },
  });
  await clock.settle(session.open());
  expect(session.status.values).toMatchObject({
    'current.mode': 'off',
    'voltage.mode': 'manual',
    'statistics.rate': 10,
    'current.smallest': '1.8mA',
    'fuse.0.enabled': false,
    'gpo.0': false,
  });
  await clock.settle(session.set('current.mode', 'auto'));
  expect(bus.model.topics.get('s/i/range/mode')).toBe(2);
  // The instrument moves a value into its limits: 1000 samples at least are a block.
  await clock.settle(session.set('statistics.rate', 0.1));
  expect(session.status.values['statistics.rate']).toBe(0.1);
  await clock.settle(session.set('gpo.2', true));
  await clock.settle(session.set('trigger.output', true));
  await clock.settle(session.set('gpo.2', false));
  expect(session.status.values).toMatchObject({ 'current.mode': 'auto', 'gpo.2': false, 'trigger.output': true });
  await clock.settle(session.close(), 2000);
});

test('a value that the instrument refuses or changes jumps to what it has', async () => {
  const { clock, session, bus } = createSession(1);
  await clock.settle(session.open());
  bus.model.topics.set('s/i/range/select', 132);
  const { publish } = bus.model;
  bus.model.publish = () => 5;
  const refused = session.set('current.range', '18uA');
  refused.catch(() => undefined);
  await expect(clock.settle(refused)).rejects.toMatchObject({ code: 'device/protocol' });
  expect(session.status.values['current.range']).toBe('18mA');
  bus.model.publish = publish;
  bus.model.topics.check = () => ({ code: 0, number: 136 });
  await clock.settle(session.set('current.range', '10A'));
  expect(session.status.values['current.range']).toBe('1.8mA');
  await clock.settle(session.close(), 2000);
});

test('a fuse opens the circuit, says so, and is closed again', async () => {
  const { clock, session, bus } = createSession(1);
  await clock.settle(session.open());
  await clock.settle(session.set('fuse.1.threshold', 0.005));
  await clock.settle(session.set('fuse.1.duration', 0.05));
  // K = -ln((T2² - T1²)/T2²)/d in 8q10 and F = 1/(61·√(T1²/K)) in 4q14, for T2 = 2·T1.
  const k = -Math.log(3 / 4) / 0.05;
  expect(bus.model.topics.get('s/fuse/1/K')).toBe(Math.round(k * 1024));
  // The threshold is read back from whole registers before the time is set.
  const f = (Math.sqrt(k) / (61 * 0.005)) * 16_384;
  expect(Math.abs(bus.model.topics.get('s/fuse/1/F') / f - 1)).toBeLessThan(1e-4);
  expect(session.status.values).toMatchObject({ 'fuse.1.threshold': 0.005, 'fuse.1.enabled': false });
  expect(session.status.values['fuse.1.duration']).toBeCloseTo(0.05, 4);
  await clock.settle(session.set('fuse.1.enabled', true));
  await clock.settle(session.start());
  // 10 mA are twice the threshold.
  await clock.advance(200);
  expect(session.status.values['fuse.1.engaged']).toBe(true);
  expect(session.status.values['fuse.0.engaged']).toBe(false);
  await clock.settle(session.set('fuse.1.enabled', false));
  await clock.settle(session.set('fuse.close', true));
  expect(session.status.values['fuse.1.engaged']).toBe(false);
  await clock.settle(session.close(), 2000);
});

test('an action is done once: a fuse that opened after a replug stays open', async () => {
  const { clock, session, bus } = createSession(1);
  await clock.settle(session.open());
  await clock.settle(session.set('fuse.close', true));
  bus.unplug(500);
  await clock.advance(100);
  const published: string[] = [];
  const { publish } = bus.model;
  bus.model.publish = (...args) => {
    published.push(args[0]);
    return publish.apply(bus.model, args);
  };
  await clock.advance(4000);
  expect(session.status.state).toBe('idle');
  expect(published).not.toContain('s/fuse/+/!clear');
  await clock.settle(session.close(), 2000);
});

test('firmware 1.1 sends no time map: its statistics place the samples', async () => {
  const { clock, ringOf, session } = createSession(4, 'test-dc', {
    model: { versions: { firmware: 0x0101_0000, hardware: 0x0100_0000, fpga: 0x0101_0000 } },
  });
  await clock.settle(session.open());
  await clock.settle(session.start());
  await clock.advance(3000);
  const ring = ringOf('current');
  expect(secondsOf(ring)).toBeGreaterThan(2.3);
  expect(Math.abs(clock.unixMs() - unixMsOf(ring))).toBeLessThan(50);
  expect(shown(session.status)['current']).toBeCloseTo(10e-3, 5);
  expect(shown(session.status)['charge']).toBeGreaterThan(0.01);
  await clock.settle(session.close(), 2000);
});
