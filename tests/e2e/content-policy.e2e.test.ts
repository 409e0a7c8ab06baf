// The policy of the built page and of its workers, tried from inside: on a host that sends headers and on one that sends
// none, where the service worker adds them.

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page, type Worker } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.mjs';
import { dropFile } from '../support/built-app.ts';
import { DIST, keptFiles } from '../support/built-files.ts';
import { FILE_KINDS } from '../support/file-kinds.ts';
import { StaticHost } from '../support/static-host.ts';

/** device, export, paint, pipeline, reader, recorder, simulated bench */
const WORKER_KIND_COUNT = 8;
const WORKER_SCRIPTS = keptFiles().filter((file) => /\/worker-[\w-]{8}\.js$/.test(file));
/** Where the page looks for `npm run bridge`. */
const BRIDGE_PORT = 8900;

let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Stands for everything elsewhere, the pages of others included. */
let spy: Server;
let spyPort: number;
const heard: string[] = [];

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: [...CHROMIUM_ARGS, '--host-resolver-rules=MAP *.example 127.0.0.1'],
  });
  spy = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://spy');
    const frame = searchParams.get('frame');
    if (frame === null) heard.push(pathname);
    response.writeHead(200, {
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'content-type': frame === null ? 'text/javascript' : 'text/html',
    });
    response.end(frame === null ? 'self.loaded = true;' : `<iframe src="${frame}"></iframe>`);
  });
  spy.on('upgrade', (request, socket) => {
    heard.push(`upgrade ${request.url}`);
    socket.destroy();
  });
  await new Promise<void>((resolve) => spy.listen(0, '127.0.0.1', resolve));
  spyPort = (spy.address() as AddressInfo).port;
});

afterAll(async () => {
  await browser.close();
  spy.close();
});

beforeEach(async () => {
  heard.length = 0;
  context = await browser.newContext();
  page = await context.newPage();
});

afterEach(() => context.close());

/** What stands in dist/_headers for every path. */
function headersOfFile(): Record<string, string> {
  const [paths, ...lines] = readFileSync(`${DIST}_headers`, 'utf8').trimEnd().split('\n');
  expect(paths).toBe('/*');
  return Object.fromEntries(lines.map((line) => /^ {2}([\w-]+): (.*)$/.exec(line)!.slice(1, 3) as [string, string]));
}

/** What a response says of itself, as the browser got it: of a worker's script by asking for it once more. */
function policyOf(path: string): Promise<(string | null)[]> {
  return page.evaluate(async (name) => {
    const { headers } = await fetch(name);
    return ['Content-Security-Policy', 'X-Frame-Options', 'Cross-Origin-Embedder-Policy'].map((key) =>
      headers.get(key),
    );
  }, path);
}

const withoutBridge = (policy: string) => policy.replace(` ws://127.0.0.1:${BRIDGE_PORT}`, '');

function expectGuarded([policy, frameOptions, embedder]: (string | null)[]): void {
  expect(policy).toMatch(
    /^default-src 'none'; .*connect-src 'self' ws:\/\/127\.0\.0\.1:8900; .*frame-ancestors 'none'$/,
  );
  // nothing else lets a connection out, and no code is made of text
  expect(withoutBridge(policy!)).not.toMatch(/wss?:|https?:|\*|'unsafe-eval'|'unsafe-inline'/);
  expect(frameOptions).toBe('DENY');
  expect(embedder).toBe('require-corp');
}

/** Each attempt by name, and what came of it: `shut` if it was blocked by the policy, as an event says. */
type Outcome = Record<string, string>;

