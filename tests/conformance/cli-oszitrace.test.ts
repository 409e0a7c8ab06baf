// `pulsebench oszitrace` as a process of its own, with the simulated instrument and with one on TCP.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { lineServer } from '../support/line-server.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/pulsebench.mjs', import.meta.url));

interface Result {
  readonly code: number;
  readonly lines: readonly Record<string, unknown>[];
  readonly stderr: string;
}

function oszitrace(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Result> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: 60_000 };
    const child = execFile(process.execPath, [SCRIPT, 'oszitrace', '--json', ...args], options, (_, stdout, stderr) => {
      const lines = stdout.split('\n').filter((line) => line !== '');
      resolve({ code: child.exitCode ?? -1, lines: lines.map((line) => JSON.parse(line)), stderr });
    });
  });
}

test('the simulated instrument: parameters, then frames; retries are told', async () => {
  const env = { OSZI_EPICS_PREFIX: 'LAB:', OSZI_NAME: 'scope1', OSZI_SIM_POINTS: '1000', OSZI_SIM_CHANNELS: 'a:b:c' };
  const args = ['--set', 'OSZI_SIM_TRIGGERED=yes', '--arm', '--frames', '2', '--channel', 'a', '--channel', 'c'];
  const { code, lines } = await oszitrace(args, env);
  expect(code).toBe(0);
  expect(lines[0]).toEqual({ prefix: 'LAB', name: 'scope1', dialogue: 'sim', channels: ['a', 'c'], parameters: {} });
  expect(lines.slice(1).map(({ channel, frame }) => [channel, frame])).toEqual([
    ['a', 0],
    ['c', 0],
    ['a', 1],
    ['c', 1],
  ]);
  const { xoffset, xdelta, xreach, signal } = lines[1] as Record<string, number> & { signal: number[] };
  expect([xoffset, signal.length]).toEqual([0, 1000]);
  expect(xdelta).toBeCloseTo(6.28 / 999, 15);
  expect(xreach).toBeCloseTo((6.28 / 999) * 1000, 12);
  const unarmed = oszitrace(['--timeout', '0'], { ...env, OSZI_SIM_FAIL: '0.5', OSZI_SIM_SEED: '2' });
  const told = await unarmed;
  expect(told.lines.some(({ retry }) => retry === 'empty-retry')).toBe(true);
}, 120_000);

test('an instrument on TCP: init-talk, then its trace', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'oszitrace-'));
  const talk = join(folder, 'talk.yaml');
  writeFileSync(
    talk,
    'type: oszitrace-ioc/ascii-talk\nversion: 0.1\ninit:\n- q: "*IDN?"\n  r: "{vendor},{model},{}"\n- q: ":WAV:STR OFF"\n',
  );
  const server = await lineServer({
    '*IDN?': 'AGILENT,DSO81204,MY1,05',
    ':WAV:XINC?': '2.5E-10',
    ':WAV:XOR?': '-1.0E-09',
    ':WAV:XUN?': 'SECOND',
    ':WAV:YUN?': 'VOLT',
    ':WAV:POIN?': '4',
    ':WAV:DATA?': '1.5,-2.5,3.5E-1,0,',
  });
  try {
    const { code, lines, stderr } = await oszitrace(['--channel', 'ch2'], {
      OSZI_DIALOGUE: 'agilent',
      OSZI_SCPI_HOST: `127.0.0.1:${server.port}`,
      OSZI_INIT_TALK: talk,
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(lines[0]).toMatchObject({ parameters: { vendor: 'AGILENT', model: 'DSO81204' } });
    expect(lines[1]).toEqual({
      frame: 0,
      channel: 'ch2',
      axis: { name: 't', unit: 's' },
      unit: 'V',
      xoffset: -1e-9,
      xdelta: 2.5e-10,
      xreach: -1e-9 + 4 * 2.5e-10,
      signal: [1.5, -2.5, 0.35, 0],
    });
    expect(server.lines.slice(0, 3)).toEqual(['*IDN?', ':WAV:STR OFF', ':WAV:SOUR CHAN2']);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
}, 120_000);

test.each([
  [['--set', 'OSZI_DIALOGUE=nosuch'], 1, 'nosuch'],
  [['--set', 'OSZI_DIALOGUE=lecroy'], 1, 'OSZI_SCPI_HOST'],
  [['--set', 'OSZI_DIALOGUE=lecroy', '--set', 'OSZI_SCPI_HOST=127.0.0.1:1'], 1, 'failed'],
  [['--set', 'OSZI_SIM_FAIL=7'], 1, 'from 0 to 1'],
  [['--channel', 'ch9'], 2, 'ch9'],
  [['--set', 'FOO'], 2, 'NAME=VALUE'],
])(
  '%j ends with %i',
  async (args, code, words) => {
    const result = await oszitrace(args);
    expect([result.code, result.stderr.includes(words)]).toEqual([code, true]);
  },
  60_000,
);
