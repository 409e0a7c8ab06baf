// What is on screen, out of the built page and in again: every format, read back by the command line.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type {} from '../../../src/ui/shell/lab-app.ts';
import type {} from '../../../src/ui/views/waveform/waveform-view.ts';
import {
  type BuiltApp,
  dropFile,
  markerPlaces,
  nextFrames,
  openBuiltApp,
  waveformCanvas,
} from '../../support/built-app.ts';
import { goldenPath, pulsebenchJson } from '../../support/command-line.ts';
import { goldenBytes } from '../../support/golden.ts';

interface Info {
  readonly signals: readonly { id: string; name: string; length: number; firstSampleId: string }[];
}

interface Figures {
  readonly count: number;
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

interface SourcedInfo {
  readonly sources: readonly { name: string }[];
  readonly signals: readonly {
    readonly id: string;
    readonly name: string;
    readonly length: number;
    readonly sampleRateHz: number;
    readonly startS: number;
  }[];
}

const DC_INSTRUMENTS = ['sim-js110:test-dc', 'sim-js220:test-dc'];
/** What the load `test-dc` draws, in ampere. */
const DC_A = 10e-3;
/** Between the markers; whole samples of every rate. */
const SPAN_S = 1;

const RECORDING = 'jls-v2/js220_ui.jls';
/** Id of the recording's first sample, as its golden description says. */
const FIRST_ID = 4_000_000;
/** Samples of one bit that fill a byte. */
const PACKED_ALIGNMENT = 8;

let app: BuiltApp;
let folder: string;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'), { serviceWorkers: 'allow', profile: 'disk' });
  // without a picker the browser's downloads take the file, which a test can read
  await app.context.addInitScript(() => {
    for (const name of ['showSaveFilePicker', 'showOpenFilePicker']) Reflect.deleteProperty(window, name);
  });
  app.context.setDefaultTimeout(15_000);
  folder = mkdtempSync(join(tmpdir(), 'export-'));
});

afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const dialog = (page: Page) => page.locator('lab-export-dialog');

/** Makes a choice in the open dialog, takes the download, and leaves the dialog as it is at the end. */
async function download(page: Page, format: string): Promise<string> {
  await dialog(page).getByLabel('Format').selectOption(format);
  const [file] = await Promise.all([
    page.waitForEvent('download', { timeout: 60_000 }),
    dialog(page).getByRole('button', { name: 'Download' }).click(),
  ]);
  const path = join(folder, file.suggestedFilename());
  await file.saveAs(path);
  await dialog(page).getByText('is written.').waitFor();
  return path;
}

async function openRecording(page: Page): Promise<void> {
  await dropFile(page, 'js220_ui.jls', goldenBytes(RECORDING));
  await page.locator('lab-waveform-view').waitFor();
  await page.locator('lab-file-panel').getByText('JLS v2', { exact: true }).waitFor();
}

/** Zooms in so that a pair of markers stands inside the recording, and sets it. */
async function mark(page: Page): Promise<void> {
  // keys that come before the plot has begun its view go nowhere
  await waveformCanvas(page).waitFor();
  await nextFrames(page);
  await page.keyboard.press('+');
  await page.keyboard.press('d');
  await page.locator('lab-marker-panel').getByText('mean').first().waitFor();
}

async function openDialog(page: Page): Promise<void> {
  await page.locator('lab-waveform-view').getByRole('button', { name: 'Export…' }).click();
  await dialog(page)
    .getByRole('heading', { name: /^Export/ })
    .waitFor();
}

const statistics = (path: string, signal: string, ...span: string[]): Figures =>
  pulsebenchJson<Figures>('statistics', path, '--signal', signal, ...span);

const digits = ({ count, mean, std, min, max }: Figures) => [
  count,
  ...[mean, std, min, max].map((v) => v.toPrecision(7)),
];

