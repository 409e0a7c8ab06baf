// The built page on a static host that cannot send headers, below a sub-path.

import { readFileSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.mjs';
import { DIST, missingFiles } from '../support/built-files.ts';
import { FILE_KINDS } from '../support/file-kinds.ts';
import { StaticHost } from '../support/static-host.ts';

let browser: Browser;
let context: BrowserContext;
let page: Page;
let host: StaticHost;
let address: string;
let loadCount: number;
let policyViolations: string[];

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
});

afterAll(() => browser.close());

beforeEach(async () => {
  host = new StaticHost(DIST);
  address = await host.start();
  context = await browser.newContext();
  page = await context.newPage();
  loadCount = 0;
  policyViolations = [];
  page.on('load', () => loadCount++);
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) policyViolations.push(message.text());
  });
});

afterEach(async () => {
  await context.close();
  await host.stop();
});

const isIsolated = (): Promise<boolean> => page.evaluate(() => crossOriginIsolated);

const cacheNames = (): Promise<string[]> => page.evaluate(() => caches.keys());

async function visitUntilIsolated(): Promise<void> {
  await page.goto(address);
  await page.waitForFunction(() => crossOriginIsolated && document.readyState === 'complete');
}

/** Starts a worker from the host that shares memory with the page; resolves with what it wrote there. */
function sharedMemoryRoundTrip(): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const shared = new Int32Array(new SharedArrayBuffer(4));
        const worker = new Worker('./probe.js');
        worker.onerror = () => reject(new Error('the worker did not start'));
        worker.onmessage = () => resolve(Atomics.load(shared, 0));
        worker.postMessage(shared);
      }),
  );
}

/** Goes through the rail; every view brings code and styles of its own. */
async function showEveryView(): Promise<void> {
  const links = page.locator('lab-rail a');
  await links.first().waitFor();
  for (const link of await links.all()) {
    await link.click();
    const viewId = (await link.getAttribute('href'))?.slice('#/'.length);
    await page.locator(`lab-${viewId}-view`).waitFor();
  }
}

function dropFile(fileName: string, bytes: Buffer): Promise<void> {
  return page.evaluate(
    ([name, base64]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name));
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    },
    [fileName, bytes.toString('base64')] as const,
  );
}

test('the first visit isolates the page with one reload, workers and shared memory included', async () => {
  host.overrides.set('probe.js', 'onmessage = (event) => { Atomics.store(event.data, 0, 42); postMessage(0); };');
  await visitUntilIsolated();
  expect(loadCount).toBe(2);
  expect(await sharedMemoryRoundTrip()).toBe(42);
  await page.goto(`${address}?again`);
  expect(await isIsolated()).toBe(true);
  expect(loadCount).toBe(3);
  await showEveryView();
  expect(policyViolations).toEqual([]);
});

test('the page starts with what it names; the rest is fetched behind it', async () => {
  const shell = readFileSync(`${DIST}index.html`, 'utf8');
  host.heldBack = (file) => file.startsWith('assets/') && !shell.includes(file);
  await visitUntilIsolated();
  await page.locator('lab-rail a').first().waitFor();
  expect(loadCount).toBe(2);
});

test('without the host the page still loads, isolated, with everything it kept', async () => {
  await visitUntilIsolated();
  await expect.poll(() => missingFiles(page), { timeout: 60_000 }).toEqual([]);
  // What is still under way when the host goes away would fail for another reason.
  await page.waitForLoadState('networkidle');
  const failed: string[] = [];
  page.on('requestfailed', (request) => failed.push(request.url()));
  await host.stop();
  host = new StaticHost(DIST);
  await page.reload();
  expect(await isIsolated()).toBe(true);
  await showEveryView();
  await dropFile('offline.jls', readFileSync(new URL('../golden/jls-v2/f32_two_signals.jls', import.meta.url)));
  await page.locator('lab-files-view canvas').first().waitFor();
  await page.locator('lab-files-view').getByText('offline.jls').first().waitFor();
  const statuses = await page.evaluate(() =>
    Promise.all(
      ['./manifest.webmanifest', './icons/icon-192.png', './index.html?x=1#y'].map(async (path) => {
        const response = await fetch(path);
        return [response.status, response.headers.get('Cross-Origin-Embedder-Policy')];
      }),
    ),
  );
  expect(statuses).toEqual(Array(3).fill([200, 'require-corp']));
  expect(failed).toEqual([]);
});

