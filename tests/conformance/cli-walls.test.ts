// `run` with setups of a stranger: what their JavaScript reaches, where their files go, and how they end. What is promised
// is in docs/security.md.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { wallFlags } from '../../src/cli/run-walled.ts';
import { pulsebench } from '../support/command-line.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/pulsebench.mjs', import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pulsebench-walls-')));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(
  join(folder, 'outside.js'),
  'export const f = () => ({template: "Importer", next: () => false, write() {}});',
);
writeFileSync(join(folder, 'secret.txt'), 'secret');

/** A setup in a folder of its own, whose source is a module's function `f`. */
function makeSetup(name: string, source: string, more = ''): string {
  const path = join(folder, name, 'setup.yaml');
  mkdirSync(dirname(path), { recursive: true });
  const lines = [
    'Buffers:',
    '  In: {slot_count: 8, data_length: 1, data_dtype: {ch1: f4}}',
    'Workers:',
    '  own: {function: f, file: functions.js, sinks: [In]}',
    `  save: {function: exporters.drain, sources: [In]}`,
  ];
  writeFileSync(path, lines.join('\n') + more);
  writeFileSync(join(dirname(path), 'functions.js'), source);
  return path;
}

const out = (name: string) => join(folder, name, 'runs');
const GOOD = 'let n = 0; export const f = () => ({ template: "Importer", next: () => n++ < 5, write() {} });';

test('without a terminal and without --trust no JavaScript of a setup is run', () => {
  const path = makeSetup('untrusted', GOOD);
  const { code, stdout, stderr } = pulsebench('run', path, '--out', out('untrusted'));
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^pulsebench: setup\.yaml runs JavaScript of its own: functions\.js\.[^\n]*--trust[^\n]*\n$/);
  expect(existsSync(out('untrusted'))).toBe(false);
});

test('with --trust it runs, and nothing on standard error', () => {
  const path = makeSetup('trusted', GOOD);
  const { code, stdout, stderr } = pulsebench('run', path, '--out', out('trusted'), '--trust', '--json');
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({ events: { In: 5 } });
});

/** Each is a way to something else than the module's events. */
const DOORS: Readonly<Record<string, string>> = {
  'the process': 'process.env',
  'the process by its name': 'globalThis["pro" + "cess"].env',
  require: 'require("fs")',
  'a built-in module': 'import("node:fs")',
  'a built-in module by its short name': 'import("fs")',
  'a thread without the wall': 'import("node:worker_threads")',
  'a program': 'import("node:child_process")',
  'the network': 'import("node:net")',
  'hooks of the loader': 'import("node:module")',
  'another realm': 'import("node:vm")',
  'the inspector': 'import("node:inspector")',
  'a module of the program': 'import("yaml")',
  'a module as data': 'import("data:text/javascript,export default 1")',
  'a module that imports, as data': 'import("data:text/javascript,import \'node:fs\'")',
  'a module from the web': 'import("https://127.0.0.1/x.js")',
  'a module above the folder': 'import("../outside.js")',
  'a module by its address': 'import(new URL("../outside.js", import.meta.url))',
  'a module by a link': 'import("./link.js")',
  'require in a CommonJS file': 'import("./common.cjs")',
  'require in a file that looks like CommonJS': 'import("./common.js")',
  'require in a package that says CommonJS': 'import("./package/common.js")',
  'an addon': 'import("./addon.node")',
  'a secret as JSON': 'import("../secret.txt", { with: { type: "json" } })',
  'import in a new function': 'new Function("return import(\'node:fs\')")()',
  'import in an async function': '(async () => {}).constructor("return import(\'node:fs\')")()',
  'import in eval': '(0, eval)("import(\'node:fs\')")',
  fetch: 'fetch(TARGET)',
  WebSocket: 'new WebSocket(TARGET)',
  EventSource: 'new EventSource(TARGET)',
  'what fetch left behind': 'globalThis[Symbol.for("undici.globalDispatcher.1")].dispatch',
  Request: 'new Request(TARGET)',
  BroadcastChannel: 'new BroadcastChannel("x")',
  'a nested worker': 'new Worker("data:text/javascript,")',
  'the streams of the console': 'console._stdout.write',
  'the class of the console': 'new console.Console',
  'a connection by the context': 'context.connect("127.0.0.1", Number(new URL(TARGET).port))',
  'a file above the run directory': 'context.files.create("../x.csv")',
  'a file two above': 'context.files.create("../../x.csv")',
  'a file by its whole path': 'context.files.create("/tmp/x.csv")',
  'a secret above the folder': 'context.files.open("../secret.txt")',
  'a secret by its whole path': `context.files.open(${JSON.stringify(join(folder, 'secret.txt'))})`,
  'a secret of the system': 'context.files.open("/etc/passwd")',
  'a secret by a path that was bent':
    '(() => { const join = Array.prototype.join; Array.prototype.join = () => "/etc/passwd"; const opened = context.files.open("x"); Array.prototype.join = join; return opened; })()',
};

