// Two versions of the built page on one host, one after the other: a tab stays with the version that it was loaded from,
// whatever other tabs take, and nothing that goes on in it is broken off. The host has no file of the old version any more.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../../../scripts/chromium.mjs';
import { dropFile } from '../../support/built-app.ts';
import { DIST, keptFiles, missingFiles } from '../../support/built-files.ts';
import { FILE_KINDS } from '../../support/file-kinds.ts';
import { nextBuild } from '../../support/next-build.ts';
import { StaticHost } from '../../support/static-host.ts';

const NEXT_ID = 'feedfacefeedface';

let next: string;
let profile: string;
let context: BrowserContext;
let host: StaticHost;
let address: string;
let problems: string[];
/** The tab that was there first, and stays. */
let old: Page;

beforeAll(() => {
  next = nextBuild(NEXT_ID);
});

afterAll(() => rmSync(next, { recursive: true, force: true }));

beforeEach(async () => {
  host = new StaticHost(DIST);
  address = await host.start();
  // on the disk: a private window keeps recordings in memory, slowly
  profile = mkdtempSync(join(tmpdir(), 'pulsebench-'));
  context = await chromium.launchPersistentContext(profile, { executablePath: findChromium(), args: CHROMIUM_ARGS });
  // exports are downloads then, which a test can see
  await context.addInitScript(() => {
    for (const name of ['showSaveFilePicker', 'showOpenFilePicker']) Reflect.deleteProperty(window, name);
  });
  problems = [];
  context.on('weberror', (error) => problems.push(String(error.error())));
  context.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  old = await openTab();
  await expect.poll(() => missingFiles(old), { timeout: 60_000 }).toEqual([]);
});

afterEach(async () => {
  await context.close();
  await host.stop();
  rmSync(profile, { recursive: true, force: true });
});

async function openTab(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForFunction(() => crossOriginIsolated);
  await page.locator('lab-rail a').first().waitFor();
  return page;
}

/** The entry script says which build a page runs. */
const entryOf = (page: Page): Promise<string> =>
  page.evaluate(() => document.querySelector<HTMLScriptElement>('script[type=module]')!.src);

const cacheNames = (page: Page): Promise<string[]> => page.evaluate(() => caches.keys());
const newOnly = [expect.stringContaining(NEXT_ID)];
const reloadButton = (page: Page) => page.getByRole('button', { name: 'Reload', exact: true });

/** The host has the next version from now on, and every tab offers it. */
async function deployNext(): Promise<void> {
  host.folder = next;
  host.requests.length = 0;
  await old.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  await old.getByText('A new version is ready').waitFor();
}

async function takeNext(page: Page): Promise<void> {
  const before = await entryOf(page);
  await Promise.all([page.waitForEvent('load'), reloadButton(page).click()]);
  await page.locator('lab-rail a').first().waitFor();
  expect(await entryOf(page)).not.toBe(before);
}

/** Ends the service worker as the browser does with one that has nothing to do; what it knew is gone. */
async function stopServiceWorker(page: Page): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.stopAllWorkers');
  await session.detach();
}

async function showEveryView(page: Page): Promise<void> {
  for (const link of await page.locator('lab-rail a').all()) {
    await link.click();
    const viewId = (await link.getAttribute('href'))?.slice('#/'.length);
    await page.locator(`lab-${viewId}-view`).waitFor();
  }
}

async function openFile(page: Page, format: string): Promise<void> {
  const { bytes } = FILE_KINDS.find((kind) => kind.format === format)!;
  await dropFile(page, `${format}.file`, await bytes());
  await page.locator('lab-files-view').getByText(`${format}.file`).first().waitFor();
  await page.locator('lab-files-view canvas').first().waitFor();
}

async function startRecording(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start', exact: true }).first().click();
  await page.getByText('RUN', { exact: true }).waitFor();
  await page.keyboard.press('r');
  await untilRecorded(page, 1);
}

/** Waits until the recording, below ten seconds long, has at least so many. */
const untilRecorded = (page: Page, atLeastS: number): Promise<void> =>
  page.getByRole('button', { name: new RegExp(`Stop recording\\s*0:(0[${atLeastS}-9]|[1-5]\\d)`) }).waitFor();

async function stopRecording(page: Page): Promise<void> {
  await page.keyboard.press('r');
  await page.getByRole('button', { name: 'Record', exact: true }).waitFor();
}

