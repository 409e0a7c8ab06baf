// Drawing: three noisy signals of 1600 columns, once and while data stream in, in Chromium (software rendering
// when the machine has no graphics processor).
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { ROOT } from '../scripts/run.mjs';

const FRAME_MS = 1000 / 60;
const LIVE_MS = 10_000;
const WARM_UP_MS = 5000;
const REPEATS = 200;

const server = await createServer({ root: ROOT, logLevel: 'warn', server: { port: 0 } });
await server.listen();
const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
await page.goto(new URL('bench/plot.html', server.resolvedUrls.local[0]).href);
await page.waitForFunction(() => window.bench);

const session = await page.context().newCDPSession(page);
await session.send('Performance.enable');
/** Bytes that are still in use after a collection. */
async function heapBytes() {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize').value;
}

const draw = await page.evaluate((repeats) => window.bench.drawCost(repeats), REPEATS);
await page.evaluate((durationMs) => window.bench.live(durationMs), WARM_UP_MS);
const before = await heapBytes();
const live = await page.evaluate((durationMs) => window.bench.live(durationMs), LIVE_MS);
const growthBytes = (await heapBytes()) - before;
await browser.close();
await server.close();

const share = (ms) => `${((100 * ms) / FRAME_MS).toFixed(0)} % of a 60 Hz frame`;
const rows = [
  {
    what: `Draw 3 signals × ${draw.columns} columns: script`,
    value: draw.callsMs,
    unit: 'ms',
    aim: '≤ 4',
    note: share(draw.callsMs),
  },
  {
    what: 'The same until the pixels are there',
    value: draw.pixelsMs,
    unit: 'ms',
    aim: `≤ ${FRAME_MS.toFixed(1)}`,
    note: share(draw.pixelsMs),
  },
  {
    what: 'Live view, time between frames, median',
    value: live.p50Ms,
    unit: 'ms',
    aim: '≤ 16.7',
    note: '3 signals at 2 MS/s',
  },
  {
    what: 'Live view, time between frames, 95 %',
    value: live.p95Ms,
    unit: 'ms',
    aim: '≤ 20',
    note: `worst ${live.worstMs.toFixed(1)} ms`,
  },
  {
    what: 'Live view, tasks over 50 ms',
    value: live.longTaskCount,
    unit: '',
    aim: '0',
    note: `in ${LIVE_MS / 1000} s`,
  },
  {
    what: 'Live view, summary requests per frame',
    value: live.requestsPerFrame,
    unit: '',
    aim: '≤ 3.3',
    note: 'one per signal, and the overview',
  },
  {
    what: 'Live view, heap growth',
    value: growthBytes / 1e3,
    unit: 'kB',
    aim: '≤ 500',
    note: `after ${LIVE_MS / 1000} s and a collection`,
  },
];
for (const { what, value, unit, aim, note } of rows) {
  console.log(`${what.padEnd(46)} ${value.toFixed(2).padStart(9)} ${unit.padEnd(3)} aim ${aim.padEnd(8)} ${note}`);
}
mkdirSync(join(ROOT, 'build/bench'), { recursive: true });
writeFileSync(join(ROOT, 'build/bench/plot.json'), `${JSON.stringify({ name: 'plot', rows }, undefined, 2)}\n`);
