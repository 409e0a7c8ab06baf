// The simulated instruments, as sigrok-cli, lxi-tools and PyVISA read them over TCP: what the generator and the supply of
// the bench are set to is what these programs show. Expected values come from the settings, not from our decoders.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SimulatorsProcess, startSimulators } from '../support/simulators-process.ts';

const runFile = promisify(execFile);
const MAX_OUTPUT_BYTES = 2 ** 28;

/** What the generator gives on channel 1 of every scope: the trigger is its rising edge through 0.2 V. */
const AMPLITUDE_V = 4;
const OFFSET_V = 0.2;
const FREQUENCY_HZ = 1000;
const sine = (timeS: number) => OFFSET_V + (AMPLITUDE_V / 2) * Math.sin(2 * Math.PI * FREQUENCY_HZ * timeS);

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-'));
let bench: SimulatorsProcess;

beforeAll(async () => {
  bench = await startSimulators();
  await bench.tell('supply-rigol', ':APPL CH1,5.5,0.5;:OUTP CH1,ON');
  await bench.tell('generator-rigol', `:SOUR1:APPL:SIN ${FREQUENCY_HZ},${AMPLITUDE_V},${OFFSET_V}`);
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  expect(await bench.end()).toBe(0);
});

async function sigrok(driver: string, name: string, ...args: string[]): Promise<string> {
  const device = `${driver}:conn=tcp-raw/127.0.0.1/${bench.ports[name]}`;
  const { stdout } = await runFile('sigrok-cli', ['-d', device, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  return stdout;
}

/** PyVISA is a package of Debian, for Debian's Python. */
async function python<Result>(...args: (string | number)[]): Promise<Result> {
  const { stdout } = await runFile('/usr/bin/python3', ['tests/foreign/simulators.py', ...args.map(String)], {
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  return JSON.parse(stdout) as Result;
}

/** Channel 1 of one frame, as floats: what is printed is rounded, what is written to a file is not. */
async function frame(driver: string, name: string, ...args: string[]): Promise<number[]> {
  const path = join(folder, `${name}.sr`);
  await sigrok(driver, name, '--frames', '1', '--channels', 'CH1', '-o', path, ...args);
  return python('sigrok', path);
}

/** Every sample is what the generator gives at its time, to half a step of the converter. */
function expectSine(values: readonly number[], points: { startS: number; stepS: number; lsbV: number }): void {
  const { startS, stepS, lsbV } = points;
  const worst = values.reduce((max, value, k) => Math.max(max, Math.abs(value - sine(startS + k * stepS))), 0);
  // single precision of a few volts
  expect(worst).toBeLessThanOrEqual(lsbV / 2 + 2e-6);
}

test('lxi-tools reads the identification of every instrument', async () => {
  const identities: Record<string, string> = {};
  for (const [name, port] of Object.entries(bench.ports)) {
    // lxi ends a line with a line feed alone, which the first does not take; the others speak no text
    if (['scope-red-pitaya', 'red-pitaya', 'red-pitaya-list'].includes(name)) continue;
    const { stdout } = await runFile('lxi', ['scpi', '-a', '127.0.0.1', '-p', String(port), '-r', '*IDN?']);
    identities[name] = stdout.trim();
  }
  expect(identities).toMatchObject({
    'meter-keysight': expect.stringMatching(/^Keysight Technologies,34465A,/),
    'supply-rigol': expect.stringMatching(/^RIGOL TECHNOLOGIES,DP832,/),
    'scope-rigol': expect.stringMatching(/^RIGOL TECHNOLOGIES,DS1054Z,/),
    'scope-tektronix': expect.stringMatching(/^TEKTRONIX,MSO2024,/),
  });
  expect(Object.values(identities).filter((identity) => identity.split(',').length !== 4)).toEqual([]);
});

test('PyVISA: the meter reads what the supply gives, to the last digit', async () => {
  const [volts, amperes] = await python<string[]>(
    'ask',
    bench.ports['meter-keysight']!,
    'MEAS:VOLT:DC?',
    'MEAS:CURR:DC?',
  );
  expect([volts, amperes]).toEqual(['+5.50000000E+00', '+5.50000000E-02']);
  const answers = await python<string[]>('ask', bench.ports['supply-rigol']!, ':MEAS:ALL? CH1', ':APPL? CH1');
  expect(answers).toEqual(['5.5000,0.0550,0.302', 'CH1:30V/3A,5.500,0.500']);
});

test('PyVISA: several queries in a message, the branch kept, errors in their order', async () => {
  const answers = await python<string[]>(
    'ask',
    bench.ports['scope-rigol']!,
    '*CLS;:CHAN2:SCAL 0.5;OFFS 1;SCAL?;OFFS?;*ESR?;:TIM:SCAL?',
    ':NONSENSE',
    ':CHAN9:SCAL 1',
    ':SYST:ERR?;:SYST:ERR?;:SYST:ERR?',
  );
  expect(answers).toEqual([
    '5.000000e-01;1.000000e+00;0;1.000000000e-03',
    '-113,"Undefined header";-114,"Header suffix out of range";0,"No error"',
  ]);
});

test('sigrok scpi-dmm: the meter', async () => {
  await bench.tell('meter-keysight', 'CONF:VOLT:DC');
  const shown = await sigrok('scpi-dmm', 'meter-keysight', '--samples', '3');
  expect(shown.match(/P1: .*/g)).toEqual(Array(3).fill('P1: 5.50000 V DC'));
});

test('sigrok scpi-pps: the supply, and its set-points', async () => {
  const shown = await sigrok('scpi-pps', 'supply-rigol', '--samples', '1');
  expect(shown).toContain('V1: 5.5000 V DC\nI1: 55.0 mA DC\nP1: 302.0 mW');
  await sigrok('scpi-pps', 'supply-rigol', '-g', '1', '--config', 'voltage_target=3.25:current_limit=0.02', '--set');
  // 3.25 V would be 32.5 mA
  expect(await bench.ask('supply-rigol', ':SOUR1:VOLT?;:SOUR1:CURR?;:OUTP:MODE? CH1')).toBe('3.250;0.020;CC');
  expect(await bench.ask('meter-keysight', 'MEAS:VOLT:DC?')).toBe('+2.00000000E+00');
  await bench.tell('supply-rigol', ':APPL CH1,5.5,0.5');
});

test.each([
  // 12 divisions of 1 ms in 1200 points; 25 steps in a division of 1 V
  [
    'rigol-ds',
    'scope-rigol',
    ':CHAN1:SCAL 1;:TRIG:EDG:LEV 0.2',
    { count: 1200, startS: -6e-3, stepS: 1e-5, lsbV: 1 / 25 },
  ],
  // 12 divisions of 1 ms in 20 000 points; 100 steps in a division
  [
    'hameg-hmo',
    'scope-rohde-schwarz',
    ':CHAN1:SCAL 1;:TRIG:A:LEV1 0.2',
    { count: 20_000, startS: -6e-3, stepS: 6e-7, lsbV: 1 / 100 },
  ],
  // 10 divisions of 1 ms in 20 000 points and two beyond
  [
    'lecroy-xstream',
    'scope-lecroy',
    'C1:VDIV 1V;C1:TRLV 0.2V',
    { count: 20_002, startS: -5e-3, stepS: 5e-7, lsbV: 1 / 25 },
  ],
] as const)('sigrok %s: channel 1 is what the generator gives', async (driver, name, setup, { count, ...points }) => {
  await bench.tell(name, setup);
  const values = await frame(driver, name);
  expect(values).toHaveLength(count);
  expectSine(values, points);
});

// it asks for 30 000 points at once, whatever the depth is
test('sigrok rigol-ds: the memory of a single acquisition', async () => {
  await bench.tell('scope-rigol', ':ACQ:MDEP 12000;:CHAN1:SCAL 1;:TRIG:EDG:LEV 0.2;:SING');
  await expect.poll(() => bench.ask('scope-rigol', ':TRIG:STAT?')).toBe('STOP');
  const values = await frame('rigol-ds', 'scope-rigol', '--config', 'data_source=Memory');
  expect(values).toHaveLength(12_000);
  expectSine(values, { startS: -6e-3, stepS: 1e-6, lsbV: 1 / 25 });
  await bench.tell('scope-rigol', ':RUN');
});

test('sigrok rigol-ds: settings are read back as they were set', async () => {
  await sigrok('rigol-ds', 'scope-rigol', '--config', 'timebase=500 us:triggerslope=f', '--set');
  expect(await bench.ask('scope-rigol', ':TIM:SCAL?;:TRIG:EDG:SLOP?')).toBe('5.000000000e-04;NEG');
  await sigrok('rigol-ds', 'scope-rigol', '-g', 'CH2', '--config', 'vdiv=200 mV:coupling=AC', '--set');
  expect(await bench.ask('scope-rigol', ':CHAN2:SCAL?;COUP?')).toBe('2.000000e-01;AC');
  await bench.tell('scope-rigol', ':TRIG:EDG:SLOP POS;:TIM:SCAL 1e-3');
});

// The driver reads 363 bytes as header, of which two are samples, then counts the two line ends at the end as samples;
// over a plain socket it then asks for 0 bytes for ever. So its first packet is looked at, and it is ended.
test('sigrok siglent-sds: the first packet of channel 1, which begins with the third sample', async () => {
  await bench.tell('scope-siglent-legacy', 'C1:VDIV 500MV;C1:TRLV 0.2V');
  const device = `siglent-sds:conn=tcp-raw/127.0.0.1/${bench.ports['scope-siglent-legacy']}`;
  const ended = await runFile(
    'sigrok-cli',
    ['-d', device, '--frames', '1', '--channels', 'CH1', '-O', 'analog:digits=all'],
    {
      // its first look at the socket comes after 7 s
      timeout: 10_000,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_OUTPUT_BYTES,
    },
  ).catch((error: { stdout: string }) => error);
  const POINTS = 14_000;
  const HEADER_BYTES = 363;
  const values = [...ended.stdout.matchAll(/CH1: (-?[\d.]+) (m?)V/g)].map(
    ([, digits, prefix]) => Number(digits) * (prefix === 'm' ? 1e-3 : 1),
  );
  const count = POINTS - HEADER_BYTES;
  expect(values.length).toBeGreaterThanOrEqual(count);
  // the text is rounded to a tenth of a volt
  expectSine(values.slice(0, count), { startS: -7e-3 + 2e-6, stepS: 1e-6, lsbV: 0.5 / 25 + 0.1 });
});

test.each([
  [
    'scope-keysight, words, high byte first',
    'scope-keysight',
    ':CHAN1:SCAL 1;:TRIG:LEV 0.2;:WAV:FORM WORD;BYT MSBF;UNS ON;POIN 1000',
    [':WAV:DATA?', 'H', '>'],
    ':WAV:XINC?;XOR?;YINC?;YOR?;YREF?',
    (raw: number, [, , increment, origin, reference]: number[]) => (raw - reference!) * increment! + origin!,
    1 / 25,
  ],
  [
    'scope-keysight, bytes',
    'scope-keysight',
    ':WAV:FORM BYTE;UNS ON;POIN 1000',
    [':WAV:DATA?', 'B', '<'],
    ':WAV:XINC?;XOR?;YINC?;YOR?;YREF?',
    (raw: number, [, , increment, origin, reference]: number[]) => (raw - reference!) * increment! + origin!,
    1 / 25,
  ],
  [
    'scope-rigol-dho, words',
    'scope-rigol-dho',
    ':CHAN1:SCAL 1;:TRIG:EDGE:LEV 0.2;:WAV:SOUR CHAN1;MODE NORM;FORM WORD',
    [':WAV:DATA?', 'H', '<'],
    ':WAV:XINC?;XOR?;YINC?;YOR?;YREF?',
    (raw: number, [, , increment, origin, reference]: number[]) => (raw - origin! - reference!) * increment!,
    1 / 400,
  ],
  [
    'scope-tektronix, words, low byte first',
    'scope-tektronix',
    'HEADER OFF;:CH1:SCA 1;POS 0.4;:TRIG:A:LEV 0.2;:DATA:SOU CH1;ENC SRI;WID 2;STAR 1;STOP 5000',
    ['CURVE?', 'h', '<'],
    'WFMO:XIN?;XZE?;YMU?;YOF?;YZE?',
    (raw: number, [, , factor, offset, zero]: number[]) => (raw - offset!) * factor! + zero!,
    1 / 25,
  ],
  [
    'scope-tektronix-tds, bytes without sign',
    'scope-tektronix-tds',
    'HEADER OFF;:CH1:SCA 1;:TRIG:MAI:LEV 0.2;:DATA:SOU CH1;ENC RPB;WID 1;STAR 1;STOP 2500',
    ['CURVE?', 'B', '<'],
    'WFMP:XIN?;XZE?;YMU?;YOF?;YZE?',
    (raw: number, [, , factor, offset, zero]: number[]) => (raw - offset!) * factor! + zero!,
    1 / 25,
  ],
] as const)('PyVISA: %s', async (_, name, setup, [query, type, order], preamble, toVolts, lsbV) => {
  const values = await python<number[]>('values', bench.ports[name]!, setup, query, type, order);
  const numbers = (await bench.ask(name, preamble)).split(';').map(Number);
  expect(values.length).toBeGreaterThanOrEqual(1000);
  const [stepS, startS] = numbers as [number, number];
  expectSine(
    values.map((raw) => toVolts(raw, numbers)),
    { startS, stepS, lsbV },
  );
});
