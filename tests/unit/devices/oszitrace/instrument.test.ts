// An oscilloscope of OsziTrace as the page has it: from the text of its configuration to records, on the simulated bench.

import { expect, test } from 'vitest';
import { attachChannels } from '../../../../src/core/channel-set.ts';
import { configurationOf } from '../../../../src/devices/oszitrace/configuration-text.ts';
import { oszitraceModule } from '../../../../src/devices/oszitrace/module.ts';
import { makeBench } from '../../../../src/devices/sim/scpi/bench.ts';
import { StreamInstrument } from '../../../../src/devices/sim/scpi/stream-instrument.ts';
import type { TraceRecord } from '../../../../src/model/live-traces.ts';
import { StreamMessageLink } from '../../../../src/transports/stream-message-link.ts';
import { describedBy } from '../../../../src/workers/device/configuration-files.ts';
import { InstrumentSession } from '../../../../src/workers/device/session.ts';
import { AnsweringLink } from '../../../support/answering-link.ts';
import { createInstrument } from '../../../support/instrument.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

function makeUnit(talkerName: string, text: string, initTalk?: string) {
  const clock = new ManualClock();
  const { talkers } = makeBench({ clock, seed: 1 });
  const stream = new StreamInstrument({ clock, talker: talkers[talkerName]! });
  const configuration = { settings: configurationOf(text)!, initTalk };
  const { instrument } = createInstrument(
    { ...oszitraceModule, create: (bench) => oszitraceModule.create(bench, configuration) },
    clock,
    0,
  );
  const open = async () => StreamMessageLink.open(await stream.connect(), { clock });
  const place = {
    find: async () => ({ kind: 'messages', open }) as const,
    discard: () => undefined,
    onBack: () => () => undefined,
  };
  const session = new InstrumentSession({ clock, place, instrument, onStatus: () => undefined });
  const record = async () => {
    let newest: TraceRecord | undefined;
    for (let turn = 0; turn < 20 && !newest; turn++) {
      await clock.advance(200);
      const [traces] = attachChannels(instrument.channelSet).traces;
      const taken = traces?.tryTake((length) => new Float32Array(length));
      if (typeof taken === 'object') newest = taken;
    }
    return newest;
  };
  return { clock, stream, session, instrument, record, open: () => clock.settle(session.open()) };
}

const AGILENT = 'OSZI_DIALOGUE=agilent\nOSZI_SCPI_HOST=scope\nOSZI_CHANNELS=ch1\n';
const talk = (entries: string) => `type: oszitrace-ioc/ascii-talk\nversion: 0.1\ninit:\n${entries}`;

test.each([
  ['500 µs a division', '5E-4', 5e-3],
  ['2 ms a division', '2E-3', 20e-3],
])('init-talk is said before the first record: %s', async (_what, scale, screenS) => {
  const unit = makeUnit(
    'scope-keysight',
    AGILENT,
    talk(`- q: "*IDN?"\n  r: "{vendor},{model},{},{}"\n- q: ":TIM:SCAL ${scale}"\n`),
  );
  await unit.open();
  const record = await unit.record();
  // ten divisions
  expect(record!.stepS * record!.samples[0]!.length).toBeCloseTo(screenS, 6);
  expect(unit.session.status.values).toMatchObject({ 'talk.model': expect.stringMatching(/^DSO-X 3/) });
  await unit.clock.settle(unit.session.close());
});

test('an answer that does not fit ends it before anything is read; a missing one is a time-out', async () => {
  const unfit = makeUnit('scope-keysight', AGILENT, talk('- q: "*IDN?"\n  r: "LECROY,{}"\n'));
  await expect(unfit.open()).rejects.toMatchObject({ problem: 'no-match' });
  expect(unfit.session.status.state).toBe('failed');
  const silent = makeUnit('scope-keysight', AGILENT, talk('- q: ":RUN"\n  r: "{}"\n'));
  await expect(silent.open()).rejects.toMatchObject({ problem: 'timeout', code: 'device/timeout' });
});

test('no trigger and empty answers are notices, and it goes on; Single brings one record', async () => {
  const triggered = makeUnit('meter-keysight', 'export OSZI_SIM_TRIGGERED=yes OSZI_SIM_CHANNELS="a:b"');
  await triggered.open();
  expect(await triggered.record()).toBeUndefined();
  await triggered.clock.advance(10_000);
  expect(triggered.session.status).toMatchObject({ state: 'idle', notice: expect.stringContaining('no trigger') });
  await triggered.clock.settle(triggered.session.set('run', 'single'));
  const record = await triggered.record();
  expect(record?.samples.map(({ length }) => length)).toEqual([10_000, 10_000]);
  expect(await triggered.record()).toBeUndefined();

  const failing = makeUnit('meter-keysight', 'OSZI_SIM_FAIL=1');
  await failing.open();
  await failing.clock.advance(500);
  expect(failing.session.status).toMatchObject({ state: 'idle', notice: expect.stringContaining('read again') });
});

