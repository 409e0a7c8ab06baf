// A page from elsewhere that wants the bridge on this computer: Chromium's own permission, granted, refused and not yet
// asked. The page comes from here, but the browser takes the address for a public one.

import { readFileSync } from 'node:fs';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startBridge } from '../../../bridge/server.mjs';
import { CHROMIUM_ARGS, findChromium } from '../../../scripts/chromium.mjs';
import { systemClock } from '../../../src/base/clock.ts';
import { makeBench } from '../../../src/devices/sim/scpi/bench.ts';
import { reading } from '../../support/bench-page.ts';
import { DIST } from '../../support/built-files.ts';
import { ServedInstrument } from '../../support/served-instrument.ts';
import { StaticHost } from '../../support/static-host.ts';

const NAME = 'lab.example';
const SOON = { timeout: 15_000 };

let host: StaticHost;
let address: URL;
let browser: Browser;
let session: CDPSession;
let page: Page;
let meter: ServedInstrument;
let bridge: Awaited<ReturnType<typeof startBridge>>;

beforeAll(async () => {
  host = new StaticHost(DIST);
  address = new URL(await host.start());
  const place = address.host;
  address.hostname = NAME;
  const { talkers } = makeBench({ clock: systemClock, seed: 1 });
  meter = await ServedInstrument.serve(talkers['meter-keysight']!);
  bridge = await startBridge({ allow: [meter.address], origins: [address.origin] });
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: [
      ...CHROMIUM_ARGS,
      `--host-resolver-rules=MAP ${NAME} 127.0.0.1`,
      `--ip-address-space-overrides=${place}=public`,
      `--unsafely-treat-insecure-origin-as-secure=${address.origin}`,
    ],
  });
  session = await browser.newBrowserCDPSession();
});

afterAll(async () => {
  await browser.close();
  await bridge.close();
  await meter.pullCable();
  await host.stop();
});

beforeEach(async () => {
  page = await (await browser.newContext()).newPage();
  await page.goto(address.href);
  await page.waitForFunction(() => crossOriginIsolated && document.readyState === 'complete');
  await page.locator('lab-app nav').waitFor();
});

afterEach(() => page.context().close());

/** As the user does in the browser's question, or in its settings for the site. */
async function answer(setting: 'granted' | 'denied'): Promise<void> {
  const { targetInfos } = await session.send('Target.getTargets');
  const { browserContextId } = targetInfos.find(({ type, url }) => type === 'page' && url.startsWith(address.href))!;
  await session.send('Browser.setPermission', {
    permission: { name: 'loopback-network' },
    setting,
    origin: address.origin,
    ...(browserContextId && { browserContextId }),
  });
}

/** Enters the meter's address; the dialog stays where it is when that does not work. */
async function enterAddress(): Promise<void> {
  await page
    .getByRole('button', { name: /^Connect/ })
    .first()
    .click();
  const field = page.locator('lab-connect-dialog').getByLabel('Address');
  await field.fill(meter.address);
  await field.press('Enter');
}

async function expectReadings(): Promise<void> {
  await page.locator('lab-connect-dialog').getByRole('heading', { name: 'Connect' }).waitFor({ state: 'hidden' });
  await expect.poll(async () => Number.isNaN(await reading(page, '34465A', 'DC voltage', 'V')), SOON).toBe(false);
}

const message = (title: string) => page.locator('lab-toasts li', { hasText: title });

test('the browser knows the permission, and has not been asked', async () => {
  const query = () => navigator.permissions.query({ name: 'loopback-network' as PermissionName });
  expect(await page.evaluate(`(${query})().then(({ state }) => state)`)).toBe('prompt');
});

test('the bridge is there to be taken as a file', async () => {
  await page
    .getByRole('button', { name: /^Connect/ })
    .first()
    .click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('lab-connect-dialog').getByRole('link', { name: 'a file' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('pulsebench-bridge.mjs');
  expect(readFileSync(await download.path())).toEqual(readFileSync(`${DIST}pulsebench-bridge.mjs`));
});

test('where it was granted nothing is said', async () => {
  await answer('granted');
  await enterAddress();
  await expectReadings();
  expect(await page.locator('lab-toasts li').count()).toBe(0);
});

test('where it was refused the bridge is not tried, and what to do is said', async () => {
  await answer('denied');
  const before = meter.connectionCount;
  await enterAddress();
  await message('The bridge was not reached').getByText('Open the site’s settings').waitFor();
  expect(meter.connectionCount).toBe(before);
});

test('before it asks, that is explained; a yes connects', async () => {
  const before = meter.connectionCount;
  await enterAddress();
  const question = message('The browser has to ask you first');
  await question.getByText('reach programs here').waitFor();
  expect(meter.connectionCount).toBe(before);
  await answer('granted');
  await question.getByRole('button', { name: 'Have it ask' }).click();
  await expectReadings();
});

test('a no connects nothing, and what to do is said; a browser without a screen says no by itself', async () => {
  const before = meter.connectionCount;
  await enterAddress();
  await message('The browser has to ask you first').getByRole('button', { name: 'Have it ask' }).click();
  await message('The bridge was not reached').getByText('Open the site’s settings').waitFor();
  expect(meter.connectionCount).toBe(before);
});