test('a hostile module finds every door shut', async () => {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(request.url ?? '');
    response.end('export default 1');
  }).listen(0, '127.0.0.1');
  server.on('connection', () => hits.push('connection'));
  await once(server, 'listening');
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const doors = Object.entries(DOORS).map(([name, code]) => `${JSON.stringify(name)}: async () => ${code}`);
  const path = makeSetup(
    'hostile',
    `export async function f(context) {
       const TARGET = ${JSON.stringify(target)};
       const doors = {${doors.join(',\n')}};
       for (const [name, open] of Object.entries(doors)) {
         try {
           const found = await open();
           context.print((found === undefined ? 'SHUT ' : 'OPEN ') + name);
         } catch (error) {
           context.print('SHUT ' + name);
         }
       }
       return { template: 'Importer', next: () => false, write() {} };
     }`,
  );
  symlinkSync(join(folder, 'outside.js'), join(folder, 'hostile', 'link.js'));
  mkdirSync(join(folder, 'hostile', 'package'));
  writeFileSync(join(folder, 'hostile', 'package', 'package.json'), '{"type": "commonjs"}');
  for (const name of ['common.cjs', 'common.js', 'package/common.js', 'addon.node']) {
    writeFileSync(join(folder, 'hostile', name), 'exports.secret = require("node:worker_threads");');
  }
  const child = spawn(
    process.execPath,
    [SCRIPT, 'run', path, '--out', out('hostile'), '--trust', '--json', '--duration', '20'],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, SECRET_TOKEN: 'x' } },
  );
  let stdout = '';
  child.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes.toString();
  });
  expect((await once(child, 'close'))[0]).toBe(0);
  server.close();
  const { messages } = JSON.parse(stdout) as { messages: string[] };
  expect(messages.sort()).toEqual(
    Object.keys(DOORS)
      .map((name) => `own: SHUT ${name}`)
      .sort(),
  );
  expect(hits).toEqual([]);
  expect(existsSync(join(folder, 'x.csv'))).toBe(false);
});

test('the process of such a run may read the folder and the program, write below --out, and start nothing', () => {
  mkdirSync(join(folder, 'bare', 'setup'), { recursive: true });
  mkdirSync(join(folder, 'bare', 'out'));
  const program = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
  const places = {
    program,
    setupDirectory: join(folder, 'bare', 'setup'),
    outDirectory: join(folder, 'bare', 'out'),
  };
  const code = `
    const fs = require('fs');
    const tries = {
      program: () => fs.readFileSync(${JSON.stringify(join(program, 'package.json'))}),
      out: () => fs.writeFileSync(${JSON.stringify(join(places.outDirectory, 'x'))}, ''),
      secret: () => fs.readFileSync(${JSON.stringify(join(folder, 'secret.txt'))}),
      sources: () => fs.readFileSync(${JSON.stringify(join(program, 'src', 'main.ts'))}),
      setup: () => fs.writeFileSync(${JSON.stringify(join(places.setupDirectory, 'x'))}, ''),
      beside: () => fs.writeFileSync(${JSON.stringify(`${places.outDirectory}-beside`)}, ''),
      child: () => require('child_process').execFileSync('true'),
      addon: () => process.dlopen({ exports: {} }, 'x.node'),
      binding: () => process.binding('fs'),
    };
    const run = (name) => { try { tries[name](); return 'open'; } catch (error) { return error.code; } };
    console.log(JSON.stringify(Object.fromEntries(Object.keys(tries).map((name) => [name, run(name)]))));`;
  const { stdout } = spawnSync(process.execPath, [...wallFlags(places), '-e', code], { encoding: 'utf8' });
  expect(JSON.parse(stdout)).toEqual({
    program: 'open',
    out: 'open',
    secret: 'ERR_ACCESS_DENIED',
    sources: 'ERR_ACCESS_DENIED',
    setup: 'ERR_ACCESS_DENIED',
    beside: 'ERR_ACCESS_DENIED',
    child: 'ERR_ACCESS_DENIED',
    addon: expect.stringMatching(/^ERR_(ACCESS_DENIED|DLOPEN_DISABLED)$/),
    binding: 'ERR_ACCESS_DENIED',
  });
});

