// The instrument's side of SCPI against IEEE 488.2 and SCPI-99: headers, branches, answers, status, errors, clear.

import { expect, test } from 'vitest';
import { type CommandTable, type EngineOptions, ScpiTalker } from '../../../../src/devices/sim/scpi/engine.ts';
import { withFaults } from '../../../../src/devices/sim/scpi/faults.ts';
import { headerPattern } from '../../../../src/devices/sim/scpi/header.ts';
import { block, numberOf } from '../../../../src/devices/sim/scpi/values.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { TalkerEar } from '../../../support/talker.ts';

const WORK_MS = 100;

function instrument(options: Partial<EngineOptions> = {}) {
  const clock = new ManualClock();
  const scales = [1, 2];
  let doneMs = 0;
  const commands: CommandTable = {
    ':CHANnel<n>:SCALe': ({ args, suffixes: [n] }) => {
      scales[n! - 1] = numberOf(args[0], 'V');
      return undefined;
    },
    ':CHANnel<n>:SCALe?': ({ suffixes: [n] }) => String(scales[n! - 1]),
    ':CHANnel<n>:OFFSet?': () => '0',
    ':TEXT?': ({ args }) => args.join('|'),
    ':WORK': () => {
      doneMs = clock.nowMs() + WORK_MS;
      return undefined;
    },
    ':SLOW?': () => ({ afterMs: WORK_MS, next: () => 'slow' }),
    ':DATA?': () => block(Uint8Array.of(0x3b, 0x0a, 0xff, 0x00)),
  };
  const talker = new ScpiTalker(
    {
      identity: 'Maker,Model,1,2',
      commands,
      reset: () => scales.fill(1),
      trigger: () => {},
      isBusy: () => clock.nowMs() < doneMs,
      abort: () => {},
    },
    { clock, ...options },
  );
  return { clock, talker, ear: new TalkerEar(talker, clock) };
}

test.each([
  ['CHAN1:SCAL?', true],
  ['CHANNEL1:SCALE?', true],
  ['chan1:scale?', true],
  ['CHAN:SCAL?', true],
  ['CHANN1:SCAL?', false],
  ['CHAN1:SCALING?', false],
])('only the exact short or long form is legal: %s', (header, isLegal) => {
  expect(headerPattern(':CHANnel<n>:SCALe?').test(header.toUpperCase())).toBe(isLegal);
});

test('nodes that may be left out', () => {
  const pattern = headerPattern('[:SOURce<n>]:VOLTage[:LEVel]:OFFSet');
  for (const header of ['VOLT:OFFS', 'SOUR2:VOLT:OFFS', 'SOURCE:VOLT:LEV:OFFSET']) expect(header).toMatch(pattern);
  for (const header of ['SOUR2:OFFS', 'VOLT', ':VOLT:OFFS']) expect(header).not.toMatch(pattern);
});

test('a semicolon keeps the branch, a colon leaves it, common commands do not change it; answers are joined', async () => {
  const { ear } = instrument();
  expect(await ear.ask(':CHAN2:SCAL 0.5;SCAL?;*ESE 4;OFFS?;:CHAN1:SCAL?;*ESE?')).toBe('0.5;0;1;4');
});

test('separators count only outside strings, lists and blocks', async () => {
  const { ear } = instrument();
  expect(await ear.ask('TEXT? "a;b,c" , (@1,2),\'x"y\';TEXT? #13;,;,z')).toBe('"a;b,c"|(@1,2)|\'x"y\';#13;,;|z');
});

test('a block goes through byte for byte', async () => {
  const { ear } = instrument();
  expect([...(await ear.bytes('DATA?'))]).toEqual([...Buffer.from('#9000000004'), 0x3b, 0x0a, 0xff, 0x00]);
});

test('an unknown header is -113, sets the command error bit and ends its message', async () => {
  const { ear } = instrument();
  ear.tell(':CHAN1:SCAL 3;:NONSENSE;:CHAN1:SCAL 4');
  // power on was told with it
  expect(await ear.ask('CHAN1:SCAL?;*ESR?;*ESR?;:SYST:ERR?;:SYST:ERR?')).toBe(
    '3;160;0;-113,"Undefined header";0,"No error"',
  );
});

test('a missing parameter is -109, a wrong unit -131', async () => {
  const { ear } = instrument();
  ear.tell('CHAN1:SCAL');
  ear.tell('CHAN1:SCAL 5 HZ');
  expect(await ear.ask('SYST:ERR?;:SYST:ERR?')).toBe('-109,"Missing parameter";-131,"Invalid suffix"');
});

