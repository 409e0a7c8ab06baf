// The dialogues with real oscilloscopes, on links that answer with golden replies.

import { expect, test } from 'vitest';
import { AgilentWords } from '../../../../src/devices/oszitrace/agilent.ts';
import type { OsziTrace } from '../../../../src/devices/oszitrace/dialogue.ts';
import { parseInitTalk } from '../../../../src/devices/oszitrace/init-talk.ts';
import { LecroyWords } from '../../../../src/devices/oszitrace/lecroy.ts';
import { recordOfRound } from '../../../../src/devices/oszitrace/round-record.ts';
import { ScopeDialogue } from '../../../../src/devices/oszitrace/scope-dialogue.ts';
import { ScpiSession } from '../../../../src/devices/scpi/session.ts';
import { type Answer, AnsweringLink } from '../../../support/answering-link.ts';
import { goldenBytes, goldenJson } from '../../../support/golden.ts';
import { templateText, withGap } from '../../../support/lecroy-template.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

type Answers = Readonly<Record<string, Answer | (() => Answer)>>;

function talkTo(words: LecroyWords | AgilentWords, channels: readonly string[], answers: Answers) {
  const clock = new ManualClock();
  const link = new AnsweringLink(clock, (text) => {
    const answer = answers[text];
    return typeof answer === 'function' ? answer() : answer;
  });
  return { clock, link, dialogue: new ScopeDialogue(words, channels, new ScpiSession(link, { clock }), clock) };
}

function expectTrace(trace: OsziTrace, name: string): void {
  const { expected } = goldenJson<{ expected: { n: number; x0: number; dx: number; y: readonly number[] } }>(
    `scope-waveforms/${name}.json`,
  );
  expect(trace.kind).toBe('trace');
  expect(trace.values.length).toBe(expected.n);
  expect(trace.x0).toBeCloseTo(expected.x0, 15);
  expect(Math.abs(trace.dx / expected.dx - 1)).toBeLessThan(1e-9);
  const largest = Math.max(...expected.y.map(Math.abs));
  expect(expected.y.findIndex((y, index) => !(Math.abs(trace.values[index]! - y) <= 1e-9 * largest))).toBe(-1);
}

const LECROY_ANSWERS: Answers = { '*IDN?': 'LECROY,WR64XI,LCRY1,5.7\n', 'TRMD?': 'AUTO\n' };

test.each(['lecroy-word-lofirst-usertext', 'lecroy-byte-hifirst', 'lecroy-word-hifirst'])(
  'LeCroy: %s',
  async (name) => {
    const reply = goldenBytes(`scope-waveforms/${name}.data.bin`);
    const { dialogue, link } = talkTo(new LecroyWords(), ['ch1'], { ...LECROY_ANSWERS, 'C1:WF? ALL': reply });
    await dialogue.init();
    expect(dialogue.parameters).toEqual({ id: 'LECROY,WR64XI,LCRY1,5.7' });
    expectTrace((await dialogue.retrChannel('ch1', 0)) as OsziTrace, name);
    expect(link.sent).not.toContain('TMPL?');
  },
);

test('LeCroy: the layout of a template that is not known is asked of the instrument, once', async () => {
  const name = 'lecroy-word-lofirst-usertext';
  const reply = withGap(goldenBytes(`scope-waveforms/${name}.data.bin`), 'LECROY_9_7', 22);
  const { dialogue, link } = talkTo(new LecroyWords(), ['ch1'], {
    ...LECROY_ANSWERS,
    'C1:WF? ALL': reply,
    'TMPL?': templateText('LECROY_9_7', 22),
  });
  await dialogue.init();
  for (let i = 0; i < 2; i++) expectTrace((await dialogue.retrChannel('ch1', 0)) as OsziTrace, name);
  expect(link.sent.filter((text) => text === 'TMPL?').length).toBe(1);
});

test('LeCroy: what is cut is worth another try, what is no waveform ends the run', async () => {
  const whole = goldenBytes('scope-waveforms/lecroy-word-lofirst-usertext.data.bin');
  let reply: Answer = whole.subarray(0, 700);
  const { dialogue } = talkTo(new LecroyWords(), ['ch1'], { ...LECROY_ANSWERS, 'C1:WF? ALL': () => reply });
  await dialogue.init();
  expect((await dialogue.retrChannel('ch1', 0)).kind).toBe('empty-retry');
  reply = 'C1:WF nothing';
  await expect(dialogue.retrChannel('ch1', 0)).rejects.toMatchObject({ problem: 'no-descriptor' });
  await expect(dialogue.retrChannel('ch9', 0)).rejects.toMatchObject({ code: 'setup/invalid' });
  reply = withGap(whole, 'LECROY_9_7', 22);
});

