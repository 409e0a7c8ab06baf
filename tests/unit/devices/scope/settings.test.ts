// Settings said in a scope's own words, and read back from it.

import { expect, test } from 'vitest';
import type { ScopePort } from '../../../../src/devices/scope/dialect.ts';
import { dialectOf } from '../../../../src/devices/scope/dialects.ts';
import { readSetting, writeSetting } from '../../../../src/devices/scope/settings.ts';

const RIGOL = dialectOf({ vendor: 'RIGOL TECHNOLOGIES', model: 'DS1054Z' })!;
const LECROY = dialectOf({ vendor: 'LECROY', model: 'WR64Xi' })!;
const RTB = dialectOf({ vendor: 'Rohde&Schwarz', model: 'RTB2004' })!;

/** Keeps what it is told, by header; `choose` is the step that it takes instead. */
function scope(values: Record<string, string>, choose = (value: string) => value) {
  const told: string[] = [];
  const port: ScopePort = {
    query: async (question) => values[question.slice(0, -1)] ?? 'unknown header',
    queryBytes: async () => new Uint8Array(),
    command: async (text) => {
      told.push(text);
      const [header, value] = text.split(' ');
      values[header!] = choose(value!);
    },
  };
  return { port, told };
}

test('what the instrument chose is what it has', async () => {
  const { port, told } = scope({}, () => '2.000000e-01');
  expect(await writeSetting(port, RIGOL, 'scale', 0.15, 2)).toBe(0.2);
  expect(told).toEqual([':CHAN2:SCAL 0.15']);
});

test('units and echoed headers are no part of a number', async () => {
  const { port, told } = scope({ 'C1:VDIV': 'C1:VDIV 5.00E-02V' });
  expect(await readSetting(port, LECROY, 'scale')).toBe(0.05);
  await writeSetting(port, LECROY, 'timeScale', 1e-6);
  expect(told).toEqual(['TDIV 0.000001S']);
});

test('words are ours on one side and the instrument’s on the other, long or short', async () => {
  const { port, told } = scope({ ':TRIG:EDG:SLOP': 'POSITIVE' });
  expect(await readSetting(port, RIGOL, 'triggerSlope')).toBe('rise');
  expect(await writeSetting(port, RIGOL, 'triggerSlope', 'either')).toBe('either');
  expect(told).toEqual([':TRIG:EDG:SLOP RFAL']);
  await expect(writeSetting(port, RIGOL, 'triggerSlope', 'up')).rejects.toThrow('Choose one of rise, fall, either.');
});

test('the level of a trigger is that of the channel that triggers', async () => {
  const { port, told } = scope({ 'TRIG:A:SOUR': 'CH3' });
  expect(await writeSetting(port, RTB, 'triggerLevel', 0.5, 1)).toBe(0.5);
  expect(told).toEqual(['TRIG:A:LEV3 0.5']);
});

test('an answer that is none leaves the setting unknown, and a setting without words is refused', async () => {
  const { port } = scope({});
  await expect(readSetting(port, RIGOL, 'probe')).rejects.toMatchObject({ code: 'device/protocol' });
  await expect(readSetting(port, LECROY, 'triggerSource')).rejects.toMatchObject({ code: 'device/unsupported' });
});
