// The package as it is handed out: installed from its file into an empty folder, without a network, its command is the
// command line, the page's server and the bridge.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importBuilt } from '../../scripts/node-build.mjs';
import { goldenPath } from '../support/command-line.ts';
import { startSimulators } from '../support/simulators-process.ts';

const MAX_PACKAGE_BYTES = 5e6;

const parent = mkdtempSync(join(tmpdir(), 'pulsebench-package-'));
/** Where nobody has been: no packages beside it, and none that were kept. */
const folder = join(parent, 'empty');
const command = join(folder, 'node_modules', '.bin', 'pulsebench');
let tarball: string;

function npm(args: readonly string[], cwd: string): string {
  const env = { ...process.env, npm_config_cache: join(parent, 'cache'), npm_config_update_notifier: 'false' };
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')}: ${stderr}`);
  return stdout;
}

beforeAll(async () => {
  // what `npm pack` would build: the page is built for all these tests
  await importBuilt('main');
  const packed = npm(['pack', '--ignore-scripts', '--json', '--pack-destination', parent], process.cwd());
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  tarball = join(parent, filename);
  mkdirSync(folder);
  // a registry that nobody answers at: whatever was asked for would fail
  const offline = ['--registry', 'http://127.0.0.1:9', '--fetch-retries', '0'];
  npm(['install', '--no-audit', '--no-fund', '--ignore-scripts', ...offline, tarball], folder);
}, 120_000);

afterAll(() => rmSync(parent, { recursive: true }));

const pulsebench = (...args: string[]) => spawnSync(command, args, { cwd: folder, encoding: 'utf8' });

test('it is small, and brings nothing but itself', () => {
  expect(statSync(tarball).size).toBeLessThan(MAX_PACKAGE_BYTES);
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  expect(Object.keys(packages)).toEqual(['', 'node_modules/pulsebench']);
});

test.each(['jls-v2/f32_levels.jls', 'hdf5/types.h5', 'parquet/clock_zstd.parquet'])(
  'the command line reads %s, with all that the format needs',
  (path) => {
    const { status, stdout, stderr } = pulsebench('info', goldenPath(path), '--json');
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout).signals.length).toBeGreaterThan(0);
  },
);

test('its help names the servers', () => {
  expect(pulsebench('help').stdout).toMatch(/^serve .*\n(.*\n)*bridge /m);
});

test("a setup's own JavaScript runs behind its walls", () => {
  const setup = join(parent, 'setup.yaml');
  writeFileSync(
    setup,
    [
      'Buffers:',
      '  In: {slot_count: 8, data_length: 1, data_dtype: {ch1: f4}}',
      'Workers:',
      '  own: {function: f, file: functions.js, sinks: [In]}',
      '  save: {function: exporters.drain, sources: [In]}',
    ].join('\n'),
  );
  const source = 'let n = 0; export const f = () => ({ template: "Importer", next: () => n++ < 5, write() {} });';
  writeFileSync(join(parent, 'functions.js'), source);
  const run = pulsebench('run', setup, '--out', join(parent, 'runs'), '--trust', '--json');
  expect([run.status, run.stderr]).toEqual([0, '']);
  expect(JSON.parse(run.stdout)).toMatchObject({ events: { In: 5 } });
});

/** The first line of what a server says in JSON. */
async function firstLine(child: ChildProcess): Promise<Record<string, string>> {
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return JSON.parse(line) as Record<string, string>;
}

async function ended(child: ChildProcess): Promise<number | null> {
  const over = once(child, 'close');
  child.kill('SIGTERM');
  return ((await over) as [number | null])[0];
}

test('it serves the page', async () => {
  const child = spawn(command, ['serve', '--port', '0', '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { url } = await firstLine(child);
  const response = await fetch(url!);
  expect([response.status, response.headers.get('cross-origin-embedder-policy')]).toEqual([200, 'require-corp']);
  const html = await response.text();
  const [script] = /assets\/index-[\w-]+\.js/.exec(html)!;
  expect((await fetch(new URL(script, url))).headers.get('content-type')).toBe('text/javascript');
  expect(await ended(child)).toBe(0);
});

test('it is the bridge, with the page and the simulated instruments', async () => {
  const bridge = await startSimulators(command, 'bridge');
  expect(await bridge.ask('meter-keysight', '*IDN?')).toMatch(/34465A/);
  expect((await fetch(bridge.page!)).headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await bridge.end()).toBe(0);
});

test('wrong usage and a port in use are said in one line, with the exit codes of the command line', async () => {
  const wrong = pulsebench('bridge', '--nonsense');
  expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringMatching(/^bridge: [^\n]+\n$/)]);
  const child = spawn(command, ['serve', '--port', '0', '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { port } = new URL((await firstLine(child))['url']!);
  const busy = pulsebench('serve', '--port', port);
  expect([busy.status, busy.stderr]).toEqual([1, expect.stringMatching(/^serve: Port \d+ is in use[^\n]+\n$/)]);
  expect(await ended(child)).toBe(0);
});
