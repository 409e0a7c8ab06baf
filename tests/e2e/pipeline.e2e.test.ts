// The student's story on the built page: an example, a run with its displays, its end, and the run as one zip.

import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { readMimoHeader } from '../../src/formats/mimo/header.ts';
import { type BuiltApp, openBuiltApp } from '../support/built-app.ts';
import { readZipFiles } from '../support/zip-files.ts';

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
  // The picker is the system's own window, which a test cannot reach: the page then uses downloads.
  await app.context.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
});

afterEach(() => app.close());

async function openExample(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Pipeline' }).click();
  await page.locator('lab-pipeline-view').getByRole('button', { name }).click();
  await page.locator('lab-pipeline-bar').waitFor();
}

const state = (page: Page) => page.locator('lab-pipeline-bar').getByRole('group', { name: 'Run' });

async function start(page: Page): Promise<void> {
  await page.locator('lab-pipeline-bar').getByRole('button', { name: 'Start', exact: true }).click();
  await state(page).getByText('Running').waitFor();
}

async function shutDown(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Shut down roots' }).click();
  await state(page).getByText('Ended').waitFor({ timeout: 60_000 });
}

async function saveZip(page: Page): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save run…' }).click();
  return readZipFiles(new Uint8Array(await readFile(await (await download).path())));
}

const entryCount = async (page: Page, panel: string) => {
  const label = await page.getByRole('img', { name: new RegExp(`^Histogram ${panel}`) }).getAttribute('aria-label');
  return Number(/(\d+) entries/.exec(label ?? '')?.[1] ?? 0);
};

test('muons: explained, started, seen, ended, saved', async () => {
  const page = await app.visit();
  await openExample(page, /Muon lifetime/);
  await page.getByText('2.197 microseconds').waitFor();
  await start(page);

  // Rates in the graph, traces and decay times on the displays.
  await page.getByRole('img', { name: /^scope_input: event \d+/ }).waitFor();
  await page.getByRole('img', { name: /^scope_accepted: event \d+/ }).waitFor();
  await expect
    .poll(async () => (await entryCount(page, 'histogram_up')) + (await entryCount(page, 'histogram_down')), {
      timeout: 60_000,
      interval: 500,
    })
    .toBeGreaterThan(20);
  await page.getByRole('tab', { name: 'Rates' }).click();
  await page.getByRole('button', { name: /^InputBuffer \d+ Hz/ }).waitFor();
  await page.getByRole('tab', { name: 'Displays' }).click();

  await shutDown(page);
  const up = await entryCount(page, 'histogram_up');
  const down = await entryCount(page, 'histogram_down');
  const files = await saveZip(page);
  const [folder] = [...files.keys()][0]!.split('/');
  expect(folder).toMatch(/^run_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d$/);
  expect([...files.keys()].map((path) => path.slice(folder!.length + 1)).sort()).toEqual([
    'AcceptedPulses.mimo',
    'Histograms_PulseParametersDown/decay_time.npy',
    'Histograms_PulseParametersDown/info.csv',
    'Histograms_PulseParametersUp/decay_time.npy',
    'Histograms_PulseParametersUp/info.csv',
    'PulseParametersDown_Export.csv',
    'PulseParametersUp_Export.csv',
    'data_flow.svg',
    'setup.yaml',
    'stats.csv',
  ]);

  // What the screen counted is what the files hold.
  const bytes = (path: string) => files.get(`${folder}/${path}`)!;
  const text = (path: string) => new TextDecoder().decode(bytes(path));
  const rowCount = (path: string) => text(path).trim().split('\n').length - 1;
  const counted = (path: string) =>
    Number(new BigInt64Array(bytes(path).slice(128).buffer).reduce((sum, count) => sum + count, 0n));
  expect(counted('Histograms_PulseParametersUp/decay_time.npy')).toBe(up);
  expect(counted('Histograms_PulseParametersDown/decay_time.npy')).toBe(down);
  const accepted = rowCount('PulseParametersUp_Export.csv') + rowCount('PulseParametersDown_Export.csv');
  expect(accepted).toBeGreaterThanOrEqual(up + down);
  const mimo = bytes('AcceptedPulses.mimo');
  const { payloadOffset } = await readMimoHeader(new MemoryFile(mimo));
  // Four channels of 4250 float32 and 24 bytes of metadata an event.
  expect((mimo.length - payloadOffset) / (4250 * 16 + 24)).toBe(accepted);
  expect(text('setup.yaml')).toContain('number_of_processes: 3');
  expect(text('data_flow.svg')).toContain('scope_accepted');
  expect(text('stats.csv').split('\n')[0]).toContain('buffers.InputBuffer.average_deadtime');
  expect(app.problems).toEqual([]);
}, 180_000);

