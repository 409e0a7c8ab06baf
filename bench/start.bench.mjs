// Start of the built page: cold from a static host without headers (two loads, the worker's installation between
// them) and warm from the service worker. Interactive = first content painted and no long task after it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { bundleForNode } from '../scripts/bundle.mjs';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { ROOT, runBin } from '../scripts/run.mjs';
import { median, report } from './measure.mjs';

const ISOLATION_HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
const COLD_REPEATS = 3;
const WARM_REPEATS = 11;
/** A page without a long task for this long has settled. */
const QUIET_MS = 1000;
/** A phone's connection; the browser's own throttling does not reach the service worker, so the host is slow. */
const SLOW_BITS_PER_S = 1_600_000;
const DIST = join(ROOT, 'dist');

runBin('vite', ['build', '--logLevel', 'warn']);
const { StaticHost } = await import(pathToFileURL(await bundleForNode('tests/support/static-host.ts', 'static-host')));

/** Milliseconds from the navigation's start to interactive, on the page that is there now. */
function interactiveMs(page) {
  return page.evaluate(
    (quietMs) =>
      new Promise((resolve) => {
        let last = 0;
        let timer;
        const settle = () => {
          clearTimeout(timer);
          timer = setTimeout(() => {
            const paint = performance.getEntriesByName('first-contentful-paint')[0];
            resolve(paint ? Math.max(paint.startTime, last) : undefined);
          }, quietMs);
        };
        const observer = new PerformanceObserver((list) => {
          for (const { startTime, duration } of list.getEntries()) last = Math.max(last, startTime + duration);
          settle();
        });
        observer.observe({ type: 'longtask', buffered: true });
        settle();
      }),
    QUIET_MS,
  );
}

const isIsolated = () => crossOriginIsolated && document.readyState === 'complete';

/** gzip bytes of the scripts that the page loads before it shows anything. */
function initialScriptBytes() {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map((match) => match[1]);
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length, 0);
}

/** Milliseconds from the start of a first visit, and through its reload if there is one, to interactive. */
async function firstVisitMs(page, address) {
  const startMs = performance.now();
  await page.goto(address);
  await page.waitForFunction(isIsolated);
  const elapsedMs = performance.now() - startMs;
  const sinceLastLoadMs = await page.evaluate(() => performance.now());
  return elapsedMs - sinceLastLoadMs + (await interactiveMs(page));
}

/** The same from a host on a slow link. */
async function slowVisitMs(headers) {
  const slowHost = new StaticHost(DIST, { bitsPerS: SLOW_BITS_PER_S }, headers);
  const context = await browser.newContext();
  try {
    return await firstVisitMs(await context.newPage(), await slowHost.start());
  } finally {
    await context.close();
    await slowHost.stop();
  }
}

const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
const host = new StaticHost(DIST);
const address = await host.start();
const cold = [];
const warm = [];
const slow = { without: [], with: [] };
try {
  for (let i = 0; i < COLD_REPEATS; i++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    cold.push(await firstVisitMs(page, address));
    if (i === COLD_REPEATS - 1) {
      for (let n = 0; n < WARM_REPEATS; n++) {
        await page.goto('about:blank');
        await page.goto(address);
        warm.push(await interactiveMs(page));
      }
    }
    await context.close();
    slow.without.push(await slowVisitMs({}));
    slow.with.push(await slowVisitMs(ISOLATION_HEADERS));
  }
} finally {
  await browser.close();
  await host.stop();
}

const rows = [
  {
    what: 'initial JavaScript, gzip',
    value: Number((initialScriptBytes() / 1000).toFixed(1)),
    unit: 'kB',
    aim: '≤ 130',
    note: 'scripts that index.html names',
  },
  { what: 'first visit to interactive', value: Math.round(median(cold)), unit: 'ms', aim: '≤ 1500', note: 'two loads' },
  {
    what: 'first visit to interactive at 1.6 Mb/s, host without headers',
    value: Math.round(median(slow.without)),
    unit: 'ms',
    aim: '≤ 2500',
    note: `not compressed; ${Math.round(median(slow.with))} ms from a host with headers`,
  },
  {
    what: 'interactive from the service worker',
    value: Math.round(median(warm)),
    unit: 'ms',
    aim: '≤ 500',
    note: `worst of ${WARM_REPEATS}: ${Math.round(Math.max(...warm))} ms`,
  },
];
report('start', 'start', rows);
