// Several instruments of two kinds on the built page: at once, recorded at once, into one file, and one of them with its
// cable pulled while the others go on.

import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createWorkspace } from '../../../src/core/workspace.ts';
import { openFile } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import { type BuiltApp, openBuiltApp } from '../../support/built-app.ts';
import { coreBytes } from '../../support/core.ts';
import { connect, look, pullCable, record, recorded, until } from '../../support/live-page.ts';
import { steadySignals } from '../../support/steady.ts';

const JS110_DC = 'sim-js110:test-dc';
const JS110_BLE = 'sim-js110:ble-beacon';
const JS220_DC = 'sim-js220:test-dc';
/** What the load `test-dc` draws, in ampere. */
const DC_A = 10e-3;
const SIGNAL_IDS = ['current', 'voltage', 'current_range'];

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'), { profile: 'disk' });
});

afterEach(async () => {
  await app.close();
});

/** Waits for the end of a recording and opens its file. */
async function finished(page: Page, id: string): Promise<FormatReader> {
  await recorded(page, id);
  const base64 = await page.evaluate(async (wanted) => {
    const { recordings } = document.querySelector('lab-app')!.app;
    const bytes = new Uint8Array(await (await recordings.file(wanted)).arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return btoa(text);
  }, id);
  const workspace = createWorkspace(new WebAssembly.Module(coreBytes()), 32 * 2 ** 20);
  return openFile(new MemoryFile(new Uint8Array(Buffer.from(base64, 'base64'))), workspace);
}

/** UTC of a signal's first sample, in seconds. */
async function startS(file: FormatReader, signalId: string): Promise<number> {
  const map = await file.timeMap(signalId);
  if (!map) throw new Error('a recording is tied to UTC');
  return Number(map.toUtc(0n)) / 2 ** 30;
}

/** A machine that held an instrument up makes gaps, which are counted, or an end before its time, which is said. */
async function expectDuration(
  page: Page,
  id: string,
  signals: readonly { readonly endSample: number; readonly sampleRateHz: number }[],
  durationS: number,
): Promise<void> {
  const { missingSampleCount, note } = await page.evaluate(
    (wanted) => document.querySelector('lab-app')!.app.recordings.entries.value.find((entry) => entry.id === wanted)!,
    id,
  );
  for (const { endSample, sampleRateHz } of signals) {
    const isWhole = missingSampleCount === 0 && note === undefined;
    if (isWhole) expect(endSample / sampleRateHz).toBeCloseTo(durationS, 4);
    else expect(endSample / sampleRateHz).toBeLessThan(durationS + 1e-4);
  }
}

test('three instruments of two kinds at once: two recordings, one of them of two instruments', async () => {
  const page = await app.visit();
  for (const id of [JS110_DC, JS110_BLE, JS220_DC]) await connect(page, id);
  for (const id of [JS110_DC, JS110_BLE, JS220_DC]) await until(page, id, ({ seconds }) => seconds > 1);
  const both = await record(page, [JS110_DC, JS220_DC], { durationS: 1.5, signalIds: SIGNAL_IDS });
  const alone = await record(page, [JS110_BLE], { durationS: 0.5, signalIds: SIGNAL_IDS });
  const [bothFile, aloneFile] = [await finished(page, both), await finished(page, alone)];

  const signals = steadySignals(bothFile.store);
  expect(signals.map(({ name, source, sampleRateHz }) => [source, name, sampleRateHz])).toEqual([
    [expect.stringMatching(/^JS110-9/), 'current', 2_000_000],
    [expect.stringMatching(/^JS110-9/), 'voltage', 2_000_000],
    [expect.stringMatching(/^JS110-9/), 'current_range', 2_000_000],
    [expect.stringMatching(/^JS220-9/), 'current', 1_000_000],
    [expect.stringMatching(/^JS220-9/), 'voltage', 1_000_000],
    [expect.stringMatching(/^JS220-9/), 'current_range', 2_000_000],
  ]);
  await expectDuration(page, both, signals, 1.5);
  const currents = signals.filter(({ name }) => name === 'current');
  for (const { id, endSample } of currents) {
    const { mean } = await bothFile.store.statistics(id, 0, endSample);
    expect(mean).toBeGreaterThan(0.999 * DC_A);
    expect(mean).toBeLessThan(1.001 * DC_A);
  }
  // Both began at the same press of the button; each is on UTC by its own clock, which a machine that was busy sets late.
  const [first, second] = await Promise.all(currents.map(({ id }) => startS(bothFile, id)));
  expect(Math.abs(first! - second!)).toBeLessThan(1);

  const alone110 = steadySignals(aloneFile.store);
  expect(new Set(alone110.map(({ source }) => source)).size).toBe(1);
  await expectDuration(page, alone, alone110, 0.5);
  expect(app.problems).toEqual([]);
});

test('one cable is pulled and put back while the others go on', async () => {
  const page = await app.visit();
  for (const id of [JS110_DC, JS110_BLE, JS220_DC]) await connect(page, id);
  for (const id of [JS110_DC, JS110_BLE, JS220_DC]) await until(page, id, ({ seconds }) => seconds > 0.5);
  await pullCable(page, JS220_DC);
  await until(page, JS220_DC, ({ state }) => state === 'lost');
  const others = await Promise.all([JS110_DC, JS110_BLE].map((id) => look(page, id)));
  const back = await until(page, JS220_DC, ({ state, missingCount }) => state === 'streaming' && missingCount > 0);
  expect(back.gapCount).toBeGreaterThan(0);
  for (const [index, id] of [JS110_DC, JS110_BLE].entries()) {
    const now = await look(page, id);
    expect(now.state).toBe('streaming');
    expect(now.seconds).toBeGreaterThan(others[index]!.seconds + 1);
  }
  expect(app.problems).toEqual([]);
});