test.each([
  ['5', 5],
  ['.5', 0.5],
  ['2.5E-1 V', 0.25],
  ['500MV', 0.5],
  ['20 mV', 0.02],
  ['1 KV', 1000],
  ['1MAV', 1e6],
])('a number with unit: %s', async (text, volts) => {
  const { ear } = instrument();
  expect(await ear.ask(`CHAN1:SCAL ${text};SCAL?`)).toBe(String(volts));
});

test('the last place of a full error queue says -350', async () => {
  const { ear } = instrument({ errorQueueLength: 3, errors: [-222, -222] });
  for (let i = 0; i < 4; i++) ear.tell('NONSENSE');
  expect(await ear.ask('SYST:ERR?;ERR?;ERR?;ERR?')).toBe(
    '-222,"Data out of range";-222,"Data out of range";-350,"Queue overflow";0,"No error"',
  );
});

test('status byte: an error, a summary, a request', async () => {
  const { ear, talker } = instrument();
  await ear.ask('*ESR?');
  expect(talker.statusByte).toBe(0);
  talker.reportError(-410);
  // the error queue; the query error bit of the events is not enabled yet
  expect(talker.statusByte).toBe(4);
  expect(await ear.ask('*ESE 4;*SRE 32;*STB?')).toBe('100');
  expect(await ear.ask('*CLS;*STB?;:SYST:ERR?')).toBe('0;0,"No error"');
});

test('*OPC? answers when the operation has ended, *OPC sets its bit then', async () => {
  const { clock, ear, talker } = instrument();
  await ear.ask('*ESR?');
  ear.tell('*ESE 1;*SRE 32;:WORK;*OPC');
  expect(talker.statusByte).toBe(0);
  await clock.advance(WORK_MS);
  expect(talker.statusByte).toBe(96);
  ear.answers.length = 0;
  ear.tell('WORK;*OPC?');
  await clock.advance(WORK_MS - 10);
  expect(ear.answers).toHaveLength(0);
  await clock.advance(20);
  expect(ear.texts).toEqual(['1']);
});

test('messages wait for one that takes time; device clear forgets them and the answer', async () => {
  const { clock, ear, talker } = instrument();
  ear.tell('SLOW?');
  ear.tell('*IDN?');
  expect(ear.answers).toHaveLength(0);
  await clock.advance(WORK_MS);
  expect(ear.texts).toEqual(['slow', 'Maker,Model,1,2']);
  ear.answers.length = 0;
  ear.tell('CHAN1:SCAL 7;:SLOW?');
  ear.tell('*IDN?');
  talker.clear();
  await clock.advance(10 * WORK_MS);
  expect(ear.answers).toHaveLength(0);
  // settings stay
  expect(await ear.ask('CHAN1:SCAL?')).toBe('7');
});

test('an instrument older than SCPI has no branches and no error queue', async () => {
  const { ear } = instrument({ isScpi: false });
  ear.tell(':CHAN1:SCAL 2;OFFS?');
  ear.tell('SYST:ERR?');
  expect(await ear.ask('*ESR?')).toBe('160');
});

test('faults: late, mute, glued and cut answers', async () => {
  const late = instrument();
  const lateEar = new TalkerEar(withFaults(late.talker, { firstAnswerMs: 10_000 }, late.clock), late.clock);
  lateEar.tell('*IDN?');
  await late.clock.advance(9999);
  expect(lateEar.answers).toHaveLength(0);
  await late.clock.advance(1);
  expect(lateEar.texts).toEqual(['Maker,Model,1,2']);
  expect(await lateEar.ask('*ESE?')).toBe('0');

  const mute = instrument();
  const muteEar = new TalkerEar(withFaults(mute.talker, { answersUntilMute: 1 }, mute.clock), mute.clock);
  expect(await muteEar.ask('*ESE?')).toBe('0');
  await expect(muteEar.ask('*ESE?', 60_000)).rejects.toThrow('no answer');

  const glued = instrument();
  const gluedEar = new TalkerEar(withFaults(glued.talker, { areAnswersGlued: true }, glued.clock), glued.clock);
  gluedEar.tell('CHAN1:SCAL?');
  gluedEar.tell('CHAN2:SCAL?');
  expect(gluedEar.texts).toEqual(['1\n2']);
  gluedEar.tell('CHAN1:SCAL?');
  gluedEar.talker.clear();
  gluedEar.tell('*ESE?');
  gluedEar.tell('*ESE?');
  expect(gluedEar.texts).toEqual(['1\n2', '0\n0']);

  const cut = instrument();
  const cutEar = new TalkerEar(withFaults(cut.talker, { maxBlockBytes: 3 }, cut.clock), cut.clock);
  expect([...(await cutEar.bytes('DATA?'))]).toEqual([...Buffer.from('#9000000003'), 0x3b, 0x0a, 0xff]);
});
