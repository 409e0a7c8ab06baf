// What the driver makes of the rounds: which records come, what is armed, what is said.

import { expect, test } from 'vitest';
import { parseConfiguration } from '../../../../src/devices/oszitrace/configuration.ts';
import { configurationOf } from '../../../../src/devices/oszitrace/configuration-text.ts';
import { OsziDriver } from '../../../../src/devices/oszitrace/driver.ts';
import { ScpiSession } from '../../../../src/devices/scpi/session.ts';
import { AnsweringLink } from '../../../support/answering-link.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

/** `answer` goes over what an Agilent scope in its triggered mode says, whose trigger comes at once. */
async function openDriver(text: string, answer: (question: string) => string | undefined = () => undefined) {
  const clock = new ManualClock();
  const answers: Readonly<Record<string, string>> = {
    ':WAV:XINC?': '1E-6',
    ':WAV:XOR?': '0',
    ':WAV:XUN?': 'SEC',
    ':WAV:YUN?': 'VOLT',
    ':WAV:POIN?': '3',
    ':TRIG:SWE?': 'TRIG',
    ':OPER:COND?': '0',
    ':WAV:DATA?': '1,2,3',
  };
  const link = new AnsweringLink(clock, (question) => answer(question) ?? answers[question]);
  const records: { readonly names: readonly string[]; readonly first: number }[] = [];
  const driver = new OsziDriver({
    clock,
    configuration: parseConfiguration(configurationOf(text)!),
    talk: [],
    openSession: async () => new ScpiSession(link, { clock }),
    onRecord: async (names, { samples }) => {
      records.push({ names: names.map(({ name }) => name), first: samples[0]![0]! });
    },
  });
  await clock.settle(driver.open());
  return { clock, driver, records, link };
}

const AGILENT = 'OSZI_DIALOGUE=agilent\nOSZI_SCPI_HOST=scope\nOSZI_CHANNELS=ch1:ch2\n';

test('Run goes on after an empty answer of one channel; a record has all channels, in order', async () => {
  const { clock, driver, records } = await openDriver('OSZI_SIM_TRIGGERED=yes OSZI_SIM_CHANNELS=a:b OSZI_SIM_FAIL=0.4');
  await clock.settle(driver.set('run', 'run'));
  await clock.advance(60_000);
  expect(records.length).toBeGreaterThan(50);
  for (const { names } of records) expect(names).toEqual(['a', 'b']);
  expect(driver.notice ?? '').not.toContain('no trigger');
});

test('a round that misses a channel brings no record, and that is said', async () => {
  let isShort = false;
  let source = '';
  let count = 0;
  const { clock, driver, records } = await openDriver(AGILENT, (question) => {
    if (question.startsWith(':WAV:SOUR')) source = question;
    if (question !== ':WAV:DATA?') return undefined;
    return isShort && source.endsWith('CHAN2') ? '1,2' : `${++count},2,3`;
  });
  await clock.advance(1000);
  expect(records.length).toBeGreaterThan(1);
  isShort = true;
  await clock.advance(1000);
  const before = records.length;
  await clock.advance(3000);
  expect(records.length).toBe(before);
  expect(driver.notice).toMatch(/^ch2: .*read again/);
  for (const { names } of records) expect(names).toEqual(['ch1', 'ch2']);
});