test.each([
  ['above the folder', '../outside.js'],
  ['by its whole path', join(folder, 'outside.js')],
  ['by a link', 'link.js'],
  ['by a link to a folder', 'up/outside.js'],
])('a module %s is not run, also with --trust', (_what, file) => {
  const path = makeSetup('elsewhere', GOOD);
  const own = dirname(path);
  rmSync(join(own, 'link.js'), { force: true });
  rmSync(join(own, 'up'), { force: true });
  symlinkSync(join(folder, 'outside.js'), join(own, 'link.js'));
  symlinkSync(folder, join(own, 'up'));
  writeFileSync(path, readFileSync(path, 'utf8').replace('functions.js', file));
  const { code, stderr } = pulsebench('run', path, '--out', out('elsewhere'), '--trust');
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^pulsebench: [^\n]+lies outside the setup's folder[^\n]+\n$/),
  ]);
});

test.each(['../../kept', join(folder, 'kept'), 'a/../../../kept'])(
  'the name %s of a setup writes nothing outside --out',
  (name) => {
    writeFileSync(join(folder, 'kept.csv'), 'kept');
    const path = makeSetup('names', '', `\n`);
    const lines = [
      'Buffers:',
      '  In: {slot_count: 8, data_length: 1, data_dtype: {ch1: f4}}',
      'Workers:',
      '  source: {function: simulate_osc, file: functions.py, sinks: [Osc]}',
      `  save: {function: exporters.csv, sources: [In], config: {filename: ${JSON.stringify(name)}}}`,
    ];
    writeFileSync(path, lines.filter((line) => !line.includes('Osc')).join('\n'));
    const { code, stderr } = pulsebench('run', path, '--out', join(folder, 'names', 'runs'), '--duration', '1');
    expect(code).toBe(1);
    expect(stderr).toContain('cannot be the name of a file in the run directory');
    expect(readFileSync(join(folder, 'kept.csv'), 'utf8')).toBe('kept');
  },
);

test('names of buffers and channels stay in --out, too', () => {
  const path = join(folder, 'buffers', 'setup.yaml');
  mkdirSync(dirname(path));
  const lines = [
    'Buffers:',
    '  "../../escaped": {slot_count: 8, data_length: 1, data_dtype: {"../../ch": f4}}',
    'Workers:',
    '  save: {function: data.export, sources: ["../../escaped"]}',
    '  bins: {function: exporters.histogram, sources: ["../../escaped"], config: {bins: {"../../ch": [0, 1, 10]}}}',
  ];
  writeFileSync(path, lines.join('\n'));
  const before = readdirSync(folder).sort();
  const { code } = pulsebench('run', path, '--out', join(folder, 'buffers', 'a', 'b'), '--duration', '1');
  expect(code).toBe(1);
  expect(readdirSync(folder).sort()).toEqual(before);
  expect(readdirSync(join(folder, 'buffers')).sort()).toEqual(['a', 'setup.yaml']);
});

const ENDLESS =
  'export const f = () => ({ template: "Importer", next: () => { console.log("here"); for (;;); }, write() {} });';

test('--duration holds against a function that never returns', () => {
  const path = makeSetup('endless', ENDLESS);
  const startMs = performance.now();
  const { code, stdout, stderr } = pulsebench('run', path, '--out', out('endless'), '--trust', '--duration', '1');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^pulsebench: own did not return and was ended[^\n]+\n$/);
  expect(stdout).toContain('runDirectory');
  // The second that was asked for, the five without an event, and the start of three processes on a busy computer.
  expect(performance.now() - startMs).toBeLessThan(20_000);
});

/** Resolves when the function has begun what it does not end. */
async function stuckIn(child: ChildProcess): Promise<void> {
  const isHere = (bytes: Buffer): boolean => bytes.toString().includes('here');
  while (!isHere(((await once(child.stdout!, 'data')) as [Buffer])[0]));
}

test('a second Ctrl-C ends at once what the first could not', async () => {
  const path = makeSetup('interrupted', ENDLESS);
  const child = spawn(process.execPath, [SCRIPT, 'run', path, '--out', out('interrupted'), '--trust'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  await stuckIn(child);
  child.kill('SIGINT');
  await new Promise((wake) => setTimeout(wake, 1000));
  expect(child.exitCode).toBeNull();
  const startMs = performance.now();
  child.kill('SIGINT');
  const [code] = (await once(child, 'close')) as [number];
  expect(performance.now() - startMs).toBeLessThan(2000);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^pulsebench: The run was ended at once\.[^\n]*\n$/)]);
});

test('a run does not outlive the process that started it', async () => {
  const path = makeSetup('orphan', ENDLESS);
  const child = spawn(process.execPath, [SCRIPT, 'run', path, '--out', out('orphan'), '--trust'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  // The run holds the other end of this pipe until it is over.
  child.stdout.resume();
  await once(child.stdout, 'close');
});
