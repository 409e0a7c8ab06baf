// The data of the site are cleared, or its database is lost, on the built page: while it records, while it runs a setup and
// while it does nothing. The acquisition goes on, one sentence says what is lost, and what lies on the disk is found again.

import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { pulsebenchJson } from '../../support/command-line.ts';
import { expectStreaming, FaultyBrowser, recordSimulated } from '../../support/faulty-browser.ts';
import { saveNewestRecording, withoutSavePicker } from '../../support/live-page.ts';
import { openExample, runState, shutDown } from '../../support/pipeline-page.ts';

let browser: FaultyBrowser;

beforeEach(async () => {
  browser = await FaultyBrowser.launch(inject('baseUrl'));
});

afterEach(async () => {
  expect(browser.raw).toEqual([]);
  await browser.close();
});

const row = (page: Page) => page.locator('lab-recording-list tbody tr');

async function stopAndShow(page: Page): Promise<void> {
  await page.keyboard.press('r');
  await browser.heard(/Recording finished/);
  await page.goto(`${inject('baseUrl')}#/files`);
}

/** The loss is told within seconds, the list shows it as lost, and the instrument goes on. */
async function expectLoss(page: Page): Promise<void> {
  const { detail } = await browser.heard(/A recording is lost/);
  expect(detail).toMatch(
    /^\d{8}_\d{6}_JS110-900001\.jls, 0:0[2-9] long: .*data of this site were cleared.*exported\.$/,
  );
  await page.getByRole('button', { name: 'Record', exact: true }).waitFor();
  await expectStreaming(page);
  await page.goto(`${inject('baseUrl')}#/files`);
  await row(page).getByText('Lost', { exact: true }).waitFor();
  // to be taken from the list, and nothing else
  expect(await row(page).getByRole('button').all()).toHaveLength(1);
  await page.goto(`${inject('baseUrl')}#/live`);
}

/**
 * Chromium 156 may give a page whose site was cleared working files and locks again, or halves of them, or no answer: the
 * next recording runs, or it is said within seconds that nothing is recorded and what helps.
 */
async function expectNextIsTrue(page: Page): Promise<void> {
  await page.keyboard.press('r');
  const refusal = () => browser.said.find(({ title }) => title === 'Nothing is recorded');
  const running = page.getByRole('button', { name: /Stop recording\s*0:0[1-9]/ });
  await expect.poll(async () => refusal() !== undefined || (await running.isVisible()), { timeout: 20_000 }).toBe(true);
  const said = refusal();
  if (said) expect(said.detail).toMatch(/reload the page/);
  else {
    await stopAndShow(page);
    await page.goto(`${inject('baseUrl')}#/live`);
  }
  expect(browser.said.map(({ title }) => title)).not.toContain('A recording was interrupted');
}

test('private files cleared in mid-recording: it is lost, and the next one is not', async () => {
  const page = await browser.open();
  await recordSimulated(page);
  await browser.clear(page, 'file_systems');
  await expectLoss(page);
  await page.keyboard.press('r');
  await page.getByRole('button', { name: /Stop recording\s*0:0[1-9]/ }).waitFor();
  await stopAndShow(page);
  await row(page).getByText('Finished').waitFor();
});

test('everything cleared in mid-recording: it is lost, the live data are exported, and a reload makes all well', async () => {
  await withoutSavePicker(browser.context);
  const page = await browser.open();
  await recordSimulated(page);
  await browser.clear(page, 'all');
  await expectLoss(page);
  await expectNextIsTrue(page);
  const download = page.waitForEvent('download');
  await page.locator('lab-waveform-view').getByRole('button', { name: 'Export…' }).click();
  await page.locator('lab-export-dialog').getByLabel('Format').selectOption('jls');
  await page.locator('lab-export-dialog').getByRole('button', { name: 'Export…' }).click();
  expect(await (await download).failure()).toBeNull();
  await page.reload();
  await recordSimulated(page);
  await stopAndShow(page);
  await row(page).getByText('Finished').first().waitFor();
});

test('a recording that is stopped into cleared data is not called saved', async () => {
  const page = await browser.open();
  await recordSimulated(page);
  await browser.clear(page, 'file_systems');
  await page.keyboard.press('r');
  await browser.heard(/A recording is lost/);
  expect(browser.said.map(({ title }) => title)).not.toContain('Recording finished');
});

