// The firmware engineer's story on the built page: a simulated JS110, watched, recorded, reopened, measured; and a
// file from outside.

import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, dropFile, openBuiltApp } from '../../support/built-app.ts';
import { goldenBytes } from '../../support/golden.ts';

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'), { serviceWorkers: 'allow', profile: 'disk' });
});

afterEach(() => app.close());

async function startSimulated(page: Page): Promise<void> {
  await page.locator('lab-live-view').getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('group', { name: 'Run' }).getByText('RUN').waitFor();
  await page.locator('footer').getByText('2.00 MS/s').waitFor();
}

const recordButton = (page: Page) => page.getByRole('button', { name: /record/i }).first();

const rows = (page: Page) => page.locator('lab-recording-list tbody tr');

async function show(page: Page, view: 'Live' | 'Files'): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click();
  await page.locator(`lab-${view.toLowerCase()}-view`).waitFor();
}

/** Records until the list says at least `seconds`, then leaves it running. */
async function recordFor(page: Page, seconds: number): Promise<void> {
  await recordButton(page).click();
  await show(page, 'Files');
  await expect.poll(() => lengthOf(page), { timeout: 60_000, interval: 250 }).toBeGreaterThanOrEqual(seconds);
}

/** Length column of the first row, in seconds. */
async function lengthOf(page: Page): Promise<number> {
  const text =
    (await rows(page)
      .first()
      .locator('td.number')
      .first()
      .textContent()
      .catch(() => '')) ?? '';
  const [minutes, seconds] = text.trim().split(':').map(Number);
  return (minutes ?? 0) * 60 + (seconds ?? 0);
}

/** Types a number where it stands. */
async function enter(page: Page, label: RegExp, text: string): Promise<void> {
  const field = page
    .getByLabel(label)
    .locator('input')
    .or(page.locator('input').and(page.getByLabel(label)))
    .first();
  await field.fill(text);
  await field.press('Enter');
}

function toMicroamperes(text: string): number {
  const match = /(\d+(?:\.\d+)?)\s*(µA|mA|A)/.exec(text);
  if (!match) return Number.NaN;
  return Number(match[1]) * ({ µA: 1, mA: 1e3, A: 1e6 }[match[2] as 'µA' | 'mA' | 'A'] ?? Number.NaN);
}

test('connect, watch, record, reopen, measure', async () => {
  const page = await app.visit();
  await startSimulated(page);
  await recordFor(page, 3);
  await page.getByRole('button', { name: /stop recording/i }).click();
  await rows(page).first().getByText('Finished').waitFor({ timeout: 60_000 });

  await show(page, 'Live');
  const trueMeanText = await page.getByLabel('True mean current').textContent();
  expect(trueMeanText).toMatch(/µA/);
  const trueMeanUa = Number.parseFloat(trueMeanText!);

  await show(page, 'Files');
  await rows(page).first().getByRole('button', { name: /^Open/ }).click();
  const view = page.locator('lab-files-view lab-waveform-view');
  await view.waitFor();

  // A pair of markers exactly two seconds apart: its mean is what the simulator says it draws (a beacon every 0.1 s,
  // so one more or less in the span is 5 %).
  await view.locator('lab-waveform-plot').click();
  await page.keyboard.press('d');
  await enter(page, /^First end of marker/, '0.5 s');
  await enter(page, /^Distance of marker/, '2 s');
  const figures = page.getByRole('group', { name: /^Figures at marker/ });
  await expect.poll(() => figures.textContent(), { timeout: 10_000 }).toMatch(/[mµ]C/);
  const row = figures.locator('tr', { hasText: 'mean' });
  await expect
    .poll(async () => toMicroamperes((await row.locator('td').first().textContent()) ?? ''), { timeout: 10_000 })
    .toBeCloseTo(trueMeanUa, -1.5);
  expect(app.problems).toEqual([]);
});

test('a dropped JLS file opens, and a broken one says what is wrong', async () => {
  const page = await app.visit();
  await dropFile(page, 'any-name.bin', goldenBytes('jls-v2/js220_ui.jls'));
  await page.locator('lab-files-view lab-waveform-view').waitFor();
  await dropFile(page, 'broken.jls', new Uint8Array(5000).fill(7));
  await page
    .getByRole('region', { name: 'Messages' })
    .getByText(/broken\.jls/)
    .first()
    .waitFor();
});
