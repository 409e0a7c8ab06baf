// A folder of measurements without a setup, dropped from the disk: what holds data opens, one message tells of the rest.
// Twenty files of other programs: each says what it is, two get their times, three are laid over each other and exported.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, dropFromDisk, openBuiltApp } from '../support/built-app.ts';
import { containerFiles, f8Of, TABLE_TEXT, zipOf } from '../support/container-files.ts';
import { goldenBytes } from '../support/golden.ts';
import { ds1000e } from '../support/rigol-files.ts';
import { tektronixWfm } from '../support/scope-files.ts';
import { SPE } from '../support/spectrum-files.ts';

let app: BuiltApp;
let folder: string;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
  folder = mkdtempSync(join(tmpdir(), 'measurements-'));
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  await app.close();
});

test('its tables and arrays open, its notes are named', async () => {
  writeFileSync(join(folder, 'a.csv'), TABLE_TEXT);
  writeFileSync(join(folder, 'b.npz'), await zipOf({ 't.npy': f8Of([0, 1, 2]), 'u.npy': f8Of([4, 5, 6]) }));
  writeFileSync(join(folder, 'notes.txt'), 'The lamp was on.\n');
  const page = await app.visit();
  await dropFromDisk(page, [folder]);
  for (const name of ['a.csv', 'b.npz']) await page.locator(`[role=tab][title="${name}"]`).waitFor();
  const message = page.getByText('1 of 3 files were not opened');
  await message.waitFor();
  expect(await page.locator('[role=tab][title="notes.txt"]').count()).toBe(0);
});

const rows = (count: number, row: (i: number) => string) => Array.from({ length: count }, (_, i) => row(i)).join('\n');
const wave = (i: number) => (3 * Math.sin(i / 20)).toFixed(4);

/** Twenty files as they come from a bench: most say where their samples lie, two do not. */
async function fillFolder(): Promise<readonly string[]> {
  const contained = await containerFiles();
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'meter.csv': `Time;U [V]\n${rows(300, (i) => `${(i / 10).toFixed(1).replace('.', ',')};${wave(i).replace('.', ',')}`)}\n`,
    'logger.csv': `time (ms),U (V)\n${rows(300, (i) => `${100 * i},${wave(i + 5)}`)}\n`,
    'scope.csv': `X,CH1,Start,Increment\nSequence,Volt,-1.500000e-04,1.000000e-06\n${rows(300, (i) => `${i},${wave(i)},,`)}\n`,
    'dates.csv': `Date,Temperature (°C)\n${rows(100, (i) => `2026-05-01T12:00:${String(Math.floor(i / 10)).padStart(2, '0')}.${i % 10}Z,${wave(i)}`)}\n`,
    'noclock.csv': `U (V)\n${rows(300, wave)}\n`,
    'noclock2.csv': `A (V),B (V)\n${rows(300, (i) => `${wave(i)},${wave(i + 9)}`)}\n`,
    'data.npz': contained.get('npz, stored')!,
    'logic.sr': contained.get('sigrok session')!,
    'power.ppk2': contained.get('Power Profiler session')!,
    'sound.wav': contained.get('WAV, 16 bits')!,
    'bus.vcd': contained.get('VCD')!,
    'table.csv.gz': contained.get('gzip')!,
    'rigol.wfm': ds1000e(),
    'tek.wfm': tektronixWfm({ version: 3, isLittle: true, frames: [Array.from({ length: 200 }, (_, i) => i % 50)] }),
    'granite.spe': SPE,
    'types.h5': goldenBytes('hdf5/types.h5'),
    'plain.mat': goldenBytes('mat/plain.mat'),
    'clock.parquet': goldenBytes('parquet/clock_snappy.parquet'),
    'old.jls': goldenBytes('jls-v1/recordings/raw_short.jls'),
    'muons.mimo': goldenBytes('mimo/files/muon_4ch_f4.mimo'),
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return Object.keys(files);
}

/** Every file of the folder is open; questions that opened by themselves are closed unanswered. */
async function openFolder(page: Page, names: readonly string[]): Promise<void> {
  await dropFromDisk(page, [folder]);
  const question = page.locator('dialog[open]').getByRole('button', { name: 'Cancel' });
  await expect
    .poll(
      async () => {
        if (await question.isVisible()) await question.click();
        const titles = await page
          .locator('[role=tab]')
          .evaluateAll((tabs) => tabs.map((tab) => (tab as HTMLElement).title));
        return names.filter((name) => !titles.includes(name));
      },
      { timeout: 60_000 },
    )
    .toEqual([]);
  if (await question.isVisible()) await question.click();
}

