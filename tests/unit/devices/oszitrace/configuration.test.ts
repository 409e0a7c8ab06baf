// The OSZI_ names.

import { expect, test } from 'vitest';
import { parseConfiguration } from '../../../../src/devices/oszitrace/configuration.ts';

test('what is left out is as the reference has it', () => {
  expect(parseConfiguration({})).toMatchObject({
    prefix: 'KMC3:XPP:OSZI',
    name: 'sim',
    dialogue: 'sim',
    channels: ['default'],
    address: undefined,
    sim: { isTriggered: false, pointCount: 10_000, amplitude: 1, frequency: 1, failPart: 0 },
  });
  expect(parseConfiguration({ OSZI_DIALOGUE: 'lecroy' }).channels).toEqual(['ch1', 'ch2', 'ch3', 'ch4']);
});

test('a prefix has no colon behind it, a dialogue may be said with package and class', () => {
  const said = {
    OSZI_EPICS_PREFIX: 'LAB:XPP:',
    OSZI_NAME: 'scope1',
    OSZI_DIALOGUE: 'oszitrace_ioc.sim:SimSinusDialogue',
  };
  expect(parseConfiguration(said)).toMatchObject({ prefix: 'LAB:XPP', name: 'scope1', dialogue: 'sim' });
});

test.each([
  [{ OSZI_SCPI_HOST: 'scope.lab' }, { host: 'scope.lab', port: 5025 }],
  [{ OSZI_SCPI_HOST: '192.168.1.5:5555' }, { host: '192.168.1.5', port: 5555 }],
  [{ OSZI_SCPI_HOST: '[fe80::1]:1861' }, { host: 'fe80::1', port: 1861 }],
  [{ OSZI_SCPI_DEV: 'TCPIP0::10.0.0.7::5025::SOCKET' }, { host: '10.0.0.7', port: 5025 }],
])('address %o', (settings, address) => {
  expect(parseConfiguration(settings as Record<string, string>).address).toEqual(address);
});

test('options of the simulated instrument and of the link', () => {
  const said = { OSZI_SIM_CHANNELS: 'a:b', OSZI_SIM_TRIGGERED: 'Yes', OSZI_SIM_POINTS: '12', OSZI_SIM_FAIL: '0.5' };
  expect(parseConfiguration({ ...said, OSZI_SCPI_ARGS: 'timeout=3000:read_termination=\\n' })).toMatchObject({
    channels: ['a', 'b'],
    timeoutMs: 3000,
    sim: { channels: ['a', 'b'], isTriggered: true, pointCount: 12, failPart: 0.5 },
  });
  expect(parseConfiguration({ OSZI_DIALOGUE: 'agilent', OSZI_CHANNELS: 'ch1:func1' }).channels).toEqual([
    'ch1',
    'func1',
  ]);
});

test.each([
  [{ OSZI_DIALOG: 'sim' }, 'OSZI_DIALOG '],
  [{ OSZI_SCPI_DEV: 'TCPIP::10.0.0.7::INSTR' }, 'SOCKET'],
  [{ OSZI_SCPI_HOST: 'a:b' }, 'host:port'],
  [{ OSZI_SCPI_HOST: 'a:70000' }, '65535'],
  [{ OSZI_SIM_TRIGGERED: 'maybe' }, 'yes or no'],
  [{ OSZI_SIM_FAIL: '2' }, 'from 0 to 1'],
  [{ OSZI_SIM_POINTS: '1e9' }, '10000000'],
  [{ OSZI_SIM_CHANNELS: 'a::b' }, 'empty'],
  [{ OSZI_SIM_CHANNELS: 'a:a' }, 'twice'],
  [{ OSZI_SCPI_ARGS: 'baud_rate=9600' }, 'timeout'],
])('%o is refused', (settings, words) => {
  expect(() => parseConfiguration(settings as Record<string, string>)).toThrow(words);
});