/** Runs inside the page or a worker. SPY is the host and port of the spy. */
const ATTACK = `(async (spy) => {
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const told = (target, good) => new Promise((resolve, reject) => {
    target.addEventListener(good, () => resolve(good));
    target.addEventListener('error', () => reject(new Error('error')));
    setTimeout(() => reject(new Error('silence')), 3000);
  });
  const attempts = {
    'a WebSocket to elsewhere': () => told(new WebSocket('wss://evil.example'), 'open'),
    'a WebSocket to this computer': () => told(new WebSocket('ws://' + spy + '/socket'), 'open'),
    'a WebSocket to the network': () => told(new WebSocket('ws://192.168.1.1:8900/tcp'), 'open'),
    'fetch from elsewhere': () => fetch('http://' + spy + '/fetch', { mode: 'no-cors' }),
    'an EventSource': () => told(new EventSource('http://' + spy + '/events'), 'open'),
    eval: () => eval('1 + 1'),
    'an indirect eval': () => (0, eval)('1 + 1'),
    'new Function': () => new Function('return 1')(),
    'import() from elsewhere': () => import('http://' + spy + '/import.js'),
    'import() of a data URL': () => import('data:text/javascript,export default 1'),
    'a worker from elsewhere': () => told(new Worker('data:text/javascript,postMessage(1)'), 'message'),
  };
  if (typeof importScripts === 'function') {
    attempts['importScripts from elsewhere'] = () => importScripts('http://' + spy + '/scripts.js');
  }
  // Out of the debugger's own call, in which it may allow more.
  await pause(0);
  const outcome = {};
  for (const [name, attempt] of Object.entries(attempts)) {
    const directives = [];
    const listen = (event) => directives.push(event.effectiveDirective);
    addEventListener('securitypolicyviolation', listen);
    let got = 'nothing';
    try {
      got = 'OPEN ' + String(await attempt());
    } catch (error) {
      got = error.constructor.name;
    }
    await pause(50);
    removeEventListener('securitypolicyviolation', listen);
    outcome[name] = got.startsWith('OPEN') ? got : directives.length > 0 ? 'shut' : 'no violation, ' + got;
  }
  return outcome;
})`;

/** The page, or a worker. */
interface Place {
  evaluate<Result>(script: string): Promise<Result>;
}

const attack = (where: Place): Promise<Outcome> => where.evaluate(`${ATTACK}('127.0.0.1:${spyPort}')`);

/** Starts a worker of every kind from the scripts of the build; they wait for their first order. */
async function startWorkers(): Promise<Worker[]> {
  expect(WORKER_SCRIPTS).toHaveLength(WORKER_KIND_COUNT);
  const workers: Worker[] = [];
  for (const script of WORKER_SCRIPTS) {
    const [worker] = await Promise.all([
      page.waitForEvent('worker', (started) => started.url().endsWith(script)),
      page.evaluate((path) => void new Worker(`./${path}`, { type: 'module' }), script),
    ]);
    workers.push(worker);
  }
  return workers;
}

/** The page and a worker of every kind. */
const places = async (): Promise<Place[]> => [page, ...(await startWorkers())];

/** Frames that show the page to whoever looks, or refuse to. */
async function expectInFrame(framing: string, address: string, expected: string): Promise<void> {
  const outer = await context.newPage();
  await outer.goto(`http://${framing}:${spyPort}/?frame=${encodeURIComponent(address)}`);
  const frame = outer.frames()[1]!;
  await frame.waitForLoadState();
  // long enough for a page that starts
  await outer.waitForTimeout(1500);
  await expect.poll(async () => (await frame.locator('#start').allTextContents()).join('')).toBe(expected);
  expect(await frame.locator('lab-app').count()).toBe(0);
  await outer.close();
}

const REFUSAL = 'Pulsebench does not run within another page. Open it in a tab of its own.';

interface Host {
  readonly name: string;
  start(): Promise<{ address: string; stop(): Promise<void> }>;
  /** What its own answer says, before any service worker is there. */
  readonly sendsHeaders: boolean;
}

async function startStatic(headers: Record<string, string>) {
  const host = new StaticHost(DIST, undefined, headers);
  return { address: await host.start(), stop: () => host.stop() };
}

const HOSTS: readonly Host[] = [
  { name: 'npm start', sendsHeaders: true, start: async () => ({ address: inject('baseUrl'), stop: async () => {} }) },
  { name: 'a host that reads _headers', sendsHeaders: true, start: () => startStatic(headersOfFile()) },
  { name: 'a host without headers', sendsHeaders: false, start: () => startStatic({}) },
];

