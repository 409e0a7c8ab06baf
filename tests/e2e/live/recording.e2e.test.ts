// The first user story on the built page: stream, record, stop, reopen, save; and the same with a tab that crashes.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../../../scripts/chromium.mjs';
import { dropFromDisk, markerPlaces, nextFrames } from '../../support/built-app.ts';
import { pulsebench, pulsebenchJson } from '../../support/command-line.ts';
import { saveNewestRecording, withoutSavePicker } from '../../support/live-page.ts';

let profile: string;
let context: BrowserContext;

beforeEach(async () => {
  // A profile on the disk: what a private window keeps lives in memory and proves little.
  profile = mkdtempSync(join(tmpdir(), 'pulsebench-'));
  context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    args: CHROMIUM_ARGS,
    viewport: { width: 1280, height: 720 },
  });
});

afterEach(async () => {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
});

async function openPage(hash = ''): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${inject('baseUrl')}${hash}`);
  return page;
}

async function startRecording(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start', exact: true }).first().click();
  await page.getByText('RUN', { exact: true }).waitFor();
  await page.keyboard.press('r');
  await page.getByRole('button', { name: 'Stop recording' }).waitFor();
  // The elapsed time is what the recorder has written.
  await page.getByRole('button', { name: /Stop recording\s*0:0[2-9]/ }).waitFor();
}

/** The file panel shows the eight signals of a JS110 (two say where others are at a limit) and has nothing to complain about. */
async function expectWholeFile(page: Page): Promise<void> {
  const panel = page.locator('lab-file-panel');
  await panel.locator('canvas').first().waitFor();
  await panel.getByText('JLS v2').waitFor();
  await panel.getByText('8 signals').waitFor();
  expect(await panel.getByText(/notes? about this file/).count()).toBe(0);
  await nextFrames(page);
}

test('a simulated instrument is streamed, recorded, stopped and reopened', async () => {
  const page = await openPage();
  await startRecording(page);
  await page.keyboard.press('r');
  await page.getByRole('button', { name: 'Record', exact: true }).waitFor();
  await page.goto(`${inject('baseUrl')}#/files`);
  const row = page.locator('lab-recording-list tbody tr');
  await row.getByText('Finished').waitFor();
  await row
    .getByRole('button', { name: /^Open / })
    .first()
    .click();
  await expectWholeFile(page);
});

/** Between the markers. */
const figures = (page: Page) => page.locator('lab-marker-panel table').first().textContent();

test('markers and notes go into the file that is saved, and its samples stay as they were recorded', async () => {
  await withoutSavePicker(context);
  const page = await openPage();
  await startRecording(page);
  await page.keyboard.press('r');
  await page.getByRole('button', { name: 'Record', exact: true }).waitFor();
  await page.goto(`${inject('baseUrl')}#/files`);
  const row = page.locator('lab-recording-list tbody tr');
  await row.getByText('Finished').waitFor();
  const save = async (name: string) => {
    const path = join(profile, name);
    await saveNewestRecording(page, path);
    return path;
  };
  const plain = await save('plain.jls');
  await row
    .getByRole('button', { name: /^Open / })
    .first()
    .click();
  const view = page.locator('lab-waveform-view');
  await expectWholeFile(page);
  await page.keyboard.press('+');
  await page.keyboard.press('d');
  // the menu of a lane has what can be done with its picture: wait for that
  await expect.poll(() => figures(page)).toMatch(/\d\sµA/);
  await nextFrames(page);
  // in the first lane, however high messages let the plot be
  await view.locator('lab-waveform-plot').click({ button: 'right', position: { x: 300, y: 115 } });
  await page.getByText('Add a note').click();
  await page.keyboard.type('Inrush');
  await page.keyboard.press('Enter');
  const markers = await markerPlaces(page);
  expect(markers.length).toBeGreaterThan(0);
  await page.getByRole('tab', { name: 'Recordings' }).click();
  const marked = await save('marked.jls');

  interface Info {
    readonly signals: readonly { readonly id: string }[];
    readonly annotationCount: number;
    readonly recovered: boolean;
  }
  const { annotationCount, ...before } = pulsebenchJson<Info>('info', plain);
  expect(annotationCount).toBe(0);
  expect(pulsebenchJson<Info>('info', marked)).toMatchObject({ signals: before.signals, recovered: false });
  const texts = pulsebenchJson<{ data: string }[]>('annotations', marked).map(({ data }) => data);
  expect(texts.sort()).toEqual(['1a', '1b', 'Inrush']);
  for (const { id } of before.signals) {
    const [wanted, found] = [plain, marked].map((path) => {
      const table = `${path}.npy`;
      expect(pulsebench('convert', path, table, '--signal', id).code).toBe(0);
      return readFileSync(table);
    });
    expect(found!.equals(wanted!), id).toBe(true);
  }

  const next = await openPage();
  await next.evaluate(() => localStorage.clear());
  await next.reload();
  await next.locator('lab-app nav').waitFor();
  await dropFromDisk(next, [marked]);
  await next.locator('lab-file-panel').getByText('JLS v2').waitFor();
  await expect.poll(() => markerPlaces(next)).toEqual(markers);
  expect(await next.locator('lab-notes-panel').getByLabel('Text of the note').inputValue()).toBe('Inrush');
});

test('a tab that crashes while it records leaves a recording that is offered, repaired and opened', async () => {
  const page = await openPage();
  await startRecording(page);
  const crashed = page.waitForEvent('crash');
  page.goto('chrome://crash').catch(() => undefined);
  await crashed;

  const next = await openPage('#/files');
  const row = next.locator('lab-recording-list tbody tr');
  await row.getByText('Interrupted').waitFor();
  await row.getByRole('button', { name: 'Repair' }).click();
  await row.getByText('Finished').waitFor();
  const length = await row.locator('td').nth(3).textContent();
  expect(length).toMatch(/^0:0[1-9]/);
  await row
    .getByRole('button', { name: /^Open / })
    .first()
    .click();
  await expectWholeFile(next);
});
