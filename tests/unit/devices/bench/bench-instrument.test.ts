// A supply and a meter behind a session that keeps what it is told, as the page has them: settings, channels, cables.

import { expect, test } from 'vitest';
import { LabError } from '../../../../src/base/errors.ts';
import { attachChannels } from '../../../../src/core/channel-set.ts';
import { BenchInstrument } from '../../../../src/devices/bench/instrument.ts';
import type { BenchSession } from '../../../../src/devices/bench/session.ts';
import type { RememberedValues } from '../../../../src/model/instrument.ts';
import type { UnitLink, UnitPlace } from '../../../../src/transports/unit-place.ts';
import { InstrumentSession, type SessionStatus } from '../../../../src/workers/device/session.ts';
import { createInstrument } from '../../../support/instrument.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

/** What each question is answered with; commands `HEADER VALUE` change that of `HEADER?`. */
class Unit {
  readonly answers: Record<string, string>;
  readonly told: string[] = [];
  refusals: string[] = [];
  isGone = false;

  constructor(answers: Record<string, string>) {
    this.answers = answers;
  }

  readonly session: { -readonly [K in keyof BenchSession]: BenchSession[K] } = {
    query: async (question) => {
      this.#check();
      return this.answers[question] ?? '0';
    },
    queryBytes: async () => new Uint8Array(),
    command: async (text) => {
      this.#check();
      this.told.push(text);
      const [header, value] = text.split(' ');
      if (header && value) this.answers[`${header}?`] = value;
    },
    commandAtOnce: (text) => this.session.command(text),
    onLost: undefined,
    drainErrors: async () => this.refusals.splice(0),
    close: async () => undefined,
  };

  #check(): void {
    if (this.isGone) throw new LabError('device/lost', 'The cable was pulled.');
  }
}

const SUPPLY = { '*IDN?': 'RIGOL TECHNOLOGIES,DP832,DP8A001,00.01.14', ':MEAS:VOLT? CH1': '3.300' };
const METER = { '*IDN?': 'Keysight Technologies,34461A,MY1,A.02.14', 'FUNC?': '"VOLT"', 'READ?': '+4.99900000E+00' };

async function open(
  answers: Record<string, string>,
  { remembered, isAtAddress = false }: { remembered?: RememberedValues; isAtAddress?: boolean } = {},
) {
  const clock = new ManualClock();
  const unit = new Unit({ ...answers });
  const link: UnitLink = { kind: 'messages', open: () => Promise.reject(new Error('the session is a fake')) };
  const place: UnitPlace = {
    // an address leads somewhere whether or not anybody is there
    find: async () => (unit.isGone && !isAtAddress ? undefined : link),
    discard: () => undefined,
    onBack: () => () => undefined,
  };
  const statuses: SessionStatus[] = [];
  const code = {
    create: (bench: ConstructorParameters<typeof BenchInstrument>[0]) =>
      new BenchInstrument(bench, async () => unit.session),
    simulate: () => Promise.reject(new Error('not simulated')) as never,
  };
  const { instrument } = createInstrument(code, clock, 0);
  const onStatus = (status: SessionStatus) => statuses.push(status);
  const session = new InstrumentSession({ clock, place, instrument, remembered, onStatus });
  await clock.settle(session.open());
  const values = (id: string) => {
    const { channel, series } = attachChannels(instrument.channelSet).values.find((home) => home.channel.id === id)!;
    return { channel, column: [...series.read(0, 0, series.count, series.utcAt(0)).values] };
  };
  return { clock, unit, session, instrument, values, statuses };
}

