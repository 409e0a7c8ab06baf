// The scope view's persistence: 10 000 records of 1200 points as a density, counted anew, and while new ones come, in Chromium
// (software rendering when the machine has no graphics processor).
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { ROOT } from '../scripts/run.mjs';
import { report, round } from './measure.mjs';

/** Frames per second that a picture has to keep. */
const LIMIT = 30;
const LIVE_MS = 5000;
const WARM_UP_MS = 2000;
const RATES = [100, 2000, 10_000];

const server = await createServer({ root: ROOT, logLevel: 'warn', server: { port: 0 } });
await server.listen();
const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
const page = await browser.newPage({ viewport: { width: 1282, height: 720 } });
await page.goto(new URL('bench/density.html', server.resolvedUrls.local[0]).href);
await page.waitForFunction(() => window.densityBench);

await page.evaluate(() => window.densityBench.recount());
const recountS = await page.evaluate(() => window.densityBench.recount());
await page.evaluate(([ms, rate]) => window.densityBench.live(ms, rate), [WARM_UP_MS, RATES[1]]);
const rows = [];
for (const rate of RATES) {
  const live = await page.evaluate(([ms, perS]) => window.densityBench.live(ms, perS), [LIVE_MS, rate]);
  rows.push({
    what: `10 000 traces × 1200 points, ${rate} new ones per second: frames per second over the limit of ${LIMIT}`,
    value: round(live.framesPerSecond / LIMIT),
    unit: '×',
    aim: '≥ 1',
    note: `${round(live.framesPerSecond, 1)} frames/s, 95 % within ${round(live.p95Ms, 1)} ms, tasks over 50 ms: ${live.longTaskCount}, ${live.isDone ? 'all counted' : 'the picture lags behind'}`,
  });
}
rows.push({
  what: '10 000 traces × 1200 points counted anew, in slices of 8 ms per frame',
  value: round(recountS),
  unit: 's',
  note: 'the newest can be seen at once',
});
await browser.close();
await server.close();
report('density', 'density', rows);
