// In the virtual machine: serves the built app, opens it in Chromium, connects the units that hang on the machine's USB
// bus one after the other, streams and stops; then plays the golden cases. Emulated processors are slow, so the limits
// are generous.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from '../chromium.mjs';
import { ROOT } from '../run.mjs';
import { beginCase, differences, readChannels } from './guest-golden.mjs';

const PORT = 8123;
const LIMIT_MS = 150_000;
const MAX_TRIES = 4;
const UNITS = [
  { label: 'Joulescope JS110 001636', serialNumber: '001636' },
  { label: 'Joulescope JS220 002122', serialNumber: '002122' },
];
const GOLDEN_LABEL = 'Joulescope JS220 000000';
/** The golden frames are there when nothing more has come for so long. */
const QUIET_MS = 6000;
/** 4000 packets. No test of speed: what an emulated processor cannot take is lost in the instrument, and counted. */
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

/** Connects the unit of that label. An emulated machine may be late with every answer: it is tried again, as people do. */
async function connect(label) {
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const outcome = await page.evaluate(
      async ([wanted, limitMs]) => {
        const { instruments } = document.querySelector('lab-app').app;
        await instruments.refresh();
        const found = instruments.choices.value.find((candidate) => candidate.label === wanted);
        if (!found) return 'not in the list';
        const late = new Promise((resolve) => setTimeout(() => resolve('late'), limitMs));
        const connecting = instruments.connect(found).then((instrument) => (instrument ? 'connected' : 'failed'));
        return Promise.race([connecting, late]);
      },
      [label, LIMIT_MS],
    );
    say(`${label}: ${outcome}`);
    if (outcome === 'connected') return;
  }
}

/** True when the first instrument stopped and closed. */
async function stopAndClose() {
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
  return stopped.state === 'idle' && closed.state === undefined;
}

/** True when the unit streamed enough, stopped and closed. */
async function tryUnit({ label, serialNumber }) {
  await connect(label);
  await page.evaluate(() => {
    const { instruments } = document.querySelector('lab-app').app;
    // Not awaited: what happens is seen in the status.
    void instruments.start(instruments.connected.value[0]);
  });
  const streaming = await until(
    'streaming',
    (now) => now.state === 'streaming' && now.health.receivedSampleCount >= ENOUGH_SAMPLES,
  );
  const isClosed = await stopAndClose();
  return (
    isClosed &&
    streaming.state === 'streaming' &&
    streaming.identity.serialNumber === serialNumber &&
    streaming.health.receivedSampleCount >= ENOUGH_SAMPLES &&
    streaming.health.badPacketCount === 0
  );
}

/** The live channels once something is in them and nothing more comes, or at the limit. */
async function quietChannels() {
  const untilMs = Date.now() + LIMIT_MS;
  for (let before = 0; ; ) {
    await page.waitForTimeout(QUIET_MS);
    const channels = await readChannels(page);
    const count = channels.signals.reduce((sum, { values }) => sum + values.length, 0);
    if ((count > 0 && count === before) || Date.now() > untilMs) return channels;
    before = count;
  }
}

/** True when the page has of a golden case what the reference has. */
async function tryGolden(step) {
  await connect(GOLDEN_LABEL);
  await beginCase(page, step);
  const channels = await quietChannels();
  const wrong = differences(step, channels);
  say(`${step.name}: ${wrong.length === 0 ? 'as the reference has it' : wrong.join('; ')}`);
  return (await stopAndClose()) && wrong.length === 0;
}

let isGood = true;
for (const unit of UNITS) isGood = (await tryUnit(unit)) && isGood;
const steps = JSON.parse(await readFile(join(ROOT, 'build', 'usb', 'golden-steps.json'), 'utf8'));
for (const step of steps) isGood = (await tryGolden(step)) && isGood;
await browser.close();
server.close();
process.exit(isGood ? 0 : 1);
