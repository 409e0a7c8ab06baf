// The scope view over records of 10^7 points in two channels, in Chromium (software rendering when the machine has no
// graphics processor): the page must never be kept for longer than a long task, whatever is done with them.
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { ROOT } from '../scripts/run.mjs';
import { report, round } from './measure.mjs';

const WATCH_MS = 5000;
const LIVE_EVERY_MS = 500;

const server = await createServer({ root: ROOT, logLevel: 'warn', server: { port: 0 } });
await server.listen();
const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
await page.goto(new URL('bench/scope.html', server.resolvedUrls.local[0]).href);
await page.waitForFunction(() => window.scopeBench);
await page.getByText('1 records').waitFor({ timeout: 60_000 });
const plot = await page.locator('lab-scope-plot canvas').boundingBox();
const at = (partX, partY) => [plot.x + partX * plot.width, plot.y + partY * plot.height];

/** Moves the pointer to and fro while it is watched. */
async function sweep(move) {
  const startMs = performance.now();
  for (let step = 0; performance.now() - startMs < WATCH_MS; step++) {
    await move(0.5 + 0.35 * Math.sin(step / 15), step);
    await page.waitForTimeout(16);
  }
}

const rows = [];
async function row(what, act) {
  await page.waitForTimeout(1500);
  await page.evaluate(() => window.scopeBench.seen());
  const startMs = performance.now();
  await act();
  await page.waitForTimeout(300);
  const seconds = (performance.now() - startMs) / 1000;
  const { longTasksMs, frameCount, pictureCount } = await page.evaluate(() => window.scopeBench.seen());
  const longest = longTasksMs.length === 0 ? '' : `, the longest ${round(Math.max(...longTasksMs), 0)} ms`;
  rows.push({
    what: `tasks over 50 ms on the page, two channels × 10^7 points: ${what}`,
    value: longTasksMs.length,
    unit: '',
    aim: '0',
    note: `${round(frameCount / seconds, 0)} frames/s, ${round(pictureCount / seconds, 1)} pictures/s${longest}`,
  });
}

await row('a wheel that magnifies and back', () =>
  sweep(async (_, step) => {
    await page.mouse.move(...at(0.6, 0.5));
    await page.mouse.wheel(0, step % 80 < 40 ? -40 : 40);
  }),
);
await page.keyboard.press('0');
await page.mouse.wheel(0, -200);
await row('a drag that pans', async () => {
  await page.mouse.move(...at(0.5, 0.5));
  await page.mouse.down();
  await sweep((part) => page.mouse.move(...at(part, 0.5)));
  await page.mouse.up();
});
await page.locator('lab-scope-plot').evaluate((element) => element.reset());
await page.evaluate((ms) => window.scopeBench.bring(ms), LIVE_EVERY_MS);
await row(`live, a record every ${LIVE_EVERY_MS} ms, measured`, () => page.waitForTimeout(WATCH_MS));
await page.getByRole('button', { name: 'Fit' }).click();
await row('the same, fitted', () => page.waitForTimeout(WATCH_MS));
await page.getByLabel('Persistence').selectOption('10');
await row('the same, with persistence of 10', () => page.waitForTimeout(WATCH_MS));
await page.getByLabel('Persistence').selectOption('0');
await page.getByLabel('Mean of').selectOption('4');
await row('the same, as the mean of 4', () => page.waitForTimeout(WATCH_MS));
await page.getByLabel('Mean of').selectOption('1');
await page.evaluate(() => window.scopeBench.bring(Number.POSITIVE_INFINITY));
await page.getByRole('tab', { name: 'Mask' }).click();
await row('a mask around the record', () => page.getByRole('button', { name: 'Make mask' }).click());
await page.getByRole('button', { name: 'Draw upper limit' }).click();
await row('a limit drawn on it', async () => {
  await page.mouse.move(...at(0.5, 0.3));
  await page.mouse.down();
  await sweep((part) => page.mouse.move(...at(part, 0.3)));
  await page.mouse.up();
});
await page.getByRole('button', { name: 'Remove mask' }).click();
await row('a capture kept, and shown again', async () => {
  await page.getByRole('button', { name: 'Pin' }).click();
  await page.getByRole('tab', { name: 'Captures' }).click();
  const show = page.getByRole('button', { name: 'Show Capture 1' });
  await show.click({ timeout: 20_000 });
  await show.click();
});
await page.getByRole('tab', { name: 'Spectrum' }).click();
await row('its spectra', () => page.waitForTimeout(WATCH_MS));
await browser.close();
await server.close();
report('scope', 'scope view', rows);
