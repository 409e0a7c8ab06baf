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

const COLD_REPEATS = 3;
const WARM_REPEATS = 11;
/** A page without a long task for this long has settled. */
const QUIET_MS = 1000;
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

const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
const host = new StaticHost(DIST);
const address = await host.start();
const cold = [];
const warm = [];
try {
  for (let i = 0; i < COLD_REPEATS; i++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const startMs = performance.now();
    await page.goto(address);
    await page.waitForFunction(isIsolated);
    const secondLoad = await page.evaluate(() => performance.timeOrigin);
    const elapsedMs = performance.now() - startMs;
    const sinceSecondMs = await page.evaluate(
      (origin) => performance.timeOrigin + performance.now() - origin,
      secondLoad,
    );
    cold.push(elapsedMs - sinceSecondMs + (await interactiveMs(page)));
    if (i === COLD_REPEATS - 1) {
      for (let n = 0; n < WARM_REPEATS; n++) {
        await page.goto('about:blank');
        await page.goto(address);
        warm.push(await interactiveMs(page));
      }
    }
    await context.close();
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
    what: 'interactive from the service worker',
    value: Math.round(median(warm)),
    unit: 'ms',
    aim: '≤ 500',
    note: `worst of ${WARM_REPEATS}: ${Math.round(Math.max(...warm))} ms`,
  },
];
report('start', 'start', rows);
