// Spectroscopy setups whose source is a board instead of a file: the page that the bridge serves, and the bridge's own
// simulated Red Pitaya with cobalt-60, as a user starts them.

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { SIM_CALIBRATION } from '../../../src/devices/redpitaya/sim/sources.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { readNpyHeader } from '../../../src/formats/npy/header.ts';
import { type BuiltApp, dropFromDisk, openBuiltApp } from '../../support/built-app.ts';
import { rowCount, saveZip, shutDown, start } from '../../support/pipeline-page.ts';
import { type SimulatorsProcess, startSimulators } from '../../support/simulators-process.ts';

const SOON = { timeout: 60_000 };
const MIMO_FOLDER = join(import.meta.dirname, '..', '..', 'golden', 'mimo-examples', 'redpitaya-spectroscopy');
const EXAMPLE_FOLDER = join(import.meta.dirname, '..', '..', '..', 'public', 'examples', 'gamma');
/** Gamma energies of cobalt-60, keV (IAEA, X-ray and gamma-ray decay data standards). */
const LINES_KEV = [1173.228, 1332.492];
/** To both sides of a line: twice its width at half maximum, 25 keV (0.028 of 662 keV, as the root of the energy). */
const REACH_KEV = 50;

/** The source that stands in the setup of the folder. */
const SIMULATION = `  from_simulation:
    file: spectra/simulate_source.py
    function: simulate_source
    sinks: [oscilloscope]
    config: config.yaml
`;

let bridge: SimulatorsProcess;
let app: BuiltApp;
let folder: string;

beforeAll(async () => {
  bridge = await startSimulators();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pulsebench-board-'));
  app = await openBuiltApp(bridge.page!);
  // The picker is the system's own window, which a test cannot reach: the page then uses downloads.
  await app.context.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});
afterAll(() => bridge.end());

/** Changes a text file of the folder; each text must be there. */
async function edit(file: string, changes: Readonly<Record<string, string>>): Promise<void> {
  let text = await readFile(join(folder, file), 'utf8');
  for (const [before, after] of Object.entries(changes)) {
    expect(text).toContain(before);
    text = text.replace(before, after);
  }
  await writeFile(join(folder, file), text);
}

async function drop(): Promise<Page> {
  const page = await app.visit();
  await dropFromDisk(page, [folder]);
  await page.locator('lab-pipeline-bar').waitFor();
  return page;
}

/** Counts by bin of a histogram that the run left. */
async function countsOf(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>, path: string): Promise<readonly number[]> {
  const bytes = files.get(path)!;
  const { payloadOffset } = await readNpyHeader(new MemoryFile(bytes));
  return [
    ...new BigInt64Array(bytes.buffer.slice(bytes.byteOffset + payloadOffset, bytes.byteOffset + bytes.length)),
  ].map(Number);
}

/** Both lines stand where they belong, with a valley between them. */
function expectCobalt(counts: readonly number[], heightOf: (bin: number) => number): void {
  const keVOf = (bin: number) => SIM_CALIBRATION.offsetKeV + SIM_CALIBRATION.perUnitKeV * heightOf(bin);
  const near = (keV: number, reachKeV: number) =>
    counts.flatMap((count, bin) => (Math.abs(keVOf(bin) - keV) < reachKeV ? [{ keV: keVOf(bin), count }] : []));
  const sum = (bins: readonly { readonly count: number }[]) => bins.reduce((total, { count }) => total + count, 0);
  const valley = sum(near((LINES_KEV[0]! + LINES_KEV[1]!) / 2, REACH_KEV / 4));
  for (const line of LINES_KEV) {
    const bins = near(line, REACH_KEV);
    const mean = bins.reduce((total, { keV, count }) => total + keV * count, 0) / sum(bins);
    // between two samples, 32 ns, a pulse falls by 0.6 %
    expect(Math.abs(mean - line)).toBeLessThan(0.006 * line);
    expect(sum(near(line, REACH_KEV / 4))).toBeGreaterThan(5 * valley);
  }
}

test('mimoCoRB2’s setup with its hardware source: records of the board, heights, histogram, table', async () => {
  await cp(MIMO_FOLDER, folder, { recursive: true });
  await edit('setup.yaml', {
    '# from_hardware:': 'from_hardware:',
    [SIMULATION]: '',
  });
  await edit('config.yaml', { 'redpitaya.local': `127.0.0.1:${bridge.ports['red-pitaya']}` });
  const page = await drop();
  await start(page);
  await page.getByRole('img', { name: /^osc: event \d+/ }).waitFor(SOON);
  await page.getByRole('img', { name: /^Histogram histogram: peak_heights: [1-9]\d{3,} entries/ }).waitFor(SOON);
  await shutDown(page);
  const files = await saveZip(page);
  const counts = await countsOf(files, 'Histograms_pulse_parameters/peak_heights.npy');
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(rowCount(files, 'pulse_parameters_export.csv'));
  expectCobalt(counts, (bin) => bin + 0.5);
  expect(app.problems).toEqual([]);
});

test('the example with list mode: heights that the board found, in a histogram and a table', async () => {
  await cp(EXAMPLE_FOLDER, folder, { recursive: true });
  await edit('red-pitaya-list.yaml', { 'rp-f00000.local ': `127.0.0.1:${bridge.ports['red-pitaya-list']} ` });
  const page = await drop();
  await page.getByLabel('Setup of this folder').selectOption({ label: `${basename(folder)}/red-pitaya-list.yaml` });
  await start(page);
  await page.getByRole('img', { name: /^Histogram histogram: IN1: [1-9]\d{4,} entries/ }).waitFor(SOON);
  await shutDown(page);
  const files = await saveZip(page);
  const counts = await countsOf(files, 'Histograms_Pulses/IN1.npy');
  const table = new TextDecoder().decode(files.get('Pulses_Export.csv')).trim().split('\n');
  const column = table[0]!.split(',').indexOf('IN1');
  const heights = table.slice(1).map((line) => Number(line.split(',')[column]));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(heights.filter((h) => h >= 50 && h < 4095).length);
  expectCobalt(counts, (bin) => 50 + ((bin + 0.5) * (4095 - 50)) / counts.length);
  expect(app.problems).toEqual([]);
});
