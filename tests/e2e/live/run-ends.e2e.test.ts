// How a run that did not go well ends on the screen: red, with the worker's name and with what was lost.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, dropFromDisk, openBuiltApp } from '../../support/built-app.ts';
import { runState } from '../../support/pipeline-page.ts';

const SETUP = `
Buffers:
  In: {slot_count: 100, data_length: 1, data_dtype: {x: f8}}
Workers:
  source: {file: own.js, function: count, sinks: [In]}
  table: {file: own.js, function: FAULT, sources: [In]}
`;

const MODULE = `
export function count() {
  let next = 0;
  return { template: 'Importer', next: () => next++ < 500, write: (event) => event.set('x', next) };
}
const exporter = (consume) => () => ({ template: 'Exporter', consume });
export const throws = exporter((event) => { if (Number(event.get('x')) === 11) throw new Error('no luck'); });
export const closes = exporter(() => { self.close(); });
export const hangs = exporter(() => { for (;;); });
`;

let app: BuiltApp;
let folder: string;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
  folder = await mkdtemp(join(tmpdir(), 'pulsebench-'));
});

afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

async function run(fault: string): Promise<Page> {
  await writeFile(join(folder, 'setup.yaml'), SETUP.replace('FAULT', fault));
  await writeFile(join(folder, 'own.js'), MODULE);
  const page = await app.visit();
  await dropFromDisk(page, [folder]);
  await page.locator('lab-pipeline-bar').getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('button', { name: 'I have read it, run it' }).click();
  return page;
}

const wrong = (page: Page) => page.locator('lab-pipeline-view').getByRole('alert');
const lostItem = (page: Page) => page.locator('lab-status-bar').getByRole('button', { name: /^Lost/ });

/** Colour of a text as the theme has it for danger. */
async function expectRed(page: Page, word: string): Promise<void> {
  const color = await runState(page)
    .getByText(word, { exact: true })
    .evaluate((element) => {
      const probe = element.parentElement!.appendChild(document.createElement('span'));
      probe.style.color = 'var(--lab-danger)';
      const colors = [getComputedStyle(element).color, getComputedStyle(probe).color];
      probe.remove();
      return colors;
    });
  expect(color[0]).toBe(color[1]);
}

test('a worker that failed: its name, its reason and the events that nobody read', async () => {
  const page = await run('throws');
  await runState(page).getByText('Failed', { exact: true }).waitFor();
  await expectRed(page, 'Failed');
  // 500 events came: ten were read, one was in the hands of the worker, 489 nobody read.
  const text = await wrong(page).textContent();
  expect(text).toContain('table: no luck.');
  expect(text).toContain('489 events of the 500 of In, which nobody read any more');
  expect(text).toContain('1 event of In that a thread had taken');
  await page.getByText('The run has failed').waitFor();
  await page.locator('lab-top-bar').getByText('FAIL', { exact: true }).waitFor();
  expect(await lostItem(page).textContent()).toContain('490');
  expect(app.problems).toEqual([]);
});

test('a worker that closed itself leaves its name', async () => {
  const page = await run('closes');
  await runState(page).getByText('Failed', { exact: true }).waitFor();
  expect(await wrong(page).textContent()).toContain('table: its function closed the thread.');
  await page.getByText('The run has failed').waitFor();
});

test('a killed run says that the events in its buffers are lost', async () => {
  const page = await run('hangs');
  // One event is in the hands of the worker; when 99 wait, the buffer is full.
  await page.getByRole('tab', { name: 'Buffers' }).click();
  await page.getByRole('img', { name: /^99.*filled, 1\.00.*in work/ }).waitFor();
  await page.locator('lab-pipeline-bar').getByRole('button', { name: 'Kill…' }).click();
  await page.getByRole('button', { name: 'Kill workers' }).click();
  await runState(page).getByText('Killed', { exact: true }).waitFor();
  const text = await wrong(page).textContent();
  expect(text).toContain('99 events that stood in In');
  expect(text).toContain('1 event of In that a thread had taken');
  await page.getByText('The run was killed').waitFor();
  expect(await lostItem(page).textContent()).toContain('100');
  expect(app.problems).toEqual([]);
});
