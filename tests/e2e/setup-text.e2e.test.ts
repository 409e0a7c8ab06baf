// Whose is what the pipeline screen shows, and what becomes of edits: on the built page.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, dropFromDisk, openBuiltApp } from '../support/built-app.ts';
import { openExample, runState, shutDown, start } from '../support/pipeline-page.ts';

const OTHER = `
Buffers:
  Elsewhere: {slot_count: 4, data_length: 1, data_dtype: {x: f4}}
Workers:
  play: {function: data.simulate_importer, sinks: [Elsewhere], config: {filename: Recorded.mimo}}
  end: {function: exporters.drain, sources: [Elsewhere]}
`;

let app: BuiltApp;
let folder: string;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'), { serviceWorkers: 'allow' });
  folder = await mkdtemp(join(tmpdir(), 'other-setup-'));
  await writeFile(join(folder, 'setup.yaml'), OTHER);
});

afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
  expect(app.problems).toEqual([]);
});

const bar = (page: Page) => page.locator('lab-pipeline-bar');
const heading = (page: Page) => bar(page).getByRole('heading', { level: 1 });
const code = (page: Page) => page.locator('.cm-content');
const openPipelines = (page: Page) =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Pipeline' }).click();

/** Writes a comment at the top of the setup. */
async function edit(page: Page, comment: string): Promise<void> {
  await page.getByRole('tab', { name: 'Setup' }).click();
  await code(page).click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type(`# ${comment}\n`);
}

async function openFolder(page: Page): Promise<void> {
  await dropFromDisk(page, [folder]);
  await heading(page)
    .filter({ hasText: /^other-setup-/ })
    .waitFor();
}

async function untilText(page: Page, text: string): Promise<void> {
  await page.getByRole('tab', { name: 'Setup' }).click();
  await code(page).filter({ hasText: text }).waitFor();
}

test('name, state, displays and end are those of the setup that ran', async () => {
  const page = await app.visit();
  await openExample(page, /^First steps/);
  await page.getByRole('img', { name: /^Histogram/ }).waitFor();
  await edit(page, 'another text');
  await page.getByText('Edited since the start: what runs is the text from before.').waitFor();
  await dropFromDisk(page, [folder]);
  await page.getByText('What runs is “First steps”, not this text.').waitFor();
  expect(await heading(page).textContent()).toBe('First steps');
  await runState(page).getByText('Running').waitFor();
  await page.getByRole('img', { name: /^Histogram/ }).waitFor();

  // When it has ended, nothing of it stays with the other setup.
  await page.getByRole('button', { name: 'Shut down roots' }).click();
  await heading(page)
    .filter({ hasText: /^other-setup-/ })
    .waitFor();
  await runState(page).waitFor({ state: 'detached' });
  expect(await page.getByRole('img', { name: /^Histogram/ }).count()).toBe(0);
  expect(await page.getByRole('tab', { name: 'Displays' }).count()).toBe(0);
});

test('“No problems” is true: what would do nothing in a run is listed with the nearest name', async () => {
  const page = await app.visit();
  await writeFile(join(folder, 'setup.yaml'), OTHER.replace('filename:', 'filname: x, filename:'));
  await openFolder(page);
  await page.getByRole('tab', { name: 'Setup' }).click();
  const problems = page.getByRole('list', { name: 'Problems' });
  await problems.getByText('Did you mean filename?').waitFor();
  await problems.getByText('There is no file Recorded.mimo beside the setup.').waitFor();
  expect(await page.getByText('No problems.').count()).toBe(0);
});

test('after its end a run is told from a text that was edited since', async () => {
  const page = await app.visit();
  await openExample(page, /^First steps/);
  await shutDown(page);
  await edit(page, 'later');
  await page.getByText(/^Below is run_.*, which ran before the last edits\.$/).waitFor();
  await start(page);
  await page.getByText(/^Below is run_/).waitFor({ state: 'detached' });
});

test('edits outlive a reload, closing and another setup, and are offered again', async () => {
  const page = await app.visit();
  await openExample(page, /^First steps/);
  await shutDown(page);
  await edit(page, 'my own limits');
  await page.reload();
  await openPipelines(page);
  await page.getByRole('button', { name: /^Open the draft of First steps/ }).click();
  await untilText(page, 'my own limits');
  await edit(page, 'and more');
  await page.getByRole('button', { name: 'Close the setup' }).click();
  await page.getByText('The edits are kept').waitFor();
  await openExample(page, /^First steps/);
  await shutDown(page);
  await page.getByRole('tab', { name: 'Setup' }).click();
  await page.getByRole('button', { name: /^Open the draft of First steps/ }).click();
  await untilText(page, 'and more');
  await openFolder(page);
  await untilText(page, 'Elsewhere');
  await edit(page, 'in a folder');
  await page.reload();
  await openPipelines(page);
  await page.getByRole('button', { name: /^Open the draft of other-setup-/ }).click();
  await untilText(page, 'in a folder');
  await untilText(page, 'Elsewhere');
  await page.getByRole('button', { name: 'Close the setup' }).click();
  // A draft goes only when the user says so, and can be taken back then, too.
  await page.getByRole('button', { name: /^Discard the draft of First steps/ }).click();
  await page.getByRole('button', { name: /^Open the draft of First steps/ }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: /^Open the draft of First steps/ }).waitFor();
});

test('the setup of a link stays in the address, and with its edits among the drafts', async () => {
  const page = await app.visit();
  await openFolder(page);
  await untilText(page, 'Elsewhere');
  await app.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy link' }).click();
  await page.getByText('Link copied').waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.close();

  const other = await app.context.newPage();
  await other.goto(link);
  await untilText(other, 'Elsewhere');
  await other.reload();
  await untilText(other, 'Elsewhere');
  expect(other.url()).toBe(link);
  await edit(other, 'for a friend');
  await other.reload();
  await untilText(other, 'Elsewhere');
  await other.getByRole('button', { name: /^Open the draft of other-setup-/ }).click();
  await untilText(other, 'for a friend');
  // Away from the address the link is among the drafts, too.
  await other.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Files' }).click();
  await other.reload();
  await openPipelines(other);
  await expect.poll(() => other.getByRole('button', { name: /^Open the draft of other-setup-/ }).count()).toBe(2);
});