test.each([
  ['1,NAN,3', 1],
  // a quiet input
  ['2,2,2', 3],
])('a scope that is read again with the samples %s brings %i of at least 3 records', async (data, expected) => {
  const clock = new ManualClock();
  const answers: Readonly<Record<string, string>> = {
    ':WAV:XINC?': '1',
    ':WAV:XOR?': '0',
    ':WAV:XUN?': 'SEC',
    ':WAV:YUN?': 'VOLT',
    ':WAV:POIN?': '3',
    ':WAV:DATA?': data,
  };
  const configuration = { settings: configurationOf(AGILENT)!, initTalk: undefined };
  const { instrument } = createInstrument(
    { ...oszitraceModule, create: (bench) => oszitraceModule.create(bench, configuration) },
    clock,
    0,
  );
  const open = async () => new AnsweringLink(clock, (question) => answers[question]);
  const driver = instrument.connect({ kind: 'messages', open });
  await clock.settle(driver.open());
  let count = 0;
  for (let turn = 0; turn < 20; turn++) {
    await clock.advance(100);
    const [traces] = attachChannels(instrument.channelSet).traces;
    if (typeof traces?.tryTake((length) => new Float32Array(length)) === 'object') count++;
  }
  expect(Math.min(count, 3)).toBe(expected);
  await driver.close();
});

test.each([
  ['run', 'run'],
  ['single', 'read'],
  ['stop', 'stop'],
])('after a lost link %s goes on as %s', async (before, after) => {
  const { clock, session, instrument, open } = makeUnit('scope-keysight', AGILENT);
  await open();
  expect(session.status.values).toMatchObject({ run: 'read' });
  // the trigger of a single record has not come yet
  await clock.settle(session.set('run', before));
  const next = instrument.connect({ kind: 'messages', open: () => Promise.reject(new Error('not called')) });
  expect(next.values).toMatchObject({ run: after });
  await clock.settle(session.close());
});

test('a connection that is gone is no retry', async () => {
  const unit = makeUnit('scope-keysight', AGILENT);
  await unit.open();
  unit.stream.unplug();
  await unit.clock.advance(100);
  expect(unit.session.status.state).toBe('lost');
});

test.each([
  ['OSZI_NAME=a\nOSZI_DIALOGUE="sim"', { OSZI_NAME: 'a', OSZI_DIALOGUE: 'sim' }],
  ['#!/bin/sh\nexport OSZI_NAME=my scope # at the door\nexec oszitrace-ioc', { OSZI_NAME: 'my scope' }],
  ['docker run -e OSZI_NAME=a -e OSZI_CHANNELS=ch1:ch2 image', { OSZI_NAME: 'a', OSZI_CHANNELS: 'ch1:ch2' }],
  ["    - OSZI_NAME=a\r\n    - 'OSZI_DIALOGUE=lecroy'\r\n", { OSZI_NAME: 'a', OSZI_DIALOGUE: 'lecroy' }],
  ['#OSZI_NAME=a\nother=1', undefined],
])('names in a text: %j', (text, expected) => {
  expect(configurationOf(text)).toEqual(expected);
});

test('files: instruments at two addresses are two, also without a name', async () => {
  const idOf = async (host: string) => {
    const text = `OSZI_DIALOGUE=agilent\nOSZI_SCPI_HOST=${host}\n`;
    return (await describedBy(new Map([['oszi.env', new Blob([text])]])))?.choice.id;
  };
  expect(await idOf('10.0.0.7')).toBe(await idOf('10.0.0.7:5025'));
  expect(await idOf('10.0.0.7')).not.toBe(await idOf('10.0.0.8'));
  expect(await idOf('10.0.0.7')).not.toBe(await idOf('10.0.0.7:5026'));
});

test('files: the configuration finds its init-talk in the folder, and says when it is not there', async () => {
  const text = 'OSZI_DIALOGUE=lecroy\nOSZI_SCPI_HOST=10.0.0.7:1861\nOSZI_INIT_TALK=/etc/oszi/talk.yaml\nOSZI_NAME=wr\n';
  const files = new Map([
    ['lab/readme.txt', new Blob(['of the lab'])],
    ['lab/oszi.env', new Blob([text])],
  ]);
  await expect(describedBy(files)).rejects.toThrow('/etc/oszi/talk.yaml');
  const talk = 'type: oszitrace-ioc/ascii-talk\nversion: 0.1\ninit:\n- q: "*RST"\n- q: "BUZZ OFF"\n';
  files.set('lab/talk.yaml', new Blob([talk]));
  expect(await describedBy(files)).toMatchObject({
    choice: {
      kind: 'oszitrace',
      label: 'KMC3:XPP:OSZI:wr',
      isSimulated: false,
      connection: { kind: 'tcp', host: '10.0.0.7', port: 1861 },
      configuration: { initTalk: talk },
    },
    files: new Set([files.get('lab/oszi.env'), files.get('lab/talk.yaml')]),
    talkCount: 2,
  });
  expect(await describedBy(new Map([['a.csv', new Blob(['t,y\n0,1\n'])]]))).toBeUndefined();
  await expect(describedBy(new Map([['a', new Blob(['OSZI_DIALOGUE=agilent'])]]))).rejects.toThrow('OSZI_SCPI_HOST');
});