test('a recording is written and played back, and a link brings a setup', async () => {
  const page = await app.visit();
  await openExample(page, /Write a \.mimo file/);
  await start(page);
  await page.getByRole('img', { name: /^oscilloscope: event \d+/ }).waitFor();
  await shutDown(page);
  await page.getByRole('button', { name: 'Close the setup' }).click();
  await openExample(page, /Replay a \.mimo file/);
  await page.getByRole('button', { name: 'Use it' }).click();
  await start(page);
  await expect.poll(() => entryCount(page, 'histogram: peak_heights'), { timeout: 60_000 }).toBeGreaterThan(0);
  await state(page).getByText('Ended').waitFor({ timeout: 60_000 });

  await app.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy link' }).click();
  await page.getByText('Link copied').waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await app.context.newPage();
  await other.goto(link);
  await other.locator('lab-pipeline-bar').getByRole('heading', { name: 'Replay a .mimo file' }).waitFor();
  expect(app.problems).toEqual([]);
}, 180_000);

const OWN_SETUP = `
Buffers:
  In: &event {slot_count: 16, data_length: 1, data_dtype: {x: f4}}
  Even: *event
Workers:
  source: {file: own.js, function: count, sinks: [In]}
  filter: {file: own.js, function: evenOnly, sources: [In], sinks: [Even]}
  table: {function: exporters.csv, sources: [Even]}
`;

const OWN_MODULE = `
export function count(context) {
  let next = 0;
  return {
    template: 'Importer',
    next: () => next++ < 100,
    write: (event) => event.set('x', next),
    finish: () => context.print('usb' in navigator && navigator.usb ? 'a way to devices' : 'no way to devices'),
  };
}
export function evenOnly() {
  return { template: 'Filter', accept: (event) => Number(event.get('x')) % 2 === 0 };
}
`;

test('code that a dropped setup brings runs after its source was seen', async () => {
  const page = await app.visit();
  await page.evaluate(
    ([setup, code]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([setup], 'setup.yaml'));
      transfer.items.add(new File([code], 'own.js'));
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    },
    [OWN_SETUP, OWN_MODULE] as const,
  );
  await page.locator('lab-pipeline-bar').getByRole('button', { name: 'Start', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'This setup brings its own code' });
  await dialog.getByText('export function evenOnly').waitFor();
  await dialog.getByRole('button', { name: 'Do not run' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.locator('lab-pipeline-bar').getByRole('button', { name: 'Start', exact: true }).click();
  await dialog.getByRole('button', { name: 'I have read it, run it' }).click();
  await state(page).getByText('Ended').waitFor({ timeout: 60_000 });
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByText('source: no way to devices').waitFor();
  const files = await saveZip(page);
  const [, table] = [...files].find(([path]) => path.endsWith('/Even.csv'))!;
  const values = new TextDecoder()
    .decode(table)
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.split(',')[3]));
  expect(values).toEqual(Array.from({ length: 50 }, (_, i) => 2 * (i + 1)));
  expect(app.problems).toEqual([]);
});