test('an HDF5 file opens offline although none was opened before', async () => {
  await visitUntilIsolated();
  await expect.poll(() => missingFiles(page), { timeout: 60_000 }).toEqual([]);
  await host.stop();
  host = new StaticHost(DIST);
  await page.reload();
  await page.locator('lab-rail a').first().waitFor();
  const { bytes } = FILE_KINDS.find(({ format }) => format === 'HDF5')!;
  await dropFile('offline.h5', Buffer.from(await bytes()));
  await page.locator('lab-files-view canvas').first().waitFor();
});

const OWN_SETUP = `
Buffers: {In: {slot_count: 16, data_length: 1, data_dtype: {x: f8}}}
Workers:
  source: {file: own.js, function: source, sinks: [In]}
  rest: {function: exporters.drain, sources: [In]}
`;
const OWN_MODULE = `
export function source(context) {
  let left = 1000;
  return {
    template: 'Importer',
    next: () => left-- > 0,
    write: (event) => event.set('x', left),
    finish: () => context.print('wrote all'),
  };
}
`;

test("a setup with a module of one's own runs offline although none ran before", async () => {
  await visitUntilIsolated();
  await expect.poll(() => missingFiles(page), { timeout: 60_000 }).toEqual([]);
  await host.stop();
  host = new StaticHost(DIST);
  await page.reload();
  await page.locator('lab-rail a').first().waitFor();
  // Neither the host nor the service worker is asked for anything that the frame runs.
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.frame() !== page.mainFrame()) asked.push(request.url());
  });
  await page.evaluate(
    ([setup, code]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([setup], 'setup.yaml'));
      transfer.items.add(new File([code], 'own.js'));
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    },
    [OWN_SETUP, OWN_MODULE] as const,
  );
  await page.locator('lab-pipeline-bar').getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('button', { name: 'I have read it, run it' }).click();
  await page.locator('lab-pipeline-bar').getByText('Ended').waitFor();
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByText('source: wrote all').waitFor();
  expect(asked.filter((url) => !url.startsWith('blob:') && url !== 'about:srcdoc')).toEqual([]);
  expect(policyViolations).toEqual([]);
});

test('a host without the service worker is not reloaded', async () => {
  host.overrides.set('sw.js', undefined);
  const told = page.waitForEvent('console', (message) => message.text().includes('works online only'));
  await page.goto(address);
  await told;
  expect(await isIsolated()).toBe(false);
  expect(host.requests.filter((path) => path === 'index.html')).toHaveLength(1);
});

test('a service worker that does not isolate ends after one reload', async () => {
  host.overrides.set('sw.js', '// answers nothing');
  await page.goto(address);
  await page.waitForFunction(() => sessionStorage.length > 0 && navigator.serviceWorker.controller !== null);
  await page.waitForLoadState('load');
  expect(await isIsolated()).toBe(false);
  // Any further reload would have to come from the page itself, which asked for nothing more.
  await page.evaluate(() => navigator.serviceWorker.ready);
  expect(host.requests.filter((path) => path === 'index.html')).toHaveLength(2);
});

test('a new version waits until the page asks for it, then takes the place of the old one', async () => {
  await visitUntilIsolated();
  const [oldCache] = await cacheNames();
  // The build's id is the only part of the script that is sixteen hexadecimal digits.
  const script = readFileSync(`${DIST}sw.js`, 'utf8').replace(/[0-9a-f]{16}/, 'feedfacefeedface');
  host.overrides.set('sw.js', script);
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  await page.getByText('A new version is ready').waitFor();
  expect(loadCount).toBe(2);
  expect(await cacheNames()).toContain(oldCache);

  const reloaded = page.waitForEvent('load');
  await page.getByRole('button', { name: 'Reload', exact: true }).click();
  await reloaded;
  expect(await isIsolated()).toBe(true);
  await expect.poll(cacheNames, { timeout: 15_000 }).toEqual([expect.stringContaining('feedfacefeedface')]);
});

test('a file that the browser threw out of the cache is kept again when it is used', async () => {
  await visitUntilIsolated();
  const path = './manifest.webmanifest';
  const isKept = (): Promise<boolean> => page.evaluate(async (name) => (await caches.match(name)) !== undefined, path);
  await page.evaluate(async (name) => {
    for (const key of await caches.keys()) await (await caches.open(key)).delete(name);
  }, path);
  expect(await isKept()).toBe(false);
  expect(await page.evaluate(async (name) => (await fetch(name)).status, path)).toBe(200);
  // the page has its file before the service worker has put it away
  await expect.poll(isKept, { timeout: 15_000 }).toBe(true);
});

test('scripts that the page did not ship are refused', async () => {
  await visitUntilIsolated();
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.injected = true';
    document.body.append(script);
    return 'injected' in globalThis;
  });
  expect(ran).toBe(false);
  // the header says so, and the page itself
  expect(policyViolations).toHaveLength(2);
});
