// Sequences of simulated supplies and generators at the end of their links, through the session of a device worker.

import { describe, expect, test } from 'vitest';
import { benchModule } from '../../../../src/devices/bench/module.ts';
import { makeBench } from '../../../../src/devices/sim/scpi/bench.ts';
import { StreamInstrument } from '../../../../src/devices/sim/scpi/stream-instrument.ts';
import type { Talker } from '../../../../src/devices/sim/scpi/talker.ts';
import type { ParameterValue } from '../../../../src/model/parameter.ts';
import type { Sequence } from '../../../../src/model/sequence.ts';
import { StreamMessageLink } from '../../../../src/transports/stream-message-link.ts';
import type { UnitPlace } from '../../../../src/transports/unit-place.ts';
import { InstrumentSession } from '../../../../src/workers/device/session.ts';
import { createInstrument } from '../../../support/instrument.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

/** Keeps the lines that set something; a link that is made again begins with a common command of its own. */
function overheard(talker: Talker, commands: string[]): Talker {
  return new Proxy(talker, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== 'function') return member;
      return (message: Uint8Array) => {
        const text = new TextDecoder().decode(message);
        if (key === 'tell' && !/[?*]/.test(text)) commands.push(text);
        return Reflect.apply(member, target, [message]);
      };
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
}

async function open(name: string) {
  const clock = new ManualClock();
  const { talkers, probePoint } = makeBench({ clock, seed: 1 });
  const commands: string[] = [];
  const stream = new StreamInstrument({ clock, talker: overheard(talkers[name]!, commands) });
  const place: UnitPlace = {
    find: async () => ({
      kind: 'messages',
      open: async () => StreamMessageLink.open(await stream.connect(), { clock }),
    }),
    discard: () => undefined,
    onBack: () => () => undefined,
  };
  const { instrument } = createInstrument(benchModule, clock, 0);
  const session = new InstrumentSession({ clock, place, instrument, onStatus: () => undefined });
  await clock.settle(session.open());
  commands.length = 0;
  return {
    clock,
    stream,
    session,
    instrument,
    commands,
    voltageV: () => probePoint.voltageV(0),
    set: (id: string, value: ParameterValue) => clock.settle(session.set(id, value)),
    start: (steps: Sequence['steps'], roundCount: number | undefined = 1) =>
      clock.settle(session.startSequence({ columns: [], steps, roundCount })),
    end: () => session.status.sequence?.end,
  };
}

const step = (durationS: number, values: Readonly<Record<string, ParameterValue>>) => ({ durationS, values });
const STAIRS = [
  step(1, { 'CH1.voltage': 1, 'CH1.current': 0.5, 'CH1.output': true }),
  step(1, { 'CH1.voltage': 2 }),
  step(1, { 'CH1.voltage': 3 }),
  step(1, { 'CH1.output': false }),
];

test('supplies and generators have set-points, meters have none', async () => {
  const capable = async (name: string) => (await open(name)).instrument.capabilities.includes('sequence');
  expect(await capable('supply-keysight')).toBe(true);
  expect(await capable('generator-rigol')).toBe(true);
  expect(await capable('meter-keysight')).toBe(false);
  expect(await capable('scope-rigol')).toBe(false);
  const meter = await open('meter-keysight');
  await expect(meter.start([step(1, { 'input.function': 'CURR' })])).rejects.toMatchObject({ code: 'setup/invalid' });
});

test('the output follows the steps, and the settings show what is set', async () => {
  const { clock, session, start, voltageV, end } = await open('supply-rigol');
  await start(STAIRS, 2);
  for (const round of [0, 1]) {
    for (const [stepIndex, volts] of [1, 2, 3, 0].entries()) {
      await clock.advance(500);
      expect(voltageV()).toBeCloseTo(volts, 3);
      expect(session.status.sequence).toMatchObject({ stepIndex, roundIndex: round, end: undefined });
      await clock.advance(500);
    }
  }
  expect(end()).toMatchObject({ kind: 'finished' });
  expect(session.status.values).toMatchObject({ 'CH1.voltage': 3, 'CH1.current': 0.5, 'CH1.output': false });
});