describe.each(HOSTS)('$name', ({ start, sendsHeaders }) => {
  let address: string;
  let stop: () => Promise<void>;

  beforeEach(async () => {
    ({ address, stop } = await start());
    await page.goto(address);
    await page.waitForFunction(() => crossOriginIsolated && document.readyState === 'complete');
    await page.locator('lab-app nav').waitFor();
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  });

  afterEach(() => stop());

  test.runIf(sendsHeaders)('sends the policy with the page, each worker and the service worker', async () => {
    for (const path of ['', 'index.html', 'sw.js', ...WORKER_SCRIPTS]) {
      const { headers } = await context.request.get(new URL(path, address).href).then((response) => ({
        headers: response.headers(),
      }));
      expectGuarded([
        headers['content-security-policy'] ?? null,
        headers['x-frame-options'] ?? null,
        headers['cross-origin-embedder-policy'] ?? null,
      ]);
    }
  });

  test('page and workers carry one policy, and the page says the same where no header comes', async () => {
    const response = await page.reload();
    const policies = new Set<string | null>([response!.headers()['content-security-policy'] ?? null]);
    for (const path of ['./', './index.html', ...WORKER_SCRIPTS.map((script) => `./${script}`)]) {
      const found = await policyOf(path);
      expectGuarded(found);
      policies.add(found[0]!);
    }
    expect(policies.size).toBe(1);
    const meta = page.locator('meta[http-equiv="Content-Security-Policy"]');
    expect(`${await meta.getAttribute('content')}; frame-ancestors 'none'`).toBe([...policies][0]);
  });

  test('everything elsewhere is shut to the page and to a worker of every kind', async () => {
    for (const where of await places()) {
      const outcome = await attack(where);
      expect(Object.keys(outcome).length).toBeGreaterThanOrEqual(11);
      const isModuleWorker = where !== page;
      for (const [name, what] of Object.entries(outcome)) {
        // a module worker has no importScripts that works, whatever the policy
        if (isModuleWorker && name.startsWith('importScripts'))
          expect([name, what]).toEqual([name, expect.not.stringContaining('OPEN')]);
        else expect([name, what]).toEqual([name, 'shut']);
      }
    }
    expect(heard).toEqual([]);
  });

  test('the bridge is reached from the page and from a worker of every kind', async () => {
    const bridge = createServer();
    bridge.on('upgrade', (request, socket) => {
      heard.push(`bridge ${request.url}`);
      socket.destroy();
    });
    await new Promise<void>((resolve, reject) =>
      bridge.once('error', reject).listen(BRIDGE_PORT, '127.0.0.1', resolve),
    );
    try {
      for (const where of await places()) {
        await where.evaluate(`new Promise((resolve) => {
          const socket = new WebSocket('ws://127.0.0.1:${BRIDGE_PORT}/tcp?host=192.168.1.2&port=1001');
          socket.onclose = () => resolve();
        })`);
      }
    } finally {
      await new Promise((resolve) => bridge.close(resolve));
    }
    expect(heard).toEqual(Array(1 + WORKER_KIND_COUNT).fill('bridge /tcp?host=192.168.1.2&port=1001'));
  });

  test.each(['127.0.0.1', 'localhost', 'evil.example'])(
    'a page of %s shows nothing of it in a frame',
    async (framing) => {
      await expectInFrame(framing, address, sendsHeaders || framing === '127.0.0.1' ? '' : REFUSAL);
    },
  );

  test('what the page does breaks no rule of its own', async () => {
    const violations: string[] = [];
    context.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) violations.push(message.text());
    });
    await page.reload();
    await page.locator('lab-app nav').waitFor();
    for (const format of ['HDF5', 'JLS v2']) {
      const { bytes } = FILE_KINDS.find((kind) => kind.format === format)!;
      await dropFile(page, format, await bytes());
      await page.locator('lab-files-view canvas').first().waitFor();
    }
    expect(violations).toEqual([]);
  });
});

test('what a host says itself still holds behind the service worker', async () => {
  const { address, stop } = await startStatic({ 'Content-Security-Policy': "img-src 'none'" });
  try {
    await page.goto(address);
    await page.waitForFunction(() => crossOriginIsolated && document.readyState === 'complete');
    const [policy] = await policyOf('./');
    expect(policy).toMatch(/^img-src 'none', default-src 'none'; /);
  } finally {
    await stop();
  }
});
