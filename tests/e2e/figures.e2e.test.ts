// One span has one mean on the whole screen: beside the trace, between markers, in the picture that is exported, in the
// table that is exported and on the command line.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, dropFromDisk, openBuiltApp } from '../support/built-app.ts';
import { withoutSavePicker } from '../support/live-page.ts';

const ROW_COUNT = 1_000_000;
/** The last rows are 1 A, all others 0. */
const LAST_COUNT = 784;
const MEAN_UA = (1e6 * LAST_COUNT) / ROW_COUNT;

let app: BuiltApp;
let folder: string;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
  await withoutSavePicker(app.context);
  folder = mkdtempSync(join(tmpdir(), 'figures-'));
});

afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

/** The texts of the picture as it would be saved now. */
async function pictureTexts(page: Page): Promise<readonly string[]> {
  await page.locator('lab-waveform-view').getByRole('button', { name: 'Export…' }).click();
  const dialog = page.locator('lab-export-dialog');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'SVG' }).click(),
  ]);
  const path = join(folder, 'picture.svg');
  await file.saveAs(path);
  await page.keyboard.press('Escape');
  return [...readFileSync(path, 'utf8').matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) =>
    text!.replaceAll('\u202f', ' '),
  );
}

test('the whole view of a table of a million rows has its last 784 in every figure', async () => {
  const table = join(folder, 'table.csv');
  const rows = Array.from({ length: ROW_COUNT }, (_, row) => `${row / 1000},${row < ROW_COUNT - LAST_COUNT ? 0 : 1}`);
  writeFileSync(table, `time (s),current (A)\n${rows.join('\n')}\n`);
  const page = await app.visit();
  await dropFromDisk(page, [table]);
  await page.locator('lab-files-view lab-waveform-view canvas').first().waitFor();
  const wanted = `${MEAN_UA.toFixed(2)} µA`;
  await expect.poll(() => pictureTexts(page), { timeout: 30_000 }).toContain(wanted);
  const texts = await pictureTexts(page);
  expect(texts[texts.indexOf('mean') + 1]).toBe(wanted);
  expect(texts[texts.indexOf('max') + 1]).toBe('1.0000 A');

  // a pair of markers over all of it says the same
  await page.locator('lab-waveform-plot').click();
  await page.keyboard.press('d');
  const enter = async (label: RegExp, text: string) => {
    const field = page.locator('input').and(page.getByLabel(label)).first();
    await field.fill(text);
    await field.press('Enter');
  };
  await enter(/^First end of marker/, '0 s');
  await enter(/^Second end of marker/, '1000 s');
  const figures = page.getByRole('group', { name: /^Figures at marker/ });
  const cellOf = async (row: string) =>
    (await figures.locator('tr', { hasText: row }).locator('td').first().textContent())!.replaceAll('\u202f', ' ');
  await expect.poll(() => cellOf('mean')).toBe(`${MEAN_UA.toFixed(3)} µA`);
  expect((await cellOf('samples')).replaceAll(' ', '')).toBe(String(ROW_COUNT));
  expect(app.problems).toEqual([]);
});