describe('nothing is sent of a sequence', () => {
  test.each([
    ['beyond what the instrument can do', step(1, { 'CH3.voltage': 5.1 }), 'Step 2: Voltage of CH3'],
    ['beyond the limits that were drawn', step(1, { 'CH1.voltage': 5.001 }), 'the limits that were drawn for it'],
    ['that switches on what is beyond its limits', step(1, { 'CH2.output': true }), 'CH2 was not switched on'],
    ['of another instrument', step(1, { 'CH4.voltage': 1 }), 'no set-point "CH4.voltage"'],
    ['with a word for a number', step(1, { 'CH1.voltage': 'MAX' }), 'Voltage of CH1'],
    ['with a word for a switch', step(1, { 'CH1.output': 'yes' }), 'cannot be set to "yes"'],
    ['that sets limits', step(1, { 'CH1.voltage.most': 30 }), 'no set-point'],
    ['that is no set-point', step(1, { 'all-off': true }), 'no set-point'],
    ['that is too short', step(0.01, {}), 'it lasts 0.01 s'],
  ])('%s', async (_, bad, message) => {
    const { set, start, commands, end } = await open('supply-rigol');
    await set('CH2.voltage', 12);
    await set('CH1.voltage.most', 5);
    await set('CH2.voltage.most', 5);
    commands.length = 0;
    await expect(start([STAIRS[0]!, bad])).rejects.toMatchObject({
      code: 'setup/invalid',
      message: expect.stringContaining(message),
      context: { stepIndex: 1 },
    });
    expect([commands, end()]).toEqual([[], undefined]);
  });

  test('while another one runs, which goes on', async () => {
    const { clock, session, start, voltageV } = await open('supply-rigol');
    await start(STAIRS);
    await expect(start([step(1, { 'CH1.voltage': 9 })])).rejects.toMatchObject({ code: 'run/state' });
    await clock.advance(2500);
    expect(voltageV()).toBeCloseTo(3, 3);
    await clock.advance(2000);
    await start([step(1, { 'CH1.voltage': 2.5, 'CH1.output': true })]);
    await clock.advance(500);
    expect(voltageV()).toBeCloseTo(2.5, 3);
    await clock.settle(session.close());
  });
});

test('all outputs off ends it at once, also while a step is set, and nothing follows', async () => {
  for (const afterMs of [0, 5, 10, 20, 40, 80, 160, 990, 1005, 1020, 1500]) {
    const { clock, session, start, voltageV, commands, end } = await open('supply-rigol');
    await start(STAIRS, undefined);
    await clock.advance(afterMs);
    const off = session.set('all-off', true);
    await clock.advance(60);
    expect(voltageV(), `${afterMs} ms`).toBe(0);
    await clock.settle(off);
    expect(end()).toMatchObject({ kind: 'off' });
    commands.length = 0;
    await clock.advance(5000);
    expect([commands, voltageV()]).toEqual([[], 0]);
  }
});

test('one output is switched off by hand: that ends it, whatever was on its way', async () => {
  for (const afterMs of [0, 5, 10, 20, 40, 80, 1500]) {
    const { clock, session, start, voltageV, commands, end } = await open('supply-rigol');
    // switching on asks first whether that is within the limits
    await clock.settle(session.set('CH1.voltage.most', 5));
    await start(STAIRS, undefined);
    await clock.advance(afterMs);
    await clock.settle(session.set('CH1.output', false));
    expect([voltageV(), end()?.kind], `${afterMs} ms`).toEqual([0, 'off']);
    commands.length = 0;
    await clock.advance(5000);
    expect([commands, voltageV()]).toEqual([[], 0]);
  }
});

