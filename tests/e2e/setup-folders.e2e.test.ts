// A lab assistant's story on the built page: folders laid out like mimoCoRB2's examples, dropped from the disk as they are,
// run to a proper end, and leave the files that mimoCoRB2 leaves.

import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { readMimoHeader } from '../../src/formats/mimo/header.ts';
import { type BuiltApp, dropFromDisk, openBuiltApp } from '../support/built-app.ts';
import { eventCounts, rowCount, runState, saveZip, shutDown, start, untilEnded } from '../support/pipeline-page.ts';

const EXAMPLES = join(import.meta.dirname, '..', 'golden', 'mimo-examples');
/** What every run directory holds. */
const ALWAYS = ['data_flow.svg', 'setup.yaml', 'stats.csv'];
/** Events of the muon source: eventcount 600, and one more. */
const MUON_COUNT = 601;
const MUON_FILES = [
  ...ALWAYS,
  'AcceptedPulses.mimo',
  'PulseParametersDown_Export.csv',
  'PulseParametersUp_Export.csv',
  ...['info.csv', 'decay_time.npy', '1st_chA_h.npy', '1st_chB_h.npy', '2nd_chC_h.npy'].map(
    (name) => `Histograms_PulseParametersDown/${name}`,
  ),
  ...['info.csv', 'decay_time.npy', '1st_chA_h.npy', '1st_chB_h.npy', '2nd_chA_h.npy', '2nd_chB_h.npy'].map(
    (name) => `Histograms_PulseParametersUp/${name}`,
  ),
].sort();

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
  // The picker is the system's own window, which a test cannot reach: the page then uses downloads.
  await app.context.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
});

afterEach(() => app.close());

async function drop(...folders: string[]) {
  const page = await app.visit();
  await dropFromDisk(
    page,
    folders.map((folder) => join(EXAMPLES, folder)),
  );
  await page.locator('lab-pipeline-bar').waitFor();
  return page;
}

/** Number of events in a .mimo file; the bytes behind the header must be whole records. */
async function mimoCount(bytes: Uint8Array<ArrayBuffer>, recordBytes: number): Promise<number> {
  const { payloadOffset } = await readMimoHeader(new MemoryFile(bytes));
  const count = (bytes.length - payloadOffset) / recordBytes;
  expect(Number.isInteger(count)).toBe(true);
  return count;
}

async function checkMuons(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Promise<void> {
  const counts = eventCounts(files);
  expect(counts.get('InputBuffer')).toBe(MUON_COUNT);
  const [up, down] = [counts.get('PulseParametersUp')!, counts.get('PulseParametersDown')!];
  // One muon in ten stops; both pulses are seen in about two thirds of these, and half of the electrons go either way.
  expect(up).toBeGreaterThan(5);
  expect(down).toBeGreaterThan(5);
  expect(up + down).toBeLessThan(MUON_COUNT / 5);
  expect(counts.get('AcceptedPulses')).toBe(up + down);
  expect(rowCount(files, 'PulseParametersUp_Export.csv')).toBe(up);
  expect(rowCount(files, 'PulseParametersDown_Export.csv')).toBe(down);
  expect(await mimoCount(files.get('AcceptedPulses.mimo')!, 4250 * 16 + 24)).toBe(up + down);
}

test('simple', async () => {
  const page = await drop('simple');
  await start(page);
  const graph = page.getByRole('img', { name: /^Data flow/ });
  await expect.poll(() => graph.textContent()).toMatch(/pulse_heights: [1-9]\d\d+ events/);
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page
    .getByText(/^print_pulse_heights: 1\.\d+$/)
    .first()
    .waitFor();
  await shutDown(page);
  const files = await saveZip(page);
  expect([...files.keys()].sort()).toEqual(ALWAYS);
  const counts = eventCounts(files);
  // The largest of the first hundred points of a sine is about its amplitude: hardly any is below one half.
  expect(counts.get('raw_osc')).toBeGreaterThan(50);
  expect(counts.get('filtered_osc')).toBeGreaterThan(50);
  expect(counts.get('pulse_heights')).toBe(counts.get('filtered_osc'));
  expect(app.problems).toEqual([]);
});

test('muon', async () => {
  const page = await drop('muon');
  await start(page);
  await page.getByRole('img', { name: /^oscilloscope: event \d+/ }).waitFor();
  await untilEnded(page);
  const files = await saveZip(page);
  expect([...files.keys()].sort()).toEqual(MUON_FILES);
  await checkMuons(files);
  expect(app.problems).toEqual([]);
});

test('redpitaya-spectroscopy, which is endless', async () => {
  const page = await drop('redpitaya-spectroscopy');
  await start(page);
  await page.getByRole('img', { name: /^Histogram histogram: peak_heights: [1-9]\d{2,} entries/ }).waitFor();
  await shutDown(page);
  const files = await saveZip(page);
  expect([...files.keys()].sort()).toEqual(
    [
      ...ALWAYS,
      'Histograms_pulse_parameters/info.csv',
      'Histograms_pulse_parameters/peak_heights.npy',
      'pulse_parameters_export.csv',
    ].sort(),
  );
  const counts = eventCounts(files);
  expect(counts.get('oscilloscope')).toBeGreaterThan(100);
  expect(counts.get('pulse_parameters_export')).toBe(counts.get('pulse_parameters'));
  expect(rowCount(files, 'pulse_parameters_export.csv')).toBe(counts.get('pulse_parameters'));
  expect(app.problems).toEqual([]);
});

test('mimo_files: what it lacks comes with the muon folder; written, then played back', async () => {
  const page = await drop('mimo_files');
  await page.getByText('There is no file ../muon/config.yaml beside the setup.').waitFor();
  await dropFromDisk(page, [join(EXAMPLES, 'muon')]);
  await page.getByText('../muon/configs/config.yaml of the same name is used').waitFor();
  await start(page);
  await untilEnded(page);
  const written = await saveZip(page);
  expect([...written.keys()].sort()).toEqual([...ALWAYS, 'waveform_buffer.mimo'].sort());
  expect(eventCounts(written).get('waveform_buffer')).toBe(MUON_COUNT);
  expect(await mimoCount(written.get('waveform_buffer.mimo')!, 4250 * 16 + 24)).toBe(MUON_COUNT);

  await page.getByLabel('Setup of this folder').selectOption('mimo_files/read_setup.yaml');
  await page.getByRole('button', { name: 'Use it' }).click();
  await start(page);
  await untilEnded(page);
  const files = await saveZip(page);
  expect([...files.keys()].sort()).toEqual(MUON_FILES);
  await checkMuons(files);
  expect(app.problems).toEqual([]);
});

test('the folder above them all', async () => {
  const page = await drop('');
  const setups = page.getByLabel('Setup of this folder');
  await expect
    .poll(() => setups.locator('option').allTextContents())
    .toEqual([
      'mimo-examples/mimo_files/write_setup.yaml',
      'mimo-examples/muon/spin_setup.yaml',
      'mimo-examples/redpitaya-spectroscopy/setup.yaml',
      'mimo-examples/simple/setup.yaml',
      'mimo-examples/mimo_files/read_setup.yaml',
    ]);
  await setups.selectOption('mimo-examples/simple/setup.yaml');
  await start(page);
  await runState(page).getByText('Running').waitFor();
  await shutDown(page);
  expect(app.problems).toEqual([]);
});
