// The story of a file that says little: rows without times are counted, everywhere, and the facts stand beside it.

import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, dropFile, openBuiltApp } from '../support/built-app.ts';

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
  // without a picker the browser's downloads take the file, which a test can read
  await app.context.addInitScript(() => {
    for (const name of ['showSaveFilePicker', 'showOpenFilePicker']) Reflect.deleteProperty(window, name);
  });
});
afterEach(() => app.close());

const plain = (text: string) => text.replaceAll('\u202f', ' ');

test('rows without times are counted: in the bar, at markers, in pictures and tables', async () => {
  const page = await app.visit();
  const rows = Array.from({ length: 2000 }, (_, i) => `${(Math.sin(i / 40) * 5).toFixed(4)},${i % 7}`);
  await dropFile(page, 'counts.csv', Buffer.from(`U (V),n\n${rows.join('\n')}\n`));
  await page.getByRole('heading', { name: 'counts.csv' }).waitFor();
  const panel = page.locator('lab-file-panel');
  await expect.poll(async () => plain((await panel.locator('.facts').textContent()) ?? '')).toContain('2 000 samples');
  await page.getByRole('note').getByText('rows are counted').waitFor();
  await page.locator('lab-waveform-plot').hover();
  await page.keyboard.press('d');
  const sheet = page.locator('lab-marker-panel');
  await sheet.getByText('first sample').waitFor();
  expect(await sheet.getByText('1/Δ').count()).toBe(0);
  await panel.getByRole('button', { name: 'Facts' }).click();
  await page.locator('lab-facts-panel').getByText('CSV table').waitFor();
  await page.locator('lab-waveform-view').getByRole('button', { name: 'Export…' }).click();
  const dialog = page.locator('lab-export-dialog');
  await dialog.getByLabel('Format').selectOption('csv');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Download' }).click(),
  ]);
  const text = await readFile(await download.path(), 'utf8');
  expect(text.split('\n', 2)[0]).toBe('sample,U (V),n');
  expect(app.problems).toEqual([]);
});