test('a supply shows its settings and keeps its readings with their times', async () => {
  const { clock, session, values, instrument } = await open(SUPPLY);
  expect(session.status.identity).toMatchObject({ model: 'DP832', serialNumber: 'DP8A001' });
  expect(session.status.values).toMatchObject({ 'CH1.voltage': 0, 'CH1.output': false });
  await clock.advance(1000);
  const { channel, column } = values('CH1');
  expect(channel.signals.map(({ name, unit }) => `${name} ${unit}`)).toEqual([
    'CH1 voltage V',
    'CH1 current A',
    'CH1 power W',
  ]);
  expect(column.length).toBeGreaterThan(5);
  expect(new Set(column)).toEqual(new Set([3.3]));
  expect(instrument.reading?.values.find(({ id }) => id === 'CH1.voltage')).toMatchObject({ value: 3.3, unit: 'V' });
});

test('what the instrument chose or refused is said', async () => {
  const { clock, session, unit } = await open(SUPPLY);
  await clock.settle(session.set('CH1.voltage', 3.3));
  expect(unit.told).toEqual([':SOUR1:VOLT 3.3']);
  expect(session.status).toMatchObject({ notice: undefined, values: { 'CH1.voltage': 3.3 } });
  unit.refusals = ['-222 "Data out of range"'];
  await clock.settle(session.set('CH1.current', 1));
  expect(session.status.notice).toBe('Current limit: the instrument says -222 "Data out of range".');
  await expect(clock.settle(session.set('CH1.voltage', 31))).rejects.toMatchObject({ code: 'setup/invalid' });
});

test('nothing is set by itself when a unit comes back: what it has by then is shown', async () => {
  const { clock, session, unit } = await open(SUPPLY);
  await clock.settle(session.set('CH1.voltage', 12));
  unit.answers[':OUTP? CH1'] = 'ON';
  await clock.settle(session.set('CH1.output', true));
  expect(session.status.values).toMatchObject({ 'CH1.voltage': 12, 'CH1.output': true });
  unit.isGone = true;
  await clock.advance(500);
  expect(session.status.state).toBe('lost');
  unit.told.length = 0;
  // somebody turned its knob
  unit.answers[':SOUR1:VOLT?'] = '5';
  unit.answers[':OUTP? CH1'] = 'OFF';
  unit.isGone = false;
  await clock.advance(3000);
  expect(session.status).toMatchObject({ state: 'idle', values: { 'CH1.voltage': 5, 'CH1.output': false } });
  expect(unit.told).toEqual([]);
});

test('limits are never passed: not by a setting, not by a typed line, not after the cable was pulled', async () => {
  const { clock, session, unit } = await open({ ...SUPPLY, ':SOUR1:VOLT?': '3' });
  expect(session.status.values).toMatchObject({ 'CH1.voltage.least': 0, 'CH1.voltage.most': 30 });
  const most = session.status.parameters.find(({ id }) => id === 'CH1.voltage.most');
  expect(most?.help).toContain('an output that is set beyond it is not switched on');
  // without limits any line goes
  await clock.settle(session.ask('*RST'));
  await clock.settle(session.set('CH1.voltage.most', 5));
  await clock.settle(session.set('CH1.voltage.least', 1.5));
  await expect(clock.settle(session.set('CH1.voltage.least', 6))).rejects.toMatchObject({ code: 'setup/invalid' });
  expect(session.status.values).toMatchObject({ 'CH1.voltage.least': 1.5, 'CH1.voltage.most': 5 });
  unit.told.length = 0;
  const refused = async () => {
    await expect(clock.settle(session.set('CH1.voltage', 5.001))).rejects.toMatchObject({
      code: 'setup/invalid',
      message: expect.stringContaining('not from 1.5 to 5 V, the limits that were drawn'),
    });
    const lines = [
      ':SOUR1:VOLT 12',
      'sour1:volt  1.2E1',
      ':SOURCE1:VOLTAGE 12',
      ':SOUR1:VOLT 12V',
      ':SOUR1:VOLT MAX',
      ':SOUR1:VOLT 4;VOLT 12',
      ':SOUR1:VOLT?;:SOUR1:VOLT 12',
      '*IDN?\n:SOUR1:VOLT 12',
      ':APPL CH1,12,1',
      '*RST',
      '*RCL 1',
      ':SOUR1:VOLT 12?',
    ];
    for (const line of lines) {
      await expect(clock.settle(session.ask(line)), line).rejects.toMatchObject({ code: 'setup/invalid' });
    }
    expect(unit.told).toEqual([]);
  };
  await refused();
  await clock.settle(session.ask(':sour1:volt 4.5'));
  await clock.settle(session.ask(':OUTP CH1,ON'));
  await clock.settle(session.ask('*IDN?;:SOUR1:VOLT? MAX'));
  // the others have none of their own
  await clock.settle(session.set('CH2.voltage', 12));
  expect(unit.told).toEqual([':sour1:volt 4.5', ':OUTP CH1,ON', ':SOUR2:VOLT 12']);
  unit.isGone = true;
  await clock.advance(500);
  unit.isGone = false;
  await clock.advance(3000);
  expect(session.status).toMatchObject({ state: 'idle', values: { 'CH1.voltage.least': 1.5, 'CH1.voltage.most': 5 } });
  unit.told.length = 0;
  await refused();
  // back to what the instrument can do: no limits
  await clock.settle(session.set('CH1.voltage.least', 0));
  await clock.settle(session.set('CH1.voltage.most', 30));
  await clock.settle(session.ask('*RST'));
  expect(unit.told).toEqual(['*RST']);
});

