// No room is left, on the built page: for a recording, a run, an export, a setting and a draft, and from the first visit on.
// What was written until then is whole, a sentence says how much that is, and the acquisition goes on.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { dropFromDisk } from '../../support/built-app.ts';
import { pulsebenchJson } from '../../support/command-line.ts';
import { expectStreaming, FaultyBrowser, recordSimulated, stream } from '../../support/faulty-browser.ts';
import { saveNewestRecording, withoutSavePicker } from '../../support/live-page.ts';
import { openExample, runState, saveZip } from '../../support/pipeline-page.ts';

const MB = 2 ** 20;

let browser: FaultyBrowser;

beforeEach(async () => {
  browser = await FaultyBrowser.launch(inject('baseUrl'));
  await withoutSavePicker(browser.context);
});

afterEach(async () => {
  expect(browser.raw).toEqual([]);
  await browser.close();
});

async function leave(page: Page, roomBytes: number): Promise<void> {
  const usage = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  await browser.setQuota(page, usage + roomBytes);
}

test('a recording ends whole, and the instrument goes on', async () => {
  const page = await browser.open();
  await recordSimulated(page);
  await leave(page, 60 * MB);
  const { detail } = await browser.heard(/A recording ended by itself/);
  expect(detail).toMatch(/storage .* complete up to there\. \S+_JS110-900001\.jls, [\d.]+\sMB, is in Files\./);
  await expectStreaming(page);
  await browser.setQuota(page);
  await page.goto(`${inject('baseUrl')}#/files`);
  const path = join(browser.profile, 'saved.jls');
  await saveNewestRecording(page, path);
  expect(pulsebenchJson('info', path)).toMatchObject({ recovered: false });
});

test('with a full disk from the first visit on the page works, and says what it cannot do', async () => {
  const bare = await browser.openBare();
  await browser.setQuota(bare, 1);
  const page = await browser.open();
  await stream(page);
  await expectStreaming(page);
  expect(browser.said).toEqual([]);
  await page.keyboard.press('r');
  expect((await browser.heard(/Nothing is recorded/)).detail).toMatch(/^Writing into this browser stopped: .*full/);
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Pipeline' }).click();
  await page
    .locator('lab-pipeline-view')
    .getByRole('button', { name: /^Write a .mimo file/ })
    .click();
  expect((await browser.heard(/The setup was not started/)).detail).toMatch(/storage is full/);
  expect(await page.evaluate(() => document.querySelector('lab-app')!.app.pipelines.runNames)).toEqual([]);
  await browser.setQuota(page);
  await page.locator('lab-pipeline-bar').getByRole('button', { name: 'Start', exact: true }).click();
  await runState(page).getByText('Running').waitFor();
});

const SETUP = `
Buffers:
  In: {slot_count: 20, data_length: 4096, data_dtype: {x: f4}}
Workers:
  source: {file: own.js, function: ramp, sinks: [In]}
  file: {function: data.export, sources: [In]}
  rest: {function: exporters.drain, sources: [In]}
`;

const MODULE = `
export function ramp() {
  let next = 0;
  return { template: 'Importer', next: () => { next++; return true; }, write: (event) => event.set('x', next) };
}
`;

test('a run goes on without the file for which there is no room, and its events until then are whole', async () => {
  const folder = join(browser.profile, 'ramp');
  await mkdir(folder);
  await writeFile(join(folder, 'setup.yaml'), SETUP);
  await writeFile(join(folder, 'own.js'), MODULE);
  const page = await browser.open();
  await dropFromDisk(page, [folder]);
  await leave(page, 30 * MB);
  await page.locator('lab-pipeline-bar').getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('button', { name: 'I have read it, run it' }).click();
  const failure = page
    .getByText(/Writing In\.mimo stopped: .*storage is full\. Its [\d.]+\sMB until then are safe/)
    .first();
  await failure.waitFor();
  await runState(page).getByText('Running').waitFor();
  await page.getByRole('button', { name: 'Shut down roots' }).click();
  await runState(page).getByText('Failed', { exact: true }).waitFor();
  await browser.setQuota(page);
  const files = await saveZip(page);
  const path = join(browser.profile, 'In.mimo');
  await writeFile(path, files.get('In.mimo')!);
  const { recovered, signals } = pulsebenchJson<{ recovered: boolean; signals: { length: number }[] }>('info', path);
  expect(recovered).toBe(false);
  // whole events of 4096 samples, and more of them than a megabyte holds
  expect(signals[0]!.length % 4096).toBe(0);
  expect(signals[0]!.length).toBeGreaterThan(MB / 4);
});

test('a run whose tables find no room says so while it runs, and goes on', async () => {
  const page = await browser.open();
  await openExample(page, /^Write a .mimo file/);
  await browser.setQuota(page, 1);
  expect((await browser.heard(/The run directory is not complete/)).detail).toMatch(/storage is full/);
  await runState(page).getByText('Running').waitFor();
});

test('an export for which there is no room leaves nothing and says so; the instrument goes on', async () => {
  const page = await browser.open();
  await stream(page);
  await expectStreaming(page);
  await leave(page, 2 * MB);
  await page.locator('lab-waveform-view').getByRole('button', { name: 'Export…' }).click();
  const dialog = page.locator('lab-export-dialog');
  await dialog.getByLabel('Format').selectOption('jls');
  await dialog.getByRole('button', { name: 'Export…' }).click();
  await dialog
    .getByText(/storage is full/)
    .or(page.getByText(/storage is full/))
    .first()
    .waitFor();
  const left = await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('exports');
    const names: string[] = [];
    for await (const name of folder.keys()) names.push(name);
    return names;
  });
  expect(left).toEqual([]);
  await expectStreaming(page);
});

test('a setting that finds no room holds for the page, and is said once', async () => {
  const page = await browser.open('#/settings');
  await page.evaluate(() => {
    for (let length = 2 ** 22; length >= 1; length = Math.floor(length / 2)) {
      try {
        for (let i = 0; ; i++) localStorage.setItem(`filling-${length}-${i}`, 'x'.repeat(length));
      } catch {
        // less fits
      }
    }
  });
  const set = (value: string) =>
    page.evaluate((digits) => document.querySelector('lab-app')!.app.settings.set('meter.digits', digits), value);
  await set('4');
  const { detail } = await browser.heard(/kept only while this page is open/);
  expect(detail).toMatch(/recordings lie elsewhere and are safe/);
  await set('5');
  expect(await page.evaluate(() => document.querySelector('lab-app')!.app.settings.get('meter.digits'))).toBe('5');
});
