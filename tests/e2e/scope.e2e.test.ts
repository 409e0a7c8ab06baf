// An oscilloscope on the built page: the simulated one, from the empty view to a capture that is there after a reload.

import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, openBuiltApp } from '../support/built-app.ts';
import { withoutSavePicker } from '../support/live-page.ts';

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'), { serviceWorkers: 'allow' });
});

afterEach(async () => {
  await app.close();
});

test('one click shows a running scope; a number is changed on its screen; a capture survives a reload', async () => {
  await withoutSavePicker(app.context);
  const page = await app.visit();
  await page.getByRole('link', { name: /^Scope/ }).click();
  await page.getByRole('button', { name: /^Run a simulated/ }).click();
  const view = page.locator('lab-scope-view');
  await view.getByText('Running', { exact: true }).waitFor({ timeout: 20_000 });
  const records = async () => Number(/([\d\s]+) records/.exec((await view.locator('.count').textContent()) ?? '')?.[1]);
  await expect.poll(records, { timeout: 20_000 }).toBeGreaterThan(2);

  const scale = view.getByLabel(/^\S+ V\/div$/).first();
  await scale.fill('2');
  await scale.press('Enter');
  await expect.poll(async () => (await scale.inputValue()).replace(/\s/g, ' '), { timeout: 15_000 }).toBe('2 V');
  // the generator on the same bench is on: 1 kHz on the first channel
  await view
    .getByText(/^1\.00\d\skHz$/)
    .first()
    .waitFor({ timeout: 20_000 });

  await view.getByRole('button', { name: 'Pin' }).click();
  await view.getByLabel('Name of Capture 1').waitFor();
  await view.getByRole('button', { name: 'Save Capture 1' }).click();
  const dialog = page.locator('lab-export-dialog');
  await dialog.getByLabel('Format').selectOption('trc');
  await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Export…' }).click()]);
  await dialog.getByRole('button', { name: 'Open it here' }).click();
  const facts = page.locator('lab-file-panel');
  await facts.getByRole('button', { name: 'Facts' }).click();
  await page.locator('lab-facts-panel').getByText('LeCroy trace').waitFor();
  await page.reload();
  await page.getByRole('link', { name: /^Scope/ }).click();
  await page.getByRole('button', { name: /^Run a simulated/ }).click();
  await view.getByRole('tab', { name: 'Captures' }).click();
  await view.getByLabel('Name of Capture 1').waitFor();
});