test('limits that are remembered are there before the unit can be used, and only for that unit', async () => {
  const identity = { vendor: 'RIGOL TECHNOLOGIES', model: 'DP832', serialNumber: 'DP8A001', firmware: '' };
  // the second one is none that it can have
  const values = { 'CH1.voltage.most': 5, 'CH2.voltage.most': 500 };
  const { clock, session, statuses, unit } = await open(SUPPLY, { remembered: { identity, values } });
  await clock.advance(100);
  const limitsOf = (from: readonly SessionStatus[]) => from.map((status) => status.values['CH1.voltage.most']);
  expect(new Set(limitsOf(statuses.filter(({ state }) => state === 'idle')))).toEqual(new Set([5]));
  expect(session.status.values).toMatchObject({ 'CH1.voltage.most': 5, 'CH2.voltage.most': 30 });
  // as after any other change
  unit.isGone = true;
  await clock.advance(500);
  unit.isGone = false;
  await clock.advance(3000);
  expect(session.status).toMatchObject({ state: 'idle', values: { 'CH1.voltage.most': 5 } });
  const other = await open(SUPPLY, {
    remembered: { identity: { ...identity, serialNumber: 'DP8A002' }, values },
  });
  expect(limitsOf([other.session.status])).toEqual([30]);
});

test('one at an address is waited for as long as it stays away, and goes on by itself', async () => {
  const { clock, session, unit, values } = await open(SUPPLY, { isAtAddress: true });
  await clock.advance(500);
  unit.isGone = true;
  await clock.advance(120_000);
  expect(session.status).toMatchObject({ state: 'lost', problem: 'The cable was pulled.' });
  unit.answers[':MEAS:VOLT? CH1'] = '1.250';
  unit.isGone = false;
  await clock.advance(2000);
  expect(session.status).toMatchObject({ state: 'idle', problem: undefined });
  expect(values('CH1').column.at(-1)).toBe(1.25);
});

test('readings are as far apart as is wished, also after the cable was pulled; knobs are followed meanwhile', async () => {
  const { clock, session, unit, values } = await open(METER);
  // the edges of these spans are between two readings
  await clock.advance(50);
  const countIn = async (durationMs: number) => {
    const before = values('input').column.length;
    await clock.advance(durationMs);
    return values('input').column.length - before;
  };
  expect(session.status.values['readings.pause']).toBe(0.1);
  expect(await countIn(10_000)).toBe(100);
  await clock.settle(session.set('readings.pause', 0.01));
  await clock.advance(500);
  expect(Math.abs((await countIn(10_000)) - 1000)).toBeLessThanOrEqual(1);
  await clock.settle(session.set('readings.pause', 60));
  await clock.advance(500);
  expect(await countIn(600_000)).toBe(10);
  unit.answers['FUNC?'] = '"CURR"';
  await clock.advance(1000);
  expect(session.status.values['input.function']).toBe('CURR');
  await expect(clock.settle(session.set('readings.pause', 0))).rejects.toMatchObject({ code: 'setup/invalid' });
  unit.isGone = true;
  await clock.advance(60_000);
  unit.isGone = false;
  await clock.advance(2000);
  expect(session.status).toMatchObject({ state: 'idle', values: { 'readings.pause': 60 } });
});