test('LeCroy: armed it delivers each channel once, and waits for its trigger', async () => {
  const reply = goldenBytes('scope-waveforms/lecroy-word-lofirst-usertext.data.bin');
  let mode = 'STOP';
  const { dialogue, clock, link } = talkTo(new LecroyWords(), ['ch1', 'C2'], {
    '*IDN?': 'LECROY,X,1,1',
    'TRMD?': () => mode,
    'C1:WF? ALL': reply,
    'C2:WF? ALL': reply,
  });
  await dialogue.init();
  await dialogue.armTrigger();
  expect(link.sent.slice(-2)).toEqual(['TRMD SINGLE', 'ARM']);
  mode = 'SINGLE';
  expect((await dialogue.retrChannel('ch1', 0)).kind).toBe('timeout-retry');
  const waiting = dialogue.retrChannel('ch1', 5);
  await clock.advance(1000);
  mode = 'STOP';
  expect((await clock.settle(waiting)).kind).toBe('trace');
  expect(clock.nowMs()).toBeLessThanOrEqual(1020);
  expect((await dialogue.retrChannel('ch1', 0)).kind).toBe('timeout-retry');
  expect((await dialogue.retrChannel('C2', 0)).kind).toBe('trace');
  const none = dialogue.retrChannel('C2', 5);
  expect((await clock.settle(none)).kind).toBe('timeout-retry');
});

const AGILENT_ANSWERS: Answers = {
  ':WAV:XINC?': '+2.00000000E-06\n',
  ':WAV:XOR?': '-1.00000000E-03\n',
  ':WAV:XUN?': '"SECOND"\n',
  ':WAV:YUN?': 'VOLT\n',
  ':WAV:POIN?': '3\n',
  ':TRIG:SWE?': 'TRIG\n',
};

test.each([
  ['with a comma behind', ' 1.00E+00,-2.50E-01,9.91E+37,\n'],
  ['without one', '1.0,-0.25,NAN'],
  ['in a block', '#8000000131.0,-0.25,NAN \n'],
])('Agilent: numbers %s', async (_, data) => {
  const { dialogue, link } = talkTo(new AgilentWords(), ['ch1', 'func2'], { ...AGILENT_ANSWERS, ':WAV:DATA?': data });
  const talk = ':WAV:FORM ASC';
  await dialogue.init(parseInitTalk(`type: oszitrace-ioc/ascii-talk\nversion: 0.1\ninit: []\n# ${talk}`));
  const trace = (await dialogue.retrChannel('func2', 0)) as OsziTrace;
  expect({ ...trace, values: [...trace.values] }).toEqual({
    kind: 'trace',
    values: [1, -0.25, Number.NaN],
    unit: 'V',
    axisName: 't',
    axisUnit: 's',
    x0: -1e-3,
    dx: 2e-6,
  });
  expect(link.sent[0]).toBe(':WAV:SOUR FUNC2');
});

test('Agilent: units that are not known are shown as they come; points that do not fit are worth another try', async () => {
  const { dialogue } = talkTo(new AgilentWords(), ['ch1'], {
    ...AGILENT_ANSWERS,
    ':WAV:XUN?': 'PARSEC',
    ':WAV:DATA?': '1,2,3',
  });
  expect(await dialogue.retrChannel('ch1', 0)).toMatchObject({ axisUnit: 'PARSEC' });
  const short = talkTo(new AgilentWords(), ['ch1'], { ...AGILENT_ANSWERS, ':WAV:DATA?': '1,2' });
  expect((await short.dialogue.retrChannel('ch1', 0)).kind).toBe('empty-retry');
  const empty = talkTo(new AgilentWords(), ['ch1'], { ...AGILENT_ANSWERS, ':WAV:DATA?': '\n' });
  expect((await empty.dialogue.retrChannel('ch1', 0)).kind).toBe('empty-retry');
});

test.each(['UNKNOWN', '"CONS"'])('Agilent: an axis of unit %s is not time', async (unit) => {
  const { dialogue } = talkTo(new AgilentWords(), ['ch1'], {
    ...AGILENT_ANSWERS,
    ':WAV:XUN?': unit,
    ':WAV:DATA?': '1,2,3',
  });
  const trace = (await dialogue.retrChannel('ch1', 0)) as OsziTrace;
  expect(trace).toMatchObject({ axisName: 'x', axisUnit: '' });
  expect(recordOfRound(new Map([['ch1', trace]]))).toBeUndefined();
  // the simulated scope names no unit of its time
  expect(recordOfRound(new Map([['ch1', { ...trace, axisName: 't' }]]))).toMatchObject({ stepS: 2e-6 });
});

test('Agilent: arming waits for the end of the acquisition, and does nothing in free run', async () => {
  let condition = '8';
  const { dialogue, link } = talkTo(new AgilentWords(), ['ch1'], {
    ...AGILENT_ANSWERS,
    ':OPER:COND?': () => condition,
    ':WAV:DATA?': '1,2,3',
  });
  await dialogue.armTrigger();
  expect(link.sent).toEqual([':TRIG:SWE?', ':SING']);
  expect((await dialogue.retrChannel('ch1', 0)).kind).toBe('timeout-retry');
  condition = '0';
  expect((await dialogue.retrChannel('ch1', 0)).kind).toBe('trace');
  expect((await dialogue.retrChannel('ch1', 0)).kind).toBe('timeout-retry');
  const free = talkTo(new AgilentWords(), ['ch1'], { ...AGILENT_ANSWERS, ':TRIG:SWE?': 'AUTO', ':WAV:DATA?': '1,2,3' });
  await free.dialogue.armTrigger();
  expect(free.link.sent).toEqual([':TRIG:SWE?']);
  expect((await free.dialogue.retrChannel('ch1', 0)).kind).toBe('trace');
});
