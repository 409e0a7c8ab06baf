// What the driver makes of the rounds: which records come, what is armed, what is said.

import { expect, test } from 'vitest';
import { parseConfiguration } from '../../../../src/devices/oszitrace/configuration.ts';
import { configurationOf } from '../../../../src/devices/oszitrace/configuration-text.ts';
import { OsziDriver } from '../../../../src/devices/oszitrace/driver.ts';
import type { RunMode } from '../../../../src/devices/oszitrace/parameters.ts';
import { ScpiSession } from '../../../../src/devices/scpi/session.ts';
import { AnsweringLink } from '../../../support/answering-link.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

/** `answer` goes over what an Agilent scope in its triggered mode says, whose trigger comes at once. */
async function openDriver(
  text: string,
  answer: (question: string) => string | undefined = () => undefined,
  mode: RunMode = 'read',
) {
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
  const records: { readonly names: readonly string[]; readonly firsts: readonly number[] }[] = [];
  const driver = new OsziDriver({
    clock,
    configuration: parseConfiguration(configurationOf(text)!),
    talk: [],
    mode,
    openSession: async () => new ScpiSession(link, { clock }),
    onRecord: async (names, { samples }) => {
      records.push({ names: names.map(({ name }) => name), firsts: samples.map(([first]) => first!) });
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

/** A scope with one record: `number` is in all its samples. */
function makeScope() {
  const scope = { number: 1, isWaiting: false, onData: () => {} };
  const answer = (question: string) => {
    if (question === ':SING') {
      scope.number++;
      return undefined;
    }
    if (question === ':OPER:COND?') return scope.isWaiting ? '8' : '0';
    if (question !== ':WAV:DATA?') return undefined;
    const { number } = scope;
    scope.onData();
    return `${number},${number},${number}`;
  };
  return { scope, answer };
}

test.each([1, 2])('a record has nothing of before it was armed: armed during read %i of a round', async (at) => {
  const { scope, answer } = makeScope();
  const { clock, driver, records } = await openDriver(AGILENT, answer, 'stop');
  let reads = 0;
  let set: Promise<void> | undefined;
  scope.onData = () => {
    if (++reads === at) set = driver.set('run', 'single');
  };
  await clock.settle(driver.set('run', 'read'));
  await clock.advance(10_000);
  await set;
  expect(records.at(-1)).toEqual({ names: ['ch1', 'ch2'], firsts: [2, 2] });
  for (const { firsts } of records) expect(firsts[0]).toBe(firsts[1]);
});

test('a single record is the last one: then it is stopped, and nothing is waited for', async () => {
  const { scope, answer } = makeScope();
  const { clock, driver, records } = await openDriver(AGILENT, answer, 'stop');
  scope.isWaiting = true;
  await clock.settle(driver.set('run', 'single'));
  // each of two channels waits for 5 s
  await clock.advance(12_000);
  expect(driver.notice).toContain('no trigger');
  expect([driver.mode, records.length]).toEqual(['single', 0]);
  scope.isWaiting = false;
  await clock.advance(20_000);
  expect([driver.mode, driver.notice, records.length]).toEqual(['stop', undefined, 1]);
});

test('Stop ends a wait at once; Read then takes what is there', async () => {
  const { scope, answer } = makeScope();
  const { clock, driver, records, link } = await openDriver(AGILENT, answer, 'stop');
  scope.isWaiting = true;
  await clock.settle(driver.set('run', 'run'));
  await clock.advance(6000);
  await clock.settle(driver.set('run', 'stop'));
  await clock.advance(50);
  const sentCount = link.sent.length;
  await clock.advance(20_000);
  expect([link.sent.length, driver.notice, records.length]).toEqual([sentCount, undefined, 0]);
  await clock.settle(driver.set('run', 'read'));
  await clock.advance(100);
  expect(records[0]).toEqual({ names: ['ch1', 'ch2'], firsts: [2, 2] });
});

test('a connection that goes on with Run is armed', async () => {
  const { answer } = makeScope();
  const { clock, driver, records, link } = await openDriver(AGILENT, answer, 'run');
  expect([driver.mode, link.sent[1]]).toEqual(['run', ':SING']);
  await clock.advance(1000);
  expect(records.length).toBeGreaterThan(3);
});
