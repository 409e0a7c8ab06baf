// An oscilloscope on the built page: the simulated one, from the empty view to a capture that is there after a reload.

import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { enter, ink, said } from '../../support/bench-page.ts';
import { type BuiltApp, openBuiltApp } from '../../support/built-app.ts';
import { withoutSavePicker } from '../../support/live-page.ts';

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'), { serviceWorkers: 'allow' });
});

afterEach(async () => {
  await app.close();
});

test('one click shows a running scope; a number is changed on its screen; a capture survives a reload', async () => {
  await withoutSavePicker(app.context);
  const page = await app.visit();
  await page.getByRole('link', { name: /^Scope/ }).click();
  await page.getByRole('button', { name: /^Run a simulated/ }).click();
  const view = page.locator('lab-scope-view');
  await view.getByText('Running', { exact: true }).waitFor({ timeout: 20_000 });
  const records = async () => Number(/([\d\s]+) records/.exec((await view.locator('.count').textContent()) ?? '')?.[1]);
  await expect.poll(records, { timeout: 20_000 }).toBeGreaterThan(2);

  const scale = view.getByLabel(/^\S+ V\/div$/).first();
  await scale.fill('2');
  await scale.press('Enter');
  await expect.poll(async () => (await scale.inputValue()).replace(/\s/g, ' '), { timeout: 15_000 }).toBe('2 V');
  // the generator on the same bench is on: 1 kHz on the first channel
  await view
    .getByText(/^1\.00\d\skHz$/)
    .first()
    .waitFor({ timeout: 20_000 });

  await view.getByRole('button', { name: 'Pin' }).click();
  await view.getByLabel('Name of Capture 1').waitFor();
  await view.getByRole('button', { name: 'Save Capture 1' }).click();
  const dialog = page.locator('lab-export-dialog');
  await dialog.getByLabel('Format').selectOption('trc');
  await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Export…' }).click()]);
  await dialog.getByRole('button', { name: 'Open it here' }).click();
  const facts = page.locator('lab-file-panel');
  await facts.getByRole('button', { name: 'Facts' }).click();
  await page.locator('lab-facts-panel').getByText('LeCroy trace').waitFor();
  await page.reload();
  await page.getByRole('link', { name: /^Scope/ }).click();
  await page.getByRole('button', { name: /^Run a simulated/ }).click();
  await view.getByRole('tab', { name: 'Captures' }).click();
  await view.getByLabel('Name of Capture 1').waitFor();
});

/** Seconds that the newest record shows. */
function recordS(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { instruments } = document.querySelector('lab-app')!.app;
    const traces = instruments.connected.value.find(({ handle }) => handle.traces)!.handle.traces!;
    const { stepS, samples } = traces.record(traces.eventCount - 1)!;
    return stepS * samples[0]!.length;
  });
}

/** A hand at the knob of the generator beside the scope. */
function turnGenerator(page: Page, amplitudeV: number): Promise<void> {
  return page.evaluate(async (value) => {
    const { instruments } = document.querySelector('lab-app')!.app;
    const generator = instruments.connected.value.find(({ choice }) => /generator/.test(choice.id));
    await instruments.set(generator!, 'CH1.amplitude', value);
  }, amplitudeV);
}

test('a time base that the scope does not have is marked, a capture lies under the live trace, a mask stops it', async () => {
  const page = await app.visit();
  await page.getByRole('link', { name: /^Scope/ }).click();
  await page.getByRole('button', { name: /^Run a simulated/ }).click();
  const view = page.locator('lab-scope-view');
  const state = view.locator('.state');
  await view.getByText('Running', { exact: true }).waitFor({ timeout: 20_000 });
  const divisionS = view.getByLabel('Time/div', { exact: true });
  const mark = view.getByText(/^\s*asked/);

  // a DS1054Z has 1, 2 and 5, and shows 12 divisions
  await enter(divisionS, '3 ms');
  await mark.waitFor({ timeout: 15_000 });
  expect([(await mark.textContent())!.replace(/\s+/g, ' ').trim(), await said(divisionS)]).toEqual([
    'asked 3 ms',
    '2 ms',
  ]);
  await expect.poll(() => recordS(page), { timeout: 15_000 }).toBeCloseTo(12 * 2e-3, 6);
  await enter(divisionS, '500 µs');
  await mark.waitFor({ state: 'detached', timeout: 15_000 });
  expect(await said(divisionS)).toBe('500 µs');
  await expect.poll(() => recordS(page), { timeout: 15_000 }).toBeCloseTo(12 * 500e-6, 6);

  await view.getByRole('button', { name: 'Pin' }).click();
  await view.getByLabel('Name of Capture 1').waitFor();
  await enter(divisionS, '1 ms');
  await expect.poll(() => recordS(page), { timeout: 15_000 }).toBeCloseTo(12 * 1e-3, 6);
  await view.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect.poll(() => state.textContent()).toBe('Stopped');
  const ghost = view.getByRole('button', { name: 'Show Capture 1 under the live trace' });
  expect(await ghost.getAttribute('aria-pressed')).toBe('true');
  const withGhost = await ink(page);
  await ghost.click();
  await expect.poll(() => ink(page)).toBeLessThan(withGhost - 300);

  await view.getByRole('button', { name: 'Run', exact: true }).click();
  await view.getByRole('tab', { name: 'Mask' }).click();
  await expect.poll(() => state.textContent(), { timeout: 15_000 }).toBe('Running');
  await view.getByRole('button', { name: 'Make mask' }).click();
  const counts = view.getByLabel(/^Mask test of/);
  const count = async (word: string) =>
    Number(await counts.locator('div', { hasText: word }).locator('dd').textContent());
  await expect.poll(() => count('Passed'), { timeout: 15_000 }).toBeGreaterThan(2);
  await view.getByLabel('Stop on failure, and keep the record').check();
  expect(await count('Failed')).toBe(0);
  await turnGenerator(page, 6);
  await expect.poll(() => state.textContent(), { timeout: 15_000 }).toBe('Stopped: the mask failed');
  expect(await count('Failed')).toBeGreaterThan(0);
  // it shows the one that failed, and keeps it with the reason
  expect(await view.locator('.count').textContent()).toMatch(/number [\d\s]+ shown/);
  await view.getByRole('tab', { name: 'Captures' }).click();
  await expect.poll(() => view.getByLabel('Note on Capture 2').inputValue()).toMatch(/^Failed the mask at/);
  expect(app.problems).toEqual([]);
});
