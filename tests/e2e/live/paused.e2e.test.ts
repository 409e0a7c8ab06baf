// A paused live view on the built page: what it shows stays there with its tools, however long the instrument goes on.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type {} from '../../../src/ui/shell/lab-app.ts';
import { type BuiltApp, openBuiltApp } from '../../support/built-app.ts';
import { pulsebenchJson } from '../../support/command-line.ts';
import { connect, look, until } from '../../support/live-page.ts';

const INSTRUMENT = 'sim-js110:ble-beacon';

let app: BuiltApp;
let folder: string;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
  // without pickers the browser's downloads take the file, which a test can read
  await app.context.addInitScript(() => {
    for (const name of ['showSaveFilePicker', 'showOpenFilePicker']) Reflect.deleteProperty(window, name);
  });
  folder = mkdtempSync(join(tmpdir(), 'paused-'));
});

afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

/** From the next start on. */
function wishHistory(page: Page, seconds: string): Promise<void> {
  return page.evaluate((wished) => {
    document.querySelector('lab-app')!.app.settings.set('live.history', wished);
  }, seconds);
}

/** Sample range of the current: of the picture, and of the instrument's own memory. */
function extents(page: Page) {
  return page.evaluate(() => {
    const { bench } = document.querySelector('lab-app')!.app;
    const [shown] = bench.shown.value;
    const rangeOf = (store: { signals(): readonly { id: string; startSample: number; endSample: number }[] }) => {
      const { startSample, endSample } = store.signals().find(({ id }) => id === 'current')!;
      return { startSample, endSample };
    };
    return { picture: rangeOf(bench.picture.value!.store), live: rangeOf(shown!.handle.store) };
  });
}

/** Waits until the picture has its copy. */
async function held(page: Page): Promise<void> {
  await expect
    .poll(
      async () => {
        const { picture, live } = await extents(page);
        return live.endSample > picture.endSample;
      },
      { timeout: 15_000 },
    )
    .toBe(true);
}

const view = (page: Page) => page.locator('lab-live-view lab-waveform-view');
const figures = (page: Page) => page.getByRole('group', { name: /^Figures at marker/ });

test('what a paused view shows stays: figures, markers, single samples and exports, after its history is gone', async () => {
  const page = await app.visit();
  await wishHistory(page, '10');
  await connect(page, INSTRUMENT);
  await until(page, INSTRUMENT, ({ seconds }) => seconds > 4);
  await view(page).getByRole('button', { name: 'Pause view' }).click();
  await held(page);
  await view(page).locator('lab-waveform-plot').click();
  await page.keyboard.press('d');
  await expect.poll(() => figures(page).textContent()).toMatch(/mean\s*\d/);
  await expect.poll(() => figures(page).textContent()).not.toContain('≈');
  const before = { text: await figures(page).textContent(), ...(await extents(page)) };

  await until(page, INSTRUMENT, ({ seconds }) => seconds > before.picture.endSample / 2e6 + 12);
  const after = await extents(page);
  expect(after.live.startSample).toBeGreaterThan(before.picture.endSample);
  expect(after.picture).toEqual(before.picture);
  expect(await figures(page).textContent()).toBe(before.text);

  // as many samples as the table says, and their mean, in a file
  await view(page).getByRole('button', { name: 'Export…' }).click();
  const dialog = page.locator('lab-export-dialog');
  await dialog.getByLabel('Format').selectOption('jls');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Download' }).click(),
  ]);
  const path = join(folder, 'paused.jls');
  await download.saveAs(path);
  await dialog.getByText('is written.').waitFor();
  const { count, mean } = pulsebenchJson<{ count: number; mean: number }>('statistics', path, '--signal', 'current');
  const cellOf = async (row: string) =>
    (await figures(page).locator('tr', { hasText: row }).locator('td').first().textContent())!;
  expect(Number((await cellOf('samples')).replace(/\D/g, ''))).toBe(count);
  const shownUa = Number.parseFloat(await cellOf('mean')) * ((await cellOf('mean')).includes('mA') ? 1000 : 1);
  expect(shownUa / (mean * 1e6)).toBeCloseTo(1, 4);
  await dialog.getByRole('button', { name: 'Close' }).last().click();

  // it runs again, and what was held goes
  await view(page).getByRole('button', { name: 'Follow' }).click();
  await expect.poll(async () => (await extents(page)).picture.endSample).toBeGreaterThan(after.live.endSample);
  expect(app.problems).toEqual([]);
});

test('a longer history holds from the next start on, without a reload and with the settings kept', async () => {
  const page = await app.visit();
  await wishHistory(page, '10');
  await connect(page, INSTRUMENT);
  const stateOf = () =>
    page.evaluate(() => {
      const [instrument] = document.querySelector('lab-app')!.app.instruments.connected.value;
      return { historyS: instrument!.handle.history.samplesS, range: instrument!.status.value.values['current.range'] };
    });
  await page.evaluate(async () => {
    const { instruments } = document.querySelector('lab-app')!.app;
    const [instrument] = instruments.connected.value;
    const range = instrument!.status.value.parameters.find(({ id }) => id === 'current.range');
    if (range?.kind !== 'choice') throw new Error('no range to choose');
    await instruments.set(instrument!, 'current.range', range.choices.at(-1)!.value);
  });
  await expect.poll(async () => (await stateOf()).range).not.toBe('auto');
  const { range } = await stateOf();
  await wishHistory(page, '20');
  expect((await stateOf()).historyS).toBe(10);
  await page.evaluate(async () => {
    const { instruments } = document.querySelector('lab-app')!.app;
    const [instrument] = instruments.connected.value;
    await instruments.stop(instrument!);
    await instruments.start(instrument!);
  });
  await until(page, INSTRUMENT, ({ state, seconds }) => state === 'streaming' && seconds > 12);
  expect(await stateOf()).toEqual({ historyS: 20, range });
  const { live } = await extents(page);
  expect((live.endSample - live.startSample) / 2e6).toBeGreaterThan(12);
  expect((await look(page, INSTRUMENT)).missingCount).toBe(0);
  expect(app.problems).toEqual([]);
});