test('a tab loads its own parts after another tab took the new version', async () => {
  const other = await openTab();
  const entry = await entryOf(old);
  await deployNext();
  await takeNext(other);
  await stopServiceWorker(other);
  await showEveryView(old);
  await openFile(old, 'HDF5');
  await showEveryView(other);
  await openFile(other, 'HDF5');
  expect(await entryOf(old)).toBe(entry);
  expect(problems).toEqual([]);
});

test('a tab that records goes on, and loads what it needs for its own recording', async () => {
  await startRecording(old);
  const other = await openTab();
  await deployNext();
  await takeNext(other);
  await stopServiceWorker(other);
  await untilRecorded(old, 4);
  await stopRecording(old);
  await old.locator('lab-rail a[href="#/files"]').click();
  const row = old.locator('lab-recording-list tbody tr');
  await row.getByText('Finished').waitFor();
  await row
    .getByRole('button', { name: /^Open / })
    .first()
    .click();
  await old.locator('lab-file-panel').getByText('8 signals').waitFor();
  await old.locator('lab-waveform-plot').click();
  // a part of it: how long the whole is depends on the machine
  await old.keyboard.press('+');
  await old.keyboard.press('d');
  await old.locator('lab-marker-panel').getByText('mean').first().waitFor();
  await old.keyboard.press('e');
  const [download] = await Promise.all([
    old.waitForEvent('download'),
    old.locator('lab-export-dialog').getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.jls$/);
  expect(problems).toEqual([]);
});

test('a worker that runs since before the update loads what it has not loaded yet', async () => {
  await old.getByRole('button', { name: 'Start', exact: true }).first().click();
  await old.getByText('RUN', { exact: true }).waitFor();
  const other = await openTab();
  await deployNext();
  await takeNext(other);
  await stopServiceWorker(other);
  const worker = old.workers()[0]!;
  const chunks = keptFiles().filter((file) => /^assets\/(hdf5_hl|pipeline-view|export)-.*\.js$/.test(file));
  expect(chunks.length).toBeGreaterThanOrEqual(3);
  for (const chunk of chunks) {
    const status = await worker.evaluate(async (url) => (await fetch(url)).status, new URL(chunk, address).href);
    expect([chunk, status]).toEqual([chunk, 200]);
  }
});

test('the files of the old version go with its last tab, not before', async () => {
  const second = await openTab();
  const other = await openTab();
  await deployNext();
  await takeNext(other);
  // the longest that the worker waits for pages that just come or go
  await other.waitForTimeout(6000);
  expect(await cacheNames(other)).toHaveLength(2);
  await second.close();
  await other.waitForTimeout(6000);
  expect(await cacheNames(other)).toHaveLength(2);
  await showEveryView(old);
  await old.close();
  await expect.poll(() => cacheNames(other), { timeout: 15_000 }).toEqual(newOnly);
  await showEveryView(other);
  expect(problems).toEqual([]);
});

test('the files of the old version go at the next start where nobody saw its last tab go', async () => {
  const other = await openTab();
  await deployNext();
  await takeNext(other);
  await other.close();
  await old.close();
  const late = await openTab();
  await expect.poll(() => cacheNames(late), { timeout: 15_000 }).toEqual(newOnly);
});

test('a page that does not say which build it runs keeps the files of all', async () => {
  const untold = await context.newPage();
  await untold.goto(`${address}icons/icon.svg`);
  await deployNext();
  await takeNext(old);
  await old.waitForTimeout(6000);
  expect(await cacheNames(old)).toHaveLength(2);
  await untold.close();
  await openTab();
  await expect.poll(() => cacheNames(old), { timeout: 15_000 }).toEqual(newOnly);
});

test('a tab that records does not load the new version before its recording has ended', async () => {
  await startRecording(old);
  await deployNext();
  const entry = await entryOf(old);
  await reloadButton(old).click();
  await old.getByText('The new version waits').waitFor();
  await untilRecorded(old, 4);
  expect(await reloadButton(old).count()).toBe(0);
  expect(await entryOf(old)).toBe(entry);
  await stopRecording(old);
  await takeNext(old);
  expect(await old.getByText('The new version waits').count()).toBe(0);
  await old.locator('lab-rail a[href="#/files"]').click();
  await old.locator('lab-recording-list tbody tr').getByText('Finished').waitFor();
  expect(problems).toEqual([]);
});

test('a version that another tab took is there for a tab that offers it still', async () => {
  const other = await openTab();
  await deployNext();
  await takeNext(other);
  await takeNext(old);
  await expect.poll(() => cacheNames(old), { timeout: 15_000 }).toEqual(newOnly);
});