test('another instrument in its place gets nothing', async () => {
  const { clock, session, unit } = await open(SUPPLY);
  unit.isGone = true;
  await clock.advance(500);
  unit.answers['*IDN?'] = 'RIGOL TECHNOLOGIES,DP832,DP8A999,00.01.14';
  unit.told.length = 0;
  unit.isGone = false;
  await clock.advance(2000);
  expect(session.status.problem).toContain('Another instrument (DP832 DP8A999) is where DP832 DP8A001 was');
  expect(unit.told).toEqual([]);
});

test('knobs of the instrument are followed', async () => {
  const { clock, session, unit } = await open(SUPPLY);
  unit.answers[':OUTP? CH2'] = 'ON';
  unit.answers[':SOUR3:CURR?'] = '0.25';
  await clock.advance(3000);
  expect(session.status.values).toMatchObject({ 'CH2.output': true, 'CH3.current': 0.25 });
  unit.answers[':OUTP? CH2'] = 'maybe';
  await clock.advance(1000);
  expect(session.status.notice).toContain('whether CH2 is on is not known');
  unit.answers[':OUTP? CH2'] = '0';
  await clock.advance(3000);
  expect(session.status).toMatchObject({ notice: undefined, values: { 'CH2.output': false } });
});

test('a link that goes is noticed though nothing is asked', async () => {
  const { clock, session, unit } = await open(SUPPLY);
  unit.session.onLost!(new LabError('device/lost', 'The bridge has gone.'));
  await clock.advance(100);
  expect(session.status).toMatchObject({ state: 'lost', problem: 'The bridge has gone.' });
});

test('an instrument that only keeps silent counts as gone after some rounds', async () => {
  const { clock, session, unit } = await open(SUPPLY);
  unit.session.query = async () => {
    throw new LabError('device/timeout', 'It did not answer.');
  };
  await clock.advance(2000);
  expect(session.status).toMatchObject({ state: 'idle', notice: 'It did not answer.' });
  await clock.advance(10_000);
  expect(session.status.state).not.toBe('idle');
});

test('a meter that is switched over publishes another channel, with the quantity of its function', async () => {
  const { clock, session, values, unit, instrument } = await open(METER);
  await clock.advance(300);
  const before = instrument.channelSet;
  expect(values('input').channel.signals[0]).toMatchObject({ id: 'input.reading', name: 'DC voltage', unit: 'V' });
  unit.answers['READ?'] = '+9.90000000E+37';
  unit.answers['FUNC?'] = '"RES"';
  await clock.settle(session.set('input.function', 'RES'));
  await clock.advance(300);
  expect(instrument.channelSet).not.toBe(before);
  const { channel, column } = values('input');
  expect(channel.signals[0]).toMatchObject({ name: 'resistance, two wires', unit: 'Ω' });
  expect(column.every((value) => Number.isNaN(value))).toBe(true);
  expect(instrument.reading?.values[0]).toMatchObject({
    label: 'resistance, two wires',
    value: Number.NaN,
    saturated: 1,
  });
  // the same unit, and something else
  const resistance = instrument.channelSet;
  unit.answers['FUNC?'] = '"FRES"';
  await clock.settle(session.set('input.function', 'FRES'));
  await clock.advance(300);
  expect(instrument.channelSet).not.toBe(resistance);
  expect(values('input').channel.signals[0]).toMatchObject({ name: 'resistance, four wires', unit: 'Ω' });
});

