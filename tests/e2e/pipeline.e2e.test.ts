// The student's story on the built page: an example, a run with its displays, its end, and the run as one zip.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { readMimoHeader } from '../../src/formats/mimo/header.ts';
import { type BuiltApp, dropFromDisk, openBuiltApp } from '../support/built-app.ts';
import { openExample, rowCount, runState, saveZip, shutDown } from '../support/pipeline-page.ts';

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'), { serviceWorkers: 'allow' });
  // The picker is the system's own window, which a test cannot reach: the page then uses downloads.
  await app.context.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
});

afterEach(() => app.close());

const entryCount = async (page: Page, panel: string) => {
  const label = await page.getByRole('img', { name: new RegExp(`^Histogram ${panel}`) }).getAttribute('aria-label');
  return Number(/(\d+) entries/.exec(label ?? '')?.[1] ?? 0);
};

test('muons: explained, started, seen, ended, saved', async () => {
  const page = await app.visit();
  await openExample(page, /Muon lifetime/);
  await page.getByText('2.197 microseconds').waitFor();

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
  expect([...files.keys()].sort()).toEqual([
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
  const bytes = (path: string) => files.get(path)!;
  const text = (path: string) => new TextDecoder().decode(bytes(path));
  const counted = (path: string) =>
    Number(new BigInt64Array(bytes(path).slice(128).buffer).reduce((sum, count) => sum + count, 0n));
  expect(counted('Histograms_PulseParametersUp/decay_time.npy')).toBe(up);
  expect(counted('Histograms_PulseParametersDown/decay_time.npy')).toBe(down);
  const accepted = rowCount(files, 'PulseParametersUp_Export.csv') + rowCount(files, 'PulseParametersDown_Export.csv');
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
  await page.getByRole('img', { name: /^oscilloscope: event \d+/ }).waitFor();
  await shutDown(page);
  await page.getByRole('button', { name: 'Close the setup' }).click();
  await openExample(page, /Replay a \.mimo file/);
  await page.getByText(/^Recorded\.mimo is taken from run_/).waitFor();
  await expect.poll(() => entryCount(page, 'histogram: peak_heights'), { timeout: 60_000 }).toBeGreaterThan(0);
  await runState(page).getByText('Ended').waitFor({ timeout: 60_000 });

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
  await runState(page).getByText('Ended').waitFor({ timeout: 60_000 });
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByText('source: no way to devices').waitFor();
  const files = await saveZip(page);
  const table = files.get('Even.csv');
  const values = new TextDecoder()
    .decode(table)
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.split(',')[3]));
  expect(values).toEqual(Array.from({ length: 50 }, (_, i) => 2 * (i + 1)));
  expect(app.problems).toEqual([]);
});

test('a run is copied to the folder that the user picked, and the browser asks before it closes the page', async () => {
  // A folder of the private file system stands in for the one that the system's own window would give.
  await app.context.addInitScript(() => {
    window.showDirectoryPicker = async () =>
      (await navigator.storage.getDirectory()).getDirectoryHandle('physics-lab', { create: true });
  });
  const page = await app.visit();
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  await openExample(page, /First steps/);
  await page.getByRole('tab', { name: 'Runs' }).click();
  await page.getByRole('button', { name: 'Copy to a folder…' }).click();
  await page.getByText('Every run is copied to physics-lab when it ends.').waitFor();
  await page.close({ runBeforeUnload: true });
  await expect.poll(() => asked).toEqual(['beforeunload']);
  await shutDown(page);
  await page.getByText(/^Its files are in physics-lab\/run_/).waitFor();
  const files = await saveZip(page);
  const copied = await page.evaluate(async () => {
    const found: [string, number][] = [];
    const walk = async (folder: FileSystemDirectoryHandle, prefix: string): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        if (handle.kind === 'directory') await walk(handle as FileSystemDirectoryHandle, `${prefix}${name}/`);
        else found.push([prefix + name, (await (handle as FileSystemFileHandle).getFile()).size]);
      }
    };
    await walk(await (await navigator.storage.getDirectory()).getDirectoryHandle('physics-lab'), '');
    return found;
  });
  expect(new Map(copied.map(([path, size]) => [path.replace(/^run_[^/]*\//, ''), size]))).toEqual(
    new Map([...files].map(([path, bytes]) => [path, bytes.length])),
  );
  // Nothing is going on any more: the page closes without a word.
  const closed = page.waitForEvent('close');
  await page.close({ runBeforeUnload: true });
  await closed;
  expect(asked).toEqual(['beforeunload']);
  expect(app.problems).toEqual([]);
});

const TABLE_SETUP = `
Buffers:
  In: {slot_count: 16, data_length: 1, data_dtype: {x: f8, y: i4}}
Workers:
  source: {file: ramp.js, function: ramp, sinks: [In]}
  table: {function: exporters.csv, sources: [In], config: {filename: values, save_interval: 0.2}}
  show:
    function: visualizers.csv
    observes: [In]
    config: {filename: values, update_interval: 0.2, plot_type: step, bins: {x: [0, 10, 11], y: [0, 50, 3], z: [0, 1, 2]}}
`;

const RAMP = `
export function ramp(context) {
  let next = -1;
  return {
    template: 'Importer',
    next: (sleep) => { next++; sleep(0.005); return next < 300; },
    write: (event) => { event.set('x', next / 25); event.set('y', next); },
  };
}
`;

test('visualizers.csv draws the columns of the table, to its last line', async () => {
  const page = await app.visit();
  const folder = await mkdtemp(join(tmpdir(), 'pulsebench-'));
  await writeFile(join(folder, 'setup.yaml'), TABLE_SETUP);
  await writeFile(join(folder, 'ramp.js'), RAMP);
  await dropFromDisk(page, [folder]);
  await page.locator('lab-pipeline-bar').getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('button', { name: 'I have read it, run it' }).click();
  await runState(page).getByText('Running').waitFor();
  // The counts grow while the run is on.
  await page.getByRole('img', { name: /^Histogram show: x: [1-9]\d* entries/ }).waitFor();
  await runState(page).getByText('Running').waitFor();
  await runState(page).getByText('Ended').waitFor();
  // x runs from 0 to 11.96 in steps of 0.04: 251 of 300 are not above 10. y is 0 to 299: 51 are not above 50.
  await page.getByRole('img', { name: 'Histogram show: x: 251 entries' }).waitFor();
  await page.getByRole('img', { name: 'Histogram show: y: 51 entries' }).waitFor();
  expect(await page.getByLabel('Drawing of show: x').inputValue()).toBe('step');
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByText("show: Channel 'z' not found in the data").waitFor();
  await rm(folder, { recursive: true });
  expect(app.problems).toEqual([]);
});
