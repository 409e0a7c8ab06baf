// In the virtual machine: serves the built app, opens it in Chromium, connects the units that hang on the machine's USB
// bus one after the other, streams and stops. Emulated processors are slow, so the limits are generous.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from '../chromium.mjs';
import { ROOT } from '../run.mjs';

const PORT = 8123;
const LIMIT_MS = 150_000;
const UNITS = [
  { label: 'Joulescope JS110 001636', serialNumber: '001636' },
  { label: 'Joulescope JS220 002122', serialNumber: '002122' },
];
/**
 * 4000 packets. An emulated processor does not keep up with 2 MSPS, so this is no test of speed: what it cannot take
 * is lost in the instrument, and must be counted.
 */
const ENOUGH_SAMPLES = 500_000;
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

const say = (text) => console.log(`guest: ${text}`);

const server = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname;
  const file = join(ROOT, 'dist', path === '/' ? 'index.html' : path);
  try {
    const body = await readFile(file);
    response.writeHead(200, {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(PORT, '127.0.0.1', resolve));

const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS, timeout: LIMIT_MS });
const page = await browser.newPage();
page.setDefaultTimeout(LIMIT_MS);
page.on('pageerror', (error) => say(`page error: ${error.message}`));
// The help view draws nothing that moves: the two emulated processors are for the driver.
await page.goto(`http://127.0.0.1:${PORT}/#/help`, { timeout: LIMIT_MS });
say(`page is open, isolated: ${await page.evaluate(() => crossOriginIsolated)}`);

/** What the application says of its first instrument, and its messages. */
const look = () =>
  page.evaluate(() => {
    const { instruments, toasts } = document.querySelector('lab-app').app;
    const messages = toasts.list.value.map(({ title, detail }) => `${title}: ${detail}`);
    const instrument = instruments.connected.value[0];
    if (!instrument) return { messages };
    const { state, health, identity, problem } = instrument.status.value;
    return { state, health, identity, problem, messages };
  });

/** Looks until `isReached` or the limit, and says what is there. */
async function until(what, isReached) {
  const untilMs = Date.now() + LIMIT_MS;
  let now = await look();
  while (!isReached(now) && Date.now() < untilMs) {
    await page.waitForTimeout(1000);
    now = await look();
  }
  say(`${what}: ${JSON.stringify(now)}`);
  return now;
}

/** True when the unit streamed enough, stopped and closed. */
async function tryUnit({ label, serialNumber }) {
  const choice = await page.evaluate(async (wanted) => {
    const { instruments } = document.querySelector('lab-app').app;
    await instruments.refresh();
    const found = instruments.choices.value.find((candidate) => candidate.label === wanted);
    // Not awaited: what happens is seen in the status.
    if (found) void instruments.connect(found, { start: true });
    return found?.id;
  }, label);
  say(`connecting ${choice ?? `nothing: ${label} is not in the list`}`);
  const streaming = await until(
    'streaming',
    (now) => now.state === 'streaming' && now.health.receivedSampleCount >= ENOUGH_SAMPLES,
  );
  await page.evaluate(() => {
    const { instruments } = document.querySelector('lab-app').app;
    void instruments.stop(instruments.connected.value[0]);
  });
  const stopped = await until('stopped', (now) => now.state === 'idle');
  await page.evaluate(() => {
    const { instruments } = document.querySelector('lab-app').app;
    void instruments.disconnect(instruments.connected.value[0]);
  });
  const closed = await until('closed', (now) => now.state === undefined);
  return (
    streaming.state === 'streaming' &&
    streaming.identity.serialNumber === serialNumber &&
    streaming.health.receivedSampleCount >= ENOUGH_SAMPLES &&
    streaming.health.badPacketCount === 0 &&
    stopped.state === 'idle' &&
    closed.state === undefined
  );
}

let isGood = true;
for (const unit of UNITS) isGood = (await tryUnit(unit)) && isGood;
await browser.close();
server.close();
process.exit(isGood ? 0 : 1);
