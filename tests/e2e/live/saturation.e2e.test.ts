// A fixed range that is too small for its load: the digits, the figures beside the trace, the marker table, the picture
// that is exported and the recording say so, and with the automatic range nothing does.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, openBuiltApp } from '../../support/built-app.ts';
import { connect, record, recorded, until, withoutSavePicker } from '../../support/live-page.ts';

/** 10 mA, always. */
const JS110_DC = 'sim-js110:test-dc';
const AT_LIMIT = 'at the limit';

let app: BuiltApp;
let folder: string;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'), { profile: 'disk' });
  await withoutSavePicker(app.context);
  folder = mkdtempSync(join(tmpdir(), 'saturation-'));
});

afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

/** The label over the digits of a quantity, with what is marked there. */
const labelOf = (page: Page, quantity: string): Locator =>
  page.locator('lab-multimeter dt').filter({ hasText: new RegExp(`^\\s*${quantity}`) });

const setRange = (page: Page, label: string): Promise<unknown> =>
  page.locator('lab-parameter-panel').getByLabel('Current range', { exact: true }).selectOption({ label });

/** A row of the marker table as text, one cell after the other. */
async function rowOf(page: Page, row: string): Promise<readonly string[]> {
  const cells = page
    .getByRole('group', { name: /^Figures at marker/ })
    .locator('tr', { hasText: row })
    .locator('td');
  return (await cells.allTextContents()).map((text) => text.replaceAll('\u202f', ' '));
}

/** The texts of the picture as it would be saved now. */
async function pictureOf(page: Page): Promise<string> {
  await page.locator('lab-waveform-view').getByRole('button', { name: 'Export…' }).click();
  const dialog = page.locator('lab-export-dialog');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'SVG' }).click(),
  ]);
  const path = join(folder, 'picture.svg');
  await file.saveAs(path);
  await page.keyboard.press('Escape');
  return readFileSync(path, 'utf8');
}

test('what a fixed range cuts off is marked everywhere, live and in the recording', async () => {
  const page = await app.visit();
  await connect(page, JS110_DC);
  await until(page, JS110_DC, ({ seconds }) => seconds > 0.5);
  await expect.poll(() => labelOf(page, 'Current').count()).toBe(1);
  expect(await page.getByText(AT_LIMIT).count()).toBe(0);

  await setRange(page, '18 µA');
  const mark = labelOf(page, 'Current').getByText(AT_LIMIT);
  await mark.waitFor();
  // the digits are of half a second, of which the first has samples of before
  await expect
    .poll(async () => (await mark.getAttribute('title'))!.replace('\u202f', ' '))
    .toMatch(
      /^100\.0 % of the samples is at the limit of the range: the true value is beyond what is shown\. Choose a larger range, or Automatic\.$/,
    );
  await labelOf(page, 'Power').getByText(AT_LIMIT).waitFor();
  await labelOf(page, 'Charge').getByText(AT_LIMIT).waitFor();
  expect(await labelOf(page, 'Voltage').getByText(AT_LIMIT).count()).toBe(0);

  const id = await record(page, [JS110_DC], { durationS: 1 });
  await recorded(page, id);
  await page.locator('lab-waveform-plot').click();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Follow' }).waitFor();
  const picture = await pictureOf(page);
  expect(picture).toContain('>limit<');
  await page.keyboard.press('d');
  await expect.poll(() => rowOf(page, AT_LIMIT)).toHaveLength(3);
  const [current, voltage, power] = await rowOf(page, AT_LIMIT);
  // about, where the first of the seconds are only in the overview by now
  expect(voltage).toMatch(/^(≈ )?0\.00 %$/);
  expect(current).toMatch(/^(≈ )?\d[.\d]* %$/);
  expect(power).toBe(current);

  // the lane itself is there for whoever wants it
  const lane = page.getByRole('checkbox', { name: 'Current at its limit' });
  expect(await lane.isChecked()).toBe(false);
  expect(await page.getByRole('checkbox', { name: 'Input 0' }).isChecked()).toBe(false);

  // as a file: all of the second was cut off
  await page.evaluate(async (wanted) => {
    const { files, recordings } = document.querySelector('lab-app')!.app;
    await files.open([{ file: await recordings.file(wanted) }]);
  }, id);
  const plot = page.locator('lab-files-view lab-waveform-plot');
  await plot.waitFor();
  await plot.click();
  await page.keyboard.press('d');
  await expect.poll(() => rowOf(page, AT_LIMIT)).toEqual(['100.0 %', '0.00 %', '100.0 %']);
  expect(await pictureOf(page)).toContain('>limit<');

  await page.goBack();
  await page.locator('lab-multimeter').waitFor();
  await page.locator('lab-waveform-view').getByRole('tab', { name: 'Settings' }).click();
  await setRange(page, 'Automatic');
  await expect.poll(() => labelOf(page, 'Current').getByText(AT_LIMIT).count()).toBe(0);
  expect(app.problems).toEqual([]);
});
