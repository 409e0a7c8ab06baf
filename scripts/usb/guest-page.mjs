// In the virtual machine: serves the built app, opens it in Chromium, and does with instruments what people do. Emulated
// processors are slow, so the limits are generous.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from '../chromium.mjs';
import { ROOT } from '../run.mjs';

const PORT = 8123;
export const LIMIT_MS = 150_000;
const MAX_TRIES = 4;
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

export const say = (text) => console.log(`guest ${Math.round(performance.now() / 1000)} s: ${text}`);

export async function openPage() {
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
  say('the browser runs');
  const page = await browser.newPage();
  page.setDefaultTimeout(LIMIT_MS);
  page.on('pageerror', (error) => say(`page error: ${error.message}`));
  // The help view draws nothing that moves: the two emulated processors are for the driver.
  await page.goto(`http://127.0.0.1:${PORT}/#/help`, { timeout: LIMIT_MS, waitUntil: 'commit' });
  await page.waitForFunction(() => document.querySelector('lab-app')?.app !== undefined);
  say(`page is open, isolated: ${await page.evaluate(() => crossOriginIsolated)}`);
  const close = async () => {
    await browser.close();
    server.close();
  };
  return { page, close };
}

/** What the application says of its first instrument, and its messages. */
const look = (page) =>
  page.evaluate(() => {
    const { instruments, toasts } = document.querySelector('lab-app').app;
    const messages = toasts.list.value.map(({ title, detail }) => `${title}: ${detail}`);
    const instrument = instruments.connected.value[0];
    if (!instrument) return { messages };
    const { state, health, identity, problem, reading, values } = instrument.status.value;
    return { state, health, identity, problem, reading, values, messages };
  });

/** Looks until `isReached` or the limit, and says what is there. */
export async function until(page, what, isReached) {
  const untilMs = Date.now() + LIMIT_MS;
  let now = await look(page);
  while (!isReached(now) && Date.now() < untilMs) {
    await page.waitForTimeout(1000);
    now = await look(page);
  }
  const { state, health, identity, problem, messages } = now;
  say(`${what}: ${JSON.stringify({ state, health, identity, problem, messages })}`);
  return now;
}

/** One attempt to connect the unit of that label. */
export function connectOnce(page, label) {
  return page.evaluate(
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
}

/** Connects the unit of that label. An emulated machine may be late with every answer: it is tried again, as people do. */
export async function connect(page, label) {
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const outcome = await connectOnce(page, label);
    say(`${label}: ${outcome}`);
    if (outcome === 'connected') return;
  }
}

/** Closes the first instrument; true when it did. */
export async function closeFirst(page) {
  await page.evaluate(() => {
    const { instruments } = document.querySelector('lab-app').app;
    void instruments.disconnect(instruments.connected.value[0]);
  });
  const closed = await until(page, 'closed', (now) => now.state === undefined);
  return closed.state === undefined;
}