test.each(['indexeddb', 'cache_storage', 'service_workers', 'local_storage'])(
  '%s cleared in mid-recording: it goes on and is whole',
  async (types) => {
    await withoutSavePicker(browser.context);
    const page = await browser.open();
    await recordSimulated(page);
    await browser.clear(page, types);
    await page.getByRole('button', { name: /Stop recording\s*0:0[4-9]/ }).waitFor();
    await stopAndShow(page);
    await row(page).getByText('Finished').waitFor();
    const path = join(browser.profile, 'saved.jls');
    await saveNewestRecording(page, path);
    expect(pulsebenchJson('info', path)).toMatchObject({ recovered: false });
  },
);

test('recordings that were cleared while nothing went on are missed when the user comes back', async () => {
  const page = await browser.open();
  await recordSimulated(page);
  await stopAndShow(page);
  await row(page).getByText('Finished').waitFor();
  await browser.clear(page, 'file_systems');
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  const { detail } = await browser.heard(/A recording is gone/);
  expect(detail).toMatch(/JS110-900001\.jls/);
  await page.getByText('No recordings yet').waitFor();
});

test('data cleared in mid-run: the run goes on, and its directory is not called safe', async () => {
  const page = await browser.open();
  await openExample(page, /^Write a .mimo file/);
  await browser.clear(page, 'file_systems');
  const { detail } = await browser.heard(/The run directory is not complete/);
  expect(detail).toMatch(/^Writing run_\S+ ended: .* data of this site were cleared/);
  await runState(page).getByText('Running').waitFor();
  await page.getByRole('button', { name: 'Shut down roots' }).click();
  await runState(page).getByText('Failed', { exact: true }).waitFor();
  expect(browser.said.filter(({ detail: text }) => text.includes('safe in'))).toEqual([]);
});

/** A database that no page of ours can open: of a newer version, and never given away. */
async function holdNewerDatabase(): Promise<Page> {
  const other = await browser.openBare();
  await other.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open('pulsebench', 99);
        request.onsuccess = () => {
          request.result.onversionchange = () => undefined;
          resolve();
        };
        request.onerror = () => reject(new Error('the newer version was not opened'));
      }),
  );
  return other;
}

test('a database of a newer version takes nothing from recordings, in mid-recording and at the start', async () => {
  const page = await browser.open();
  await recordSimulated(page);
  await holdNewerDatabase();
  await page.getByRole('button', { name: /Stop recording\s*0:0[4-9]/ }).waitFor();
  await stopAndShow(page);
  await row(page).getByText('Finished').waitFor();
  const next = await browser.open('#/files');
  await row(next).getByText('Finished').waitFor();
  const { detail } = await browser.heard(/recent files/);
  expect(detail).toMatch(/Recordings, runs and settings lie elsewhere and are safe\./);
});

test('a database that another tab holds up does not hold up the start', async () => {
  const other = await holdNewerDatabase();
  await other.evaluate(() => void indexedDB.deleteDatabase('pulsebench'));
  const page = await browser.open();
  await browser.heard(/recent files/);
  await recordSimulated(page);
  await stopAndShow(page);
  await row(page).getByText('Finished').waitFor();
});

test('recordings whose entries are lost are found again, whole', async () => {
  const page = await browser.open();
  await recordSimulated(page);
  await stopAndShow(page);
  await row(page).getByText('Finished').waitFor();
  await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('recordings');
    for await (const name of folder.keys()) if (name.endsWith('.json')) await folder.removeEntry(name);
  });
  const next = await browser.open('#/files');
  await row(next).getByText('It was found without an entry in the list.').waitFor();
  await row(next).getByRole('button', { name: 'Repair' }).click();
  await row(next).getByText('Finished').waitFor();
  expect(await row(next).locator('td').nth(3).textContent()).toMatch(/^0:0[1-9]/);
  await shownWhole(next);
});

async function shownWhole(page: Page): Promise<void> {
  await row(page)
    .getByRole('button', { name: /^Open / })
    .first()
    .click();
  await page.locator('lab-file-panel').getByText('8 signals').waitFor();
  expect(
    await page
      .locator('lab-file-panel')
      .getByText(/notes? about this file/)
      .count(),
  ).toBe(0);
}

test('a run of a setup that ends well does so with a cleared database, cache and settings', async () => {
  const page = await browser.open();
  await openExample(page, /^Write a .mimo file/);
  await browser.clear(page, 'indexeddb,cache_storage,local_storage,service_workers');
  await shutDown(page);
  expect((await browser.heard(/The run has ended/)).detail).toMatch(/the files are in run_/);
});
