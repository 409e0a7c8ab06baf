// The bridge as one file, beside the page that it serves: who opens that page has a bridge without typing anything.

import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { chip, connectAddress, disconnectAll, reading } from '../support/bench-page.ts';
import { openBuiltApp } from '../support/built-app.ts';
import { DIST, keptFiles } from '../support/built-files.ts';
import { type SimulatorsProcess, startSimulators } from '../support/simulators-process.ts';

const BRIDGE = join(DIST, 'pulsebench-bridge.mjs');
const SOON = { timeout: 15_000 };

let folder: string;
let bridge: SimulatorsProcess | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pulsebench-bridge-'));
});

afterEach(async () => {
  expect(await bridge?.end()).toBe(0);
  bridge = undefined;
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Of these, others than the policies may differ. */
const POLICIES = /^(content-security|cross-origin|x-frame)/;

async function policiesOf(url: URL): Promise<Record<string, string>> {
  const { headers, status } = await fetch(url);
  expect(status).toBe(200);
  return Object.fromEntries([...headers].filter(([name]) => POLICIES.test(name)));
}

test('it serves every file of the page with the policies of npm start', async () => {
  bridge = await startSimulators(process.execPath, BRIDGE);
  for (const path of ['', 'sw.js', 'pulsebench-bridge.mjs', ...keptFiles()]) {
    const policies = await policiesOf(new URL(path, bridge.page));
    expect(Object.keys(policies)).toHaveLength(5);
    expect(policies).toEqual(await policiesOf(new URL(path, inject('baseUrl'))));
  }
});

test('its address leads to the page, which has its bridge there', async () => {
  bridge = await startSimulators(process.execPath, BRIDGE);
  const app = await openBuiltApp(bridge.url.replace('ws:', 'http:'), { serviceWorkers: 'allow' });
  try {
    const page = await app.visit();
    expect(page.url()).toMatch(/\/bridged\/(#.*)?$/);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await connectAddress(page, `127.0.0.1:${bridge.ports['meter-keysight']}`);
    await expect.poll(() => reading(page, '34465A', 'DC voltage', 'V'), SOON).toBeTypeOf('number');
    await expect.poll(async () => Number.isNaN(await reading(page, '34465A', 'DC voltage', 'V')), SOON).toBe(false);
    expect(await chip(page, '34465A').textContent()).toContain('Ready');
    await disconnectAll(page);
    expect(app.problems).toEqual([]);
  } finally {
    await app.close();
  }
});

test('a page of another name that leads here is not shown', async () => {
  bridge = await startSimulators(process.execPath, BRIDGE);
  const app = await openBuiltApp('about:blank');
  try {
    const answer = await app.context.request.get(bridge.page!, { headers: { host: 'evil.example' } });
    expect([answer.status(), await answer.text()]).toEqual([403, 'Nobody here is called by that name.\n']);
  } finally {
    await app.close();
  }
});

test('alone it needs nothing beside it, and has no page', async () => {
  const alone = join(folder, 'bridge.mjs');
  copyFileSync(BRIDGE, alone);
  bridge = await startSimulators(process.execPath, alone);
  expect(bridge.page).toBeUndefined();
  expect(await bridge.ask('meter-keysight', '*IDN?')).toMatch(/34465A/);
  expect((await fetch(bridge.url.replace('ws:', 'http:'))).status).toBe(426);
});