async function show(page: Page, name: string): Promise<void> {
  await page.locator(`[role=tab][title="${name}"]`).click();
  await page.locator(`[role=tab][aria-selected=true][title="${name}"]`).waitFor();
}

/** Says a rate in the dialog of how the file that is shown is read. */
async function sayRate(page: Page, rate: string): Promise<void> {
  await page.locator('lab-file-panel').getByRole('button', { name: 'How it is read…' }).click();
  const dialog = page.locator('lab-import-dialog');
  await dialog.getByLabel('Sample rate').fill(rate);
  await dialog.getByLabel('Sample rate').press('Tab');
  await dialog.getByText('along time').waitFor();
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await dialog.locator('dialog[open]').waitFor({ state: 'hidden' });
}

/** Of the meter and the table that was given a rate of 10 Hz: the same 300 numbers, so that nothing is left; and in units. */
async function showDifference(page: Page): Promise<void> {
  const panel = page.locator('lab-compare-panel');
  await panel.getByLabel('Less').selectOption({ label: 'C U (V)' });
  await panel.getByRole('button', { name: 'Show' }).click();
  await panel.getByText(/At 300 samples of A, one every 100\.0\sms; C has a sample at each of them\./).waitFor();
  const table = page.locator('lab-compared-figures table').filter({ hasText: 'U, A − C' });
  for (const row of ['mean', 'max', 'min']) {
    await expect.poll(() => table.getByRole('row', { name: row }).textContent()).toMatch(/0\.00000\sV/);
  }
  await panel.getByLabel('Shift of noclock.csv').fill('29.9 s');
  await panel.getByLabel('Shift of noclock.csv').press('Enter');
  await panel.getByText('At 1 sample of A').waitFor();
  await panel.getByRole('button', { name: 'Reset noclock.csv' }).click();
  await panel.getByText('At 300 samples of A').waitFor();
}

test('twenty mixed files: what each is, two axes mended, three compared, the difference of two, one exported', {
  timeout: 180_000,
}, async () => {
  const names = await fillFolder();
  expect(names).toHaveLength(20);
  // without a picker the browser's downloads take the file, which a test can read
  await app.context.addInitScript(() => {
    for (const name of ['showSaveFilePicker', 'showOpenFilePicker']) Reflect.deleteProperty(window, name);
  });
  const page = await app.visit();
  await openFolder(page, names);
  const bar = page.locator('lab-file-panel .facts');
  const EXPECTED: Readonly<Record<string, string>> = {
    'meter.csv': 'CSV table',
    'logic.sr': 'sigrok session',
    'sound.wav': 'WAV',
    'bus.vcd': 'Value change dump',
    'rigol.wfm': 'Rigol',
    'tek.wfm': 'Tektronix',
    'granite.spe': 'IAEA SPE spectrum',
    'types.h5': 'HDF5',
    'plain.mat': 'MATLAB',
    'clock.parquet': 'Parquet',
    'old.jls': 'JLS v1',
  };
  for (const [name, format] of Object.entries(EXPECTED)) {
    await show(page, name);
    await expect.poll(() => bar.textContent(), { message: name }).toContain(format);
  }
  await show(page, 'noclock.csv');
  await expect.poll(() => bar.textContent()).toMatch(/300 samples/);
  await sayRate(page, '10 Hz');
  await expect.poll(() => bar.textContent()).toMatch(/30(\.0+)?\ss/);
  await show(page, 'noclock2.csv');
  await sayRate(page, '1 kHz');
  await expect.poll(() => bar.textContent()).toMatch(/(0\.3|300)/);
  await show(page, 'meter.csv');
  const selector = page.getByLabel('Compare with another file');
  await selector.selectOption({ label: 'logger.csv' });
  await selector.selectOption({ label: 'noclock.csv' });
  const chips = page.getByRole('group', { name: 'Compared files' }).getByRole('button');
  await expect
    .poll(async () => (await chips.allTextContents()).map((text) => text.trim().replace(/\s+/g, ' ')))
    .toEqual(['B logger.csv', 'C noclock.csv']);
  await showDifference(page);
  await page.locator('lab-waveform-view').getByRole('button', { name: 'Export…' }).click();
  const dialog = page.locator('lab-export-dialog');
  await dialog.getByLabel('Format').selectOption('parquet');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(
    readFileSync(await download.path())
      .subarray(0, 4)
      .toString(),
  ).toBe('PAR1');
  expect(app.problems).toEqual([]);
});
