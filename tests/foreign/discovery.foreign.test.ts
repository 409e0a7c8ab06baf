// Announcements of Avahi in the Connect list of the built page: the bridge that serves it hears them.

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { chip, disconnectAll, openConnect } from '../support/bench-page.ts';
import { type BuiltApp, openBuiltApp } from '../support/built-app.ts';
import { DIST } from '../support/built-files.ts';
import { type SimulatorsProcess, startSimulators } from '../support/simulators-process.ts';

const SOON = { timeout: 15_000 };
/** What is promised from the opening of the list on. */
const PROMISED = { timeout: 3000 };

let bridge: SimulatorsProcess;
let app: BuiltApp;
const announcements: ChildProcess[] = [];

beforeAll(async () => {
  bridge = await startSimulators(process.execPath, join(DIST, 'pulsebench-bridge.mjs'));
});
beforeEach(async () => {
  app = await openBuiltApp(bridge.url.replace('ws:', 'http:'), { serviceWorkers: 'allow' });
});
afterEach(async () => {
  for (const announcement of announcements.splice(0)) announcement.kill();
  await app.close();
});
afterAll(() => bridge.end());

/** Resolves when Avahi has established it. */
async function announce(...args: readonly string[]): Promise<ChildProcess> {
  const child = spawn('avahi-publish', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  announcements.push(child);
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const onSaid = (bytes: Buffer) => {
      said += bytes.toString();
      if (said.includes('Established')) resolve();
    };
    child.stdout.on('data', onSaid);
    child.stderr.on('data', onSaid);
    child.once('exit', () => reject(new Error(said)));
  });
  return child;
}

async function foundIn(page: Page, name: string): Promise<Locator> {
  const dialog = await openConnect(page);
  const row = dialog
    .getByRole('list', { name: 'Found on the network' })
    .getByRole('listitem')
    .filter({ hasText: name });
  await row.waitFor(PROMISED);
  return row;
}

test('an instrument with raw SCPI is there within 3 s, and a click connects it', async () => {
  await announce('-a', '-R', 'bench-meter.local', '127.0.0.1');
  const port = String(bridge.ports['meter-keysight']);
  const announcement = await announce('-s', '-H', 'bench-meter.local', 'Bench meter', '_scpi-raw._tcp', port);
  const page = await app.visit();
  const row = await foundIn(page, 'Bench meter');
  expect(await row.textContent()).toContain(`127.0.0.1:${port} · SCPI`);
  await row.getByRole('button', { name: `Connect Bench meter at 127.0.0.1:${port}` }).click();
  await expect.poll(() => chip(page, '34465A').textContent(), SOON).toContain('Ready');
  const dialog = await openConnect(page);
  const connected = dialog.getByRole('listitem').filter({ hasText: 'Bench meter' });
  await connected.getByText('Connected').waitFor(SOON);
  announcement.kill();
  await connected.waitFor({ state: 'detached', ...SOON });
  await page.keyboard.press('Escape');
  await disconnectAll(page);
  expect(app.problems).toEqual([]);
});

test('where the bridge does not lead, its option is said; of what is not spoken here, what else there is', async () => {
  await announce('-a', '-R', 'far-scope.local', '203.0.113.7');
  await announce('-s', '-H', 'far-scope.local', 'Far scope', '_scpi-raw._tcp', '5555');
  await announce('-s', '-H', 'far-scope.local', 'Old scope', '_vxi-11._tcp', '111');
  await announce('-s', '-H', 'far-scope.local', 'Old scope', '_lxi._tcp', '80');
  await announce('-s', '-H', 'far-scope.local', 'New scope', '_hislip._tcp', '4880');
  await announce('-a', '-R', 'rp-f0a1b2.local', '203.0.113.9');
  const page = await app.visit();
  const scope = await foundIn(page, 'Far scope');
  expect(await scope.getByRole('button').count()).toBe(0);
  expect(await scope.textContent()).toContain('--allow 203.0.113.7:5555');
  const old = page.getByRole('listitem').filter({ hasText: 'Old scope' });
  await expect.poll(() => old.textContent(), SOON).toContain('LXI, VXI-11');
  expect(await old.textContent()).toContain('--allow 203.0.113.7:5025');
  await expect
    .poll(() => page.getByRole('listitem').filter({ hasText: 'New scope' }).textContent(), SOON)
    .toContain('HiSLIP');
  expect(app.problems).toEqual([]);
});