test('set-points and commands stay away while it runs; limits and questions do not', async () => {
  const { clock, session, start, set, commands, end, voltageV } = await open('supply-rigol');
  await start(STAIRS);
  await clock.advance(500);
  commands.length = 0;
  const refusal = { code: 'run/state', message: expect.stringContaining('a sequence runs') };
  await expect(set('CH1.voltage', 1.1)).rejects.toMatchObject(refusal);
  await expect(set('CH2.output', true)).rejects.toMatchObject(refusal);
  await expect(clock.settle(session.ask(':SOUR1:VOLT 9'))).rejects.toMatchObject(refusal);
  await expect(clock.settle(session.ask('*IDN?;:SOUR1:VOLT 9'))).rejects.toMatchObject(refusal);
  expect((await clock.settle(session.ask('*IDN?'))).answer).toContain('DP832');
  expect([commands, end()]).toEqual([[], undefined]);
  // a limit that a later step is beyond: that one is not set
  await set('CH1.voltage.most', 2.5);
  await clock.advance(3000);
  expect(end()).toMatchObject({ kind: 'refused', reason: expect.stringContaining('limits that were drawn') });
  expect([session.status.sequence?.stepIndex, voltageV()]).toEqual([2, 2]);
});

test('stopped: what is set stays', async () => {
  const { clock, session, start, voltageV, commands, end } = await open('supply-rigol');
  await start(STAIRS);
  await clock.advance(1500);
  await clock.settle(session.stopSequence());
  commands.length = 0;
  await clock.advance(5000);
  expect([end()?.kind, session.status.sequence?.stepIndex, voltageV(), commands]).toEqual(['stopped', 1, 2, []]);
});

test('a pulled cable ends it, and nothing is set when the unit is back', async () => {
  const { clock, session, stream, start, commands, end } = await open('supply-rigol');
  await start(STAIRS, undefined);
  await clock.advance(1500);
  stream.unplug();
  await clock.advance(300);
  expect(session.status.state).toBe('lost');
  expect([end()?.kind, session.status.sequence?.stepIndex]).toEqual(['lost', 1]);
  commands.length = 0;
  stream.plug();
  await clock.advance(20_000);
  expect(session.status.state).toBe('idle');
  expect(commands).toEqual([]);
  // and it is still said
  expect(session.status.sequence).toMatchObject({ stepIndex: 1, end: { kind: 'lost' } });
});

test('what the instrument refuses is said in its words, what it refused before is not', async () => {
  const { clock, session, start, end } = await open('generator-rigol');
  await clock.settle(session.set('CH1.offset', 4));
  // the peak would be 14 V, and it can give 10 V: that is between two settings, and only the instrument knows it
  await clock.settle(session.set('CH1.amplitude', 20));
  await start([step(1, { 'CH1.frequency': 5000 }), step(1, { 'CH1.amplitude': 20, 'CH1.output': true })]);
  await clock.advance(500);
  expect(end()).toBeUndefined();
  expect(session.status.values['CH1.frequency']).toBe(5000);
  await clock.advance(2000);
  expect(end()).toMatchObject({ kind: 'refused', reason: expect.stringContaining('the instrument says -222') });
  expect(session.status).toMatchObject({ sequence: { stepIndex: 1 }, values: { 'CH1.output': false } });
});

test('an output that trips is not switched on again', async () => {
  const { clock, session, start, end, voltageV } = await open('supply-rigol');
  await clock.settle(session.ask(':OUTP:OVP:VAL CH1,2.5'));
  await clock.settle(session.ask(':OUTP:OVP CH1,ON'));
  await start([...STAIRS.slice(0, 3), step(1, { 'CH1.voltage': 1, 'CH1.output': true })], undefined);
  await clock.advance(2900);
  expect(end()).toMatchObject({ kind: 'switched-off', reason: expect.stringContaining('CH1 Output went off') });
  await clock.settle(session.ask(':OUTP:OVP:CLEAR CH1'));
  await clock.advance(10_000);
  expect([session.status.sequence?.stepIndex, voltageV()]).toEqual([2, 0]);
});
