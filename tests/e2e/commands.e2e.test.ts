// Every command is in the palette and in the help, whichever view is open, and Undo takes back what a message offers.

import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, openBuiltApp } from '../support/built-app.ts';
import { openExample, shutDown } from '../support/pipeline-page.ts';

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
});

afterEach(() => app.close());

async function paletteTitles(page: Page): Promise<string[]> {
  await page.keyboard.press('Control+k');
  const titles = await page
    .getByRole('dialog', { name: 'Commands' })
    .getByRole('option')
    .locator('.title')
    .allTextContents();
  await page.keyboard.press('Escape');
  return titles.sort();
}

test('the palette has the same commands in every view, and the help lists those', async () => {
  const page = await app.visit();
  await page.getByRole('main', { name: 'Live' }).waitFor();
  await expect
    .poll(() => paletteTitles(page))
    .toEqual(expect.arrayContaining(['Start the setup', 'Delete all markers']));
  const live = await paletteTitles(page);
  for (const view of ['Pipeline', 'Files', 'Instruments', 'Settings']) {
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click();
    await page.getByRole('main', { name: view }).waitFor();
    expect(await paletteTitles(page)).toEqual(live);
  }
  await page.keyboard.press('F1');
  const cells = page.locator('lab-help-view .groups section:not(.gestures) td:first-child');
  await expect.poll(() => cells.count()).toBeGreaterThan(0);
  // The palette does not list itself.
  expect((await cells.allTextContents()).sort()).toEqual([...live, 'Show all commands'].sort());
  // What finds nothing to act on says so.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Delete all markers');
  await page.keyboard.press('Enter');
  await page.getByText('There is nothing on the screen that it could act on.').waitFor();
  expect(app.problems).toEqual([]);
});

test('Ctrl+Z takes back what a message offers to undo', async () => {
  const page = await app.visit();
  await openExample(page, /First steps/);
  await shutDown(page);
  await page.getByRole('tab', { name: 'Runs' }).click();
  const run = page.getByRole('list', { name: 'Runs' }).getByRole('listitem');
  await page.getByRole('button', { name: /^Delete run_/ }).click();
  await expect.poll(() => run.count()).toBe(0);
  await page.keyboard.press('Control+z');
  await expect.poll(() => run.count()).toBe(1);
  await page.getByText(/^run_.* deleted$/).waitFor({ state: 'detached' });
  expect(app.problems).toEqual([]);
});