test('a reading is never shown under the unit of another function', async () => {
  const { clock, values, unit, instrument } = await open(METER);
  await clock.advance(300);
  const before = instrument.channelSet;
  // its own knob
  unit.answers['FUNC?'] = '"CURR"';
  unit.answers['READ?'] = '+1.00000000E-03';
  await clock.advance(500);
  expect(instrument.channelSet).not.toBe(before);
  const { channel, column } = values('input');
  expect(channel.signals[0]).toMatchObject({ unit: 'A' });
  expect(new Set(column)).toEqual(new Set([1e-3]));
  // one that no table has
  unit.answers['FUNC?'] = '"VOLT:RAT"';
  await clock.advance(500);
  expect(values('input').channel.signals[0]).toMatchObject({ name: 'reading', unit: '' });
});

test('a question for the function that stays without an answer ends no channel', async () => {
  const { clock, session, unit, instrument } = await open(METER);
  await clock.advance(300);
  const before = instrument.channelSet;
  const { query } = unit.session;
  let isMissed = false;
  unit.session.query = async (question) => {
    if (question !== 'FUNC?' || isMissed) return query(question);
    isMissed = true;
    throw new LabError('device/timeout', 'It did not answer.');
  };
  await clock.settle(session.ask('*CLS'));
  await clock.advance(1000);
  expect(isMissed).toBe(true);
  expect(instrument.channelSet).toBe(before);
});

test('a state that no table has keeps nothing from being opened', async () => {
  const { clock, session, instrument } = await open({ ...METER, 'FUNC?': '"TEMP"' });
  await clock.advance(300);
  expect(session.status).toMatchObject({ state: 'idle' });
  expect(session.status.values).not.toHaveProperty(['input.function']);
  expect(instrument.reading?.values[0]).toMatchObject({ unit: '', value: 4.999 });
});

test('an instrument without a table is refused by its name', async () => {
  await expect(open({ '*IDN?': 'ACME,ROCKET 9,1,1' })).rejects.toThrow('There is no table for ACME ROCKET 9');
});

/** A DS1054Z that shows channel 1 alone, of 4 points: 0.5 V per step from code 127. */
const SCOPE = {
  '*IDN?': 'RIGOL TECHNOLOGIES,DS1054Z,DS1ZA1,00.04.04',
  ':TRIG:STAT?': 'STOP',
  ':CHAN1:DISP?': '1',
  ':WAV:PRE?': '0,0,4,1,1e-6,-2e-6,0,0.5,0,127',
  ...Object.fromEntries([1, 2, 3, 4].map((number) => [`:CHAN${number}:COUP?`, 'DC'])),
  ':TRIG:EDG:SOUR?': 'CHAN1',
  ':TRIG:EDG:SLOP?': 'POS',
};

test('a scope hands out a record with the settings in force, and a stopped one only once', async () => {
  const { clock, unit, session, instrument } = await open(SCOPE);
  unit.session.queryBytes = async () => Uint8Array.of(0x23, 0x31, 0x34, 127, 129, 125, 127);
  await clock.advance(3000);
  const traces = () => attachChannels(instrument.channelSet).traces[0]!;
  expect(traces().descriptor.channel).toMatchObject({ signals: [{ name: 'CH1', unit: 'V' }], mostSamples: 4 });
  const take = () => traces().tryTake((length) => new Float32Array(length));
  const record = take();
  expect(record).toMatchObject({ startS: -2e-6, stepS: 1e-6, samples: [Float32Array.of(0, 1, -1, 0)] });
  expect(JSON.parse((record as { settings: string }).settings)).toMatchObject({
    triggerSource: '1',
    '1.coupling': 'dc',
  });
  expect(take()).toBe('would-block');
  await clock.settle(session.set('run', 'single'));
  await clock.advance(1000);
  expect(unit.told).toContain(':SING');
  expect(take()).toMatchObject({ stepS: 1e-6 });
});