test('between the markers as JLS, CSV, npy, HDF5 and a bundle: the numbers are those of the span', async () => {
  const page = await app.visit();
  await openRecording(page);
  await mark(page);
  await openDialog(page);
  expect(await dialog(page).getByLabel('Between the markers').isChecked()).toBe(true);

  const jls = await download(page, 'jls');
  const { signals } = pulsebenchJson<Info>('info', jls);
  const current = signals.find(({ name }) => name === 'current')!;
  // ids are counted from a multiple of 8, as its single-bit signals have to begin on one
  const firstId = Number(current.firstSampleId) - FIRST_ID;
  expect(firstId).toBeGreaterThan(0);
  expect(firstId % PACKED_ALIGNMENT).toBe(0);
  expect(firstId + PACKED_ALIGNMENT + current.length).toBeLessThan(60_000);
  expect(signals).toHaveLength(5);
  const figures = digits(statistics(jls, 'current'));
  const candidates = Array.from({ length: PACKED_ALIGNMENT }, (_, i) => firstId + i).map((start) =>
    statistics(goldenPath(RECORDING), 'current', '--start', `${start}`, '--end', `${start + current.length}`),
  );
  const wanted = candidates.find((it) => String(digits(it)) === String(figures))!;
  expect(candidates.map(digits)).toContainEqual(figures);
  // the pair of markers came along, on its samples
  const marks = pulsebenchJson<{ timestamp: number | string; data: string }[]>('annotations', jls);
  expect(marks.map(({ data }) => data)).toEqual(['1a', '1b']);
  expect(marks.map(({ timestamp }) => Number(timestamp))).toEqual([0, current.length]);

  for (const format of ['csv', 'npy', 'h5', 'zip']) {
    await dialog(page).getByRole('button', { name: 'Close', exact: true }).last().click();
    await openDialog(page);
    const path = await download(page, format);
    const name = pulsebenchJson<Info>('info', path).signals.find((signal) => signal.name.startsWith('current'))!.id;
    expect(digits(statistics(path, name)), format).toEqual(digits(wanted));
  }

  // one click and the last one is open again
  await dialog(page).getByRole('button', { name: 'Open it here' }).click();
  await page.locator('lab-files-view').getByRole('tab', { name: 'js220_ui-part.zip' }).waitFor();
  // and a drop opens the table with the same length
  await dropFile(page, 'again.csv', new Uint8Array(readFileSync(join(folder, 'js220_ui-part.csv'))));
  await page.locator('lab-file-panel').getByText('CSV table', { exact: true }).waitFor();
  expect(app.problems).toEqual([]);
});

test('a table over its budget says what it did, and its rows are those of their samples', async () => {
  const page = await app.visit();
  await openRecording(page);
  await openDialog(page);
  await dialog(page).getByLabel('Format').selectOption('csv');
  await dialog(page).getByLabel('Rows at most').fill('100');
  await dialog(page).getByLabel('Rows at most').press('Enter');
  await dialog(page)
    .getByText(/100 rows that cover 600 samples each/)
    .waitFor();
  const path = await download(page, 'csv');
  await dialog(page).getByText('100 rows').first().waitFor();
  const [header, ...rows] = readFileSync(path, 'utf8').trim().split('\n');
  expect(header).toContain('current mean (A),current min (A),current max (A)');
  expect(rows).toHaveLength(100);
  const wanted = statistics(goldenPath(RECORDING), 'current', '--start', '600', '--end', '1200');
  const found = rows[1]!.split(',').slice(1, 4).map(Number);
  expect(found.map((value) => value.toPrecision(9))).toEqual(
    [wanted.mean, wanted.min, wanted.max].map((value) => value.toPrecision(9)),
  );
});

test('markers alone, dropped again with the recording, stand where they were', async () => {
  const page = await app.visit();
  await openRecording(page);
  await mark(page);
  const before = await markerPlaces(page);
  expect(before.length).toBeGreaterThan(0);
  await openDialog(page);
  const path = await download(page, 'anno.jls');
  expect(path.endsWith('js220_ui.anno.jls')).toBe(true);
  await dialog(page).getByRole('button', { name: 'Close', exact: true }).last().click();

  const again = await app.visit();
  await again.evaluate(() => localStorage.clear());
  await again.reload();
  await openRecording(again);
  await dropFile(again, 'js220_ui.anno.jls', new Uint8Array(readFileSync(path)));
  await again.locator('lab-marker-panel').getByText('mean').first().waitFor();
  await expect.poll(() => markerPlaces(again)).toEqual(before);
  expect(await again.locator('lab-files-view').getByRole('tab').count()).toBe(2);
  expect(app.problems).toEqual([]);
});

test('a file that was not closed is saved as a repaired copy', async () => {
  const page = await app.visit();
  const bytes = goldenBytes(RECORDING);
  // cut within the closing chunks: what is left of it is the oracle
  const torn = join(folder, 'torn.jls');
  writeFileSync(torn, bytes.subarray(0, bytes.byteLength - 1000));
  await dropFile(page, 'torn.jls', new Uint8Array(readFileSync(torn)));
  const panel = page.locator('lab-file-panel');
  await panel.getByRole('button', { name: /about this file/ }).click();
  await panel.getByText('Save a repaired copy (').waitFor();
  await panel.getByRole('button', { name: 'Save a repaired copy…' }).click();
  expect(await dialog(page).getByLabel('Everything').isChecked()).toBe(true);
  const path = await download(page, 'jls');
  expect(path.endsWith('torn-copy.jls')).toBe(true);
  const before = pulsebenchJson<Info & { recovered: boolean }>('info', torn);
  const after = pulsebenchJson<Info & { recovered: boolean }>('info', path);
  expect([before.recovered, after.recovered]).toEqual([true, false]);
  expect(after.signals.map(({ name, length }) => [name, length])).toEqual(
    before.signals.map(({ name, length }) => [name, length]),
  );
  expect(digits(statistics(path, 'current'))).toEqual(digits(statistics(torn, 'current')));
  expect(app.problems).toEqual([]);
});

