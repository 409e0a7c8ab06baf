// The running app on this machine: a simulated JS110 at 2 MSPS with all signals. Followed in the live view: the page
// thread's share of a processor, frames, memory. Then recorded for a minute: frame times, long tasks, lost samples,
// growth of the page's memory. APP_BENCH_S shortens the minute.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { runBin } from '../scripts/run.mjs';
import { median, report, round } from './measure.mjs';

const FOLLOW_S = 20;
const FOLLOW_REPEATS = 3;
const DURATION_S = Number(process.env.APP_BENCH_S ?? 60);
/** What several threads leave to be collected takes minutes to level out. */
const MEMORY_S = 180;
const MEMORY_EVERY_S = 15;
/** Start-up is over by then: code is compiled, the history has begun to fill. */
const WARM_UP_S = 5;

runBin('vite', ['build', '--logLevel', 'warn']);
const server = await preview({ preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
const profile = mkdtempSync(join(tmpdir(), 'pulsebench-'));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: findChromium(),
  args: CHROMIUM_ARGS,
  viewport: { width: 1280, height: 720 },
});

/** Runs on the page: collects frame times and long tasks until `stop`. */
function watchFrames() {
  const frames = [];
  const longTasks = [];
  let last = performance.now();
  let isRunning = true;
  const frame = (now) => {
    frames.push(now - last);
    last = now;
    if (isRunning) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longTasks.push(entry.duration);
  });
  observer.observe({ type: 'longtask' });
  globalThis.frameWatch = {
    stop: () => {
      isRunning = false;
      observer.disconnect();
      return { frames: frames.slice(1), longTasks };
    },
  };
}

const quantile = (values, share) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)];

/** The page thread's processor time as a share of the time that passes, and frames per second, while it follows. */
async function watchFollowing(page, devtools) {
  const metrics = async () => {
    const { metrics: list } = await devtools.send('Performance.getMetrics');
    return Object.fromEntries(list.map(({ name, value }) => [name, value]));
  };
  const before = await metrics();
  await page.evaluate(watchFrames);
  await page.waitForTimeout(FOLLOW_S * 1000);
  const { frames } = await page.evaluate(() => globalThis.frameWatch.stop());
  const after = await metrics();
  const part = (name) => (after[name] - before[name]) / (after.Timestamp - before.Timestamp);
  const framesPerS = (1000 * frames.length) / frames.reduce((sum, ms) => sum + ms, 0);
  return { cpu: part('ThreadTime'), busy: part('TaskDuration'), framesPerS };
}

/** MB of memory that are the page's process's share; NaN where the system does not tell. */
async function processMb() {
  const session = await context.browser().newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const paths = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => `/proc/${id}/smaps_rollup`);
  const sizes = paths.filter(existsSync).map((path) => Number(/^Pss: +(\d+) kB/m.exec(readFileSync(path, 'utf8'))[1]));
  // The empty first tab has a process, too: a small one.
  return sizes.length > 0 ? (Math.max(...sizes) * 1024) / 1e6 : Number.NaN;
}

/** The largest of what the process takes while the page follows. */
async function largestMb(page) {
  let largest = await processMb();
  for (let s = 0; s < MEMORY_S; s += MEMORY_EVERY_S) {
    await page.waitForTimeout(MEMORY_EVERY_S * 1000);
    largest = Math.max(largest, await processMb());
  }
  return Number.isNaN(largest) ? undefined : largest;
}

/** What is measured several times: the median by `of`. */
const middle = (runs, of) => median(runs.map(of));

try {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('HeapProfiler.enable');
  await devtools.send('Performance.enable');
  const heapBytes = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    return page.evaluate(() => performance.memory.usedJSHeapSize);
  };
  await page.goto(server.resolvedUrls.local[0]);
  await page.getByRole('button', { name: 'Start', exact: true }).first().click();
  await page.getByText('RUN', { exact: true }).waitFor();
  await page.waitForTimeout(WARM_UP_S * 1000);
  const runs = [];
  for (let i = 0; i < FOLLOW_REPEATS; i++) runs.push(await watchFollowing(page, devtools));
  const memoryMb = await largestMb(page);
  await page.keyboard.press('r');
  await page.getByRole('button', { name: 'Stop recording' }).waitFor();
  await page.waitForTimeout(WARM_UP_S * 1000);
  const heapBefore = await heapBytes();
  await page.evaluate(watchFrames);
  await page.waitForTimeout(DURATION_S * 1000);
  const { frames, longTasks } = await page.evaluate(() => globalThis.frameWatch.stop());
  const heapAfter = await heapBytes();
  await page.keyboard.press('r');
  await page.getByRole('button', { name: 'Record', exact: true }).waitFor();
  await page.goto(`${server.resolvedUrls.local[0]}#/files`);
  const cells = page.locator('lab-recording-list tbody tr td');
  const lostCount = Number((await cells.nth(5).textContent()).replace(/\D/g, ''));
  const size = await cells.nth(4).textContent();
  report('app', 'running app', [
    {
      what: 'page thread while following',
      value: round(100 * middle(runs, ({ cpu }) => cpu), 1),
      unit: '% of a core',
      aim: '≤ 15',
      note: `median of ${FOLLOW_REPEATS} × ${FOLLOW_S} s; in a task for ${round(100 * middle(runs, ({ busy }) => busy), 1)} % of the time`,
    },
    {
      what: 'frames while following',
      value: round(
        middle(runs, ({ framesPerS }) => framesPerS),
        1,
      ),
      unit: '/s',
      aim: '60',
      note: '',
    },
    ...(memoryMb === undefined
      ? []
      : [
          {
            what: 'memory of the page’s process',
            value: round(memoryMb, 0),
            unit: 'MB',
            aim: '≤ 600',
            note: `proportional share, largest of every ${MEMORY_EVERY_S} s of ${WARM_UP_S + FOLLOW_REPEATS * FOLLOW_S + MEMORY_S} s`,
          },
        ]),
    { what: 'frame time, median', value: round(quantile(frames, 0.5), 1), unit: 'ms', aim: '≤ 16.7', note: '' },
    { what: 'frame time, 95 %', value: round(quantile(frames, 0.95), 1), unit: 'ms', aim: '≤ 16.7', note: '' },
    { what: 'frame time, worst', value: round(Math.max(...frames), 1), unit: 'ms', aim: '', note: '' },
    {
      what: `long tasks in ${DURATION_S} s`,
      value: longTasks.length,
      unit: '',
      aim: '0',
      note: `longest ${round(Math.max(0, ...longTasks), 1)} ms`,
    },
    { what: 'lost samples in the recording', value: lostCount, unit: '', aim: '0', note: `file of ${size}` },
    {
      what: 'growth of the page’s heap',
      value: round((heapAfter - heapBefore) / 1e6),
      unit: 'MB',
      aim: 'flat',
      note: `${round(heapAfter / 1e6, 1)} MB at the end`,
    },
  ]);
} finally {
  await context.close();
  await server.close();
  rmSync(profile, { recursive: true, force: true });
}
