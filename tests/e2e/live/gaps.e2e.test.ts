// Samples that were lost on the way of a simulated JS110 that measures 10 mA: missing in every signal, live, in the
// recording, on the command line and on the screen, and no figure counts them.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type {} from '../../../src/ui/shell/lab-app.ts';
import { type BuiltApp, dropFromDisk, openBuiltApp } from '../../support/built-app.ts';
import { pulsebenchJson } from '../../support/command-line.ts';
import {
  connect,
  look,
  record,
  recorded,
  saveNewestRecording,
  until,
  withoutSavePicker,
} from '../../support/live-page.ts';

const INSTRUMENT = 'sim-js110:test-dc';
const LOAD_A = 0.01;
const RATE_HZ = 2e6;
/** Of the action "Lose 100 ms": packets, and samples in a packet. */
const BURST_SAMPLES = 1587 * 126;

interface Figures {
  readonly count: number;
  readonly mean: number;
  readonly max: number;
  readonly integral?: number;
  readonly measured?: number;
  readonly coverage: number;
}

let app: BuiltApp;
let folder: string;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'), { profile: 'disk' });
  await withoutSavePicker(app.context);
  folder = mkdtempSync(join(tmpdir(), 'gaps-'));
});

afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

/** For each signal: which bins of 2500 samples have nothing in them. */
function emptyBins(page: Page): Promise<readonly (readonly number[])[]> {
  return page.evaluate(async () => {
    const [instrument] = document.querySelector('lab-app')!.app.instruments.connected.value;
    const { store } = instrument!.handle;
    const signals = store.signals().filter(({ timing }) => timing === 'steady');
    const start = Math.max(...signals.map(({ startSample }) => startSample));
    const count = Math.floor((Math.min(...signals.map(({ endSample }) => endSample)) - start) / 2500);
    const summaries = signals.map(({ id }) => store.summary({ signalId: id, start, increment: 2500, count }));
    return (await Promise.all(summaries)).map(({ mean }) =>
      Array.from(mean).flatMap((value, bin) => (Number.isNaN(value) ? [bin] : [])),
    );
  });
}

test('what was lost is missing everywhere, and counted nowhere', async () => {
  const page = await app.visit();
  await connect(page, INSTRUMENT);
  await until(page, INSTRUMENT, ({ seconds }) => seconds > 1);
  const id = await record(page, [INSTRUMENT], { durationS: 0 });
  const begun = await look(page, INSTRUMENT);
  await until(page, INSTRUMENT, ({ seconds }) => seconds > begun.seconds + 0.5);
  await page.evaluate(async () => {
    const [instrument] = document.querySelector('lab-app')!.app.instruments.connected.value;
    await instrument!.handle.set('sim.burst', true);
  });
  const lost = await until(page, INSTRUMENT, ({ missingCount }) => missingCount - begun.missingCount >= BURST_SAMPLES);
  await until(page, INSTRUMENT, ({ seconds }) => seconds > lost.seconds + 0.1);
  const [first, ...others] = await emptyBins(page);
  expect(first!.length).toBeGreaterThanOrEqual(Math.floor(BURST_SAMPLES / 2500) - 1);
  for (const bins of others) expect(bins).toEqual(first);

  await page.evaluate(async (wanted) => {
    const { recordings } = document.querySelector('lab-app')!.app;
    await recordings.stop(recordings.active.value.find((entry) => entry.id === wanted)!);
  }, id);
  await recorded(page, id);
  await page.evaluate(async () => {
    const { instruments } = document.querySelector('lab-app')!.app;
    await instruments.stop(instruments.connected.value[0]!);
  });
  await page.locator('lab-rail').getByRole('link', { name: 'Files' }).click();
  const path = join(folder, 'gap.jls');
  await saveNewestRecording(page, path);

  const { signals } = pulsebenchJson<{ signals: { name: string; length: number }[] }>('info', path);
  // a busy computer may lose more than that; floats say by NaN what is missing, integers have no such value
  const floats = pulsebenchJson<Figures>('statistics', path, '--signal', 'current');
  const missing = signals.find(({ name }) => name === 'current')!.length - floats.count;
  expect(missing).toBeGreaterThanOrEqual(BURST_SAMPLES);
  for (const { name, length: sampleCount } of signals) {
    const figures = pulsebenchJson<Figures>('statistics', path, '--signal', name);
    expect(figures.count, name).toBe(sampleCount - missing);
    expect(figures.coverage, name).toBeCloseTo((sampleCount - missing) / sampleCount, 9);
    if (name === 'current_range') expect(figures.max).toBeLessThan(8);
    if (name !== 'current') continue;
    expect(Math.abs(figures.mean / LOAD_A - 1)).toBeLessThan(1e-3);
    expect(figures.integral! / ((figures.mean * sampleCount) / RATE_HZ)).toBeCloseTo(1, 9);
    expect(figures.measured! / ((figures.mean * figures.count) / RATE_HZ)).toBeCloseTo(1, 9);
  }

  // the same file on the screen: the share that was measured stands in the table of the markers
  await dropFromDisk(page, [path]);
  const panel = page.locator('lab-file-panel');
  await panel.locator('lab-waveform-plot').click();
  await page.keyboard.press('d');
  // from end to end, so that the gap lies between
  const lengthS = signals.find(({ name }) => name === 'current')!.length / RATE_HZ;
  for (const [end, seconds] of [
    ['First', 0],
    ['Second', lengthS],
  ] as const) {
    const field = panel.getByLabel(new RegExp(`^${end} end of marker`)).first();
    await field.fill(`${seconds} s`);
    await field.press('Enter');
  }
  const rows = panel.getByRole('group', { name: /^Figures at marker/ }).locator('tr', { hasText: 'measured' });
  await expect.poll(() => rows.last().textContent()).toMatch(/^\s*measured\s*(\d+\.\d|> 99\.9)\s%/);
  expect(await rows.last().textContent()).not.toContain('100');
  expect(app.problems).toEqual([]);
});