test('what an instrument holds in its memory, while it runs', async () => {
  const page = await app.visit();
  await page.locator('lab-live-view').getByRole('button', { name: 'Start', exact: true }).click();
  await page.locator('footer').getByText('2.00 MS/s').waitFor();
  await openDialog(page);
  await dialog(page).getByLabel('Everything').check();
  const path = await download(page, 'jls');
  const { signals } = pulsebenchJson<Info>('info', path);
  const current = signals.find(({ name }) => name === 'current')!;
  expect(current.length).toBeGreaterThan(100_000);
  expect(statistics(path, 'current').count).toBeGreaterThan(0.9 * current.length);
  expect(await dialog(page).getByText('overwritten').count()).toBe(0);
  expect(app.problems).toEqual([]);
});

test('what two instruments hold between the markers, in one recording', async () => {
  const page = await app.visit();
  await page.evaluate(async (ids) => {
    const { instruments, bench } = document.querySelector('lab-app')!.app;
    await instruments.refresh();
    for (const id of ids) {
      await instruments.connect(instruments.choices.value.find((choice) => choice.id === id)!, { start: true });
    }
    bench.showAll();
  }, DC_INSTRUMENTS);
  // both have two seconds, so that a pair of markers stands where both have samples
  await page.waitForFunction((count) => {
    const signals = document.querySelector('lab-app')!.app.bench.picture.value?.store.signals() ?? [];
    const currents = signals.filter(({ name }) => name === 'current');
    const isLong = currents.every((signal) => signal.timing === 'steady' && signal.endSample > 2 * signal.sampleRateHz);
    return currents.length === count && isLong;
  }, DC_INSTRUMENTS.length);
  await page.evaluate(() => document.querySelector('lab-app')!.app.commands.execute('stream.toggle'));
  await page.locator('lab-waveform-view').evaluate((view: HTMLElementTagNameMap['lab-waveform-view'], spanS) => {
    // both were stopped together; what the first keeps is no longer all that it had
    const currents = view.store!.signals().filter(({ name }) => name === 'current');
    const ends = currents.map((it) => (it.timing === 'steady' ? it.offsetS + it.endSample / it.sampleRateHz : 0));
    const second = Math.min(...ends) - 0.2;
    view.model.addMarker({ axis: 'time', first: second - spanS, second });
  }, SPAN_S);
  await openDialog(page);
  await dialog(page).getByLabel('Between the markers').check();
  const path = await download(page, 'jls');
  expect(path).toMatch(/JS110 9\d+, JS220 9\d+ .*-part\.jls$/);
  const { sources, signals } = pulsebenchJson<SourcedInfo>('info', path);
  const currents = signals.filter(({ name }) => name === 'current');
  expect(sources.map(({ name }) => name)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^JS110-9/), expect.stringMatching(/^JS220-9/)]),
  );
  expect(currents.map(({ length, sampleRateHz }) => [length, sampleRateHz])).toEqual([
    [2_000_000 * SPAN_S, 2_000_000],
    [1_000_000 * SPAN_S, 1_000_000],
  ]);
  for (const { id } of currents) {
    const { count, mean } = statistics(path, id);
    // what a busy machine lost is missing, and the rest is still right
    expect(count).toBeGreaterThan(0);
    expect(Math.abs(mean / DC_A - 1)).toBeLessThan(1e-3);
  }
  // both were cut at the same moment; each tells it by its own clock, as well as USB tells the time
  expect(Math.abs(currents[0]!.startS - currents[1]!.startS)).toBeLessThan(0.05);
  expect(app.problems).toEqual([]);
});

test('events of a file, one by one', async () => {
  const page = await app.visit();
  await dropFile(page, 'muons.mimo', goldenBytes('mimo/files/muon_4ch_f4.mimo'));
  await page.getByRole('button', { name: 'Events', exact: true }).click();
  const view = page.locator('lab-event-view');
  await view.locator('canvas').focus();
  await page.keyboard.press('ArrowRight');
  await view.getByRole('heading', { name: 'Event 1' }).waitFor();
  await view.getByLabel('Overlay').selectOption('5');
  await page.keyboard.press('End');
  await view.locator('canvas').focus();
  await page.keyboard.press('End');
  await view.getByRole('heading', { name: 'Event 5' }).waitFor();
  expect(app.problems).toEqual([]);
});
