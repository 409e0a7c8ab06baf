// What is left of a running instrument's past on the built page: every sample of the last seconds, and an overview of the
// minutes before.

import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type {} from '../../../src/ui/shell/lab-app.ts';
import type { LabWaveformView } from '../../../src/ui/views/waveform/waveform-view.ts';
import { type BuiltApp, openBuiltApp } from '../../support/built-app.ts';
import { connect, look, until } from '../../support/live-page.ts';

const INSTRUMENT = 'sim-js110:ble-beacon';
const HISTORY_S = 5;
/** Ten bins of whole stretches of the current's overview, 2048 samples each, from 1 to 2 s after the start. */
const BINS = { start: 1000 * 2048, increment: 100 * 2048, count: 10 };

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'), { profile: 'disk' });
});

afterEach(() => app.close());

const view = (page: Page) => page.locator('lab-live-view lab-waveform-view');
const figures = (page: Page, marker: string) => page.getByRole('group', { name: `Figures at marker ${marker}` });

/** Figures of the current in `BINS`. */
function bins(page: Page) {
  return page.evaluate(async (range) => {
    const { store } = document.querySelector('lab-app')!.app.bench.picture.value!;
    const { startSample } = store.signals().find(({ id }) => id === 'current')!;
    const { mean, std, min, max } = await store.summary({ signalId: 'current', ...range });
    return { startSample, mean: [...mean], std: [...std], extremes: [...min, ...max] };
  }, BINS);
}

test('zoomed out, the trace goes on before its samples; markers there say that they are approximate', async () => {
  const page = await app.visit();
  await page.evaluate((wished) => {
    document.querySelector('lab-app')!.app.settings.set('live.history', wished);
  }, String(HISTORY_S));
  await connect(page, INSTRUMENT);
  await until(page, INSTRUMENT, ({ seconds }) => seconds > 3.5);
  const ofSamples = await bins(page);
  expect(ofSamples.startSample).toBe(0);
  await until(page, INSTRUMENT, ({ seconds }) => seconds > 3 * HISTORY_S);

  // all that is known: as long as the instrument has run
  await view(page).locator('lab-waveform-plot').click();
  await page.keyboard.press('0');
  await page.keyboard.press('Space');
  await view(page).getByRole('button', { name: 'Follow' }).waitFor();
  const { startS, endS } = await view(page).evaluate((element) => (element as LabWaveformView).model.state.time);
  expect(startS).toBeLessThan(1);
  expect(endS).toBeGreaterThan(3 * HISTORY_S - 1);
  const ofOverview = await bins(page);
  expect(ofOverview.startSample).toBeGreaterThan(BINS.start + BINS.count * BINS.increment);
  expect(ofOverview.extremes).toEqual(ofSamples.extremes);
  for (const figure of ['mean', 'std'] as const) {
    for (const [bin, value] of ofOverview[figure].entries()) {
      expect(value / ofSamples[figure][bin]!).toBeCloseTo(1, 9);
    }
  }

  // at the left of the plot, where the samples are gone
  const plot = (await view(page).locator('lab-waveform-plot').boundingBox())!;
  const at = (part: number) => page.mouse.move(plot.x + plot.width * part, plot.y + plot.height / 2);
  await at(0.35);
  await page.keyboard.press('s');
  await expect.poll(() => figures(page, '1').textContent()).toMatch(/≈ \d/);
  expect(await figures(page, '1').textContent()).toContain('no longer in memory');
  await at(0.3);
  await page.keyboard.press('d');
  await expect.poll(() => figures(page, '2').textContent()).toMatch(/mean\s*≈ \d/);
  expect(await figures(page, '2').textContent()).toContain('no longer in memory');

  // the dialog says what is not in the file
  await view(page).getByRole('button', { name: 'Export…' }).click();
  await page
    .locator('lab-export-dialog')
    .getByText(/no longer in memory/)
    .waitFor();
  expect((await look(page, INSTRUMENT)).missingCount).toBe(0);
  expect(app.problems).toEqual([]);
});
