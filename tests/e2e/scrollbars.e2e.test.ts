// Scrollbars that take room, as most desktops have them: headless Chromium hides them unless it is told not to.

import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.mjs';
import { dropFile, nextFrames } from '../support/built-app.ts';

/** Three signals with six digits each; a fifth of them is missing, so that the integral has a row for what was measured. */
const TABLE = [
  'time (s),current (A),voltage (V),power (W)',
  ...Array.from({ length: 1000 }, (_, row) =>
    row % 500 < 100
      ? `${row / 1000},,,`
      : `${row / 1000},${1.234567e-4 * row},${2.987654e-3 * row},${-4.687511e-4 * row}`,
  ),
].join('\n');

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: CHROMIUM_ARGS,
    ignoreDefaultArgs: ['--hide-scrollbars'],
  });
});

afterAll(() => browser.close());

/** What a scrollbar takes of the width, in px. */
const scrollbarPx = (page: Page, selector: string): Promise<number> =>
  page.locator(selector).evaluate((element) => (element as HTMLElement).offsetWidth - element.clientWidth);

/** How far the widest table of figures is cut, in px. */
const cutPx = (page: Page): Promise<number> =>
  page
    .locator('lab-marker-panel .figures')
    .evaluateAll((tables) => Math.max(...tables.map((table) => table.scrollWidth - table.clientWidth)));

test.each([
  [4, 'lab-waveform-view .sheet'],
  [31, 'lab-marker-panel .box'],
])('%d pairs of markers show their last column beside a scrollbar, units included', async (pairCount, scrolled) => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(inject('baseUrl'));
  await page.locator('lab-app nav').waitFor();
  await dropFile(page, 'table.csv', new TextEncoder().encode(TABLE));
  await page.locator('lab-file-panel lab-waveform-plot').waitFor();
  await nextFrames(page);
  for (let pair = 0; pair < pairCount; pair++) await page.keyboard.press('d');
  await page.locator('lab-marker-panel .figures').getByText('∫ measured').first().waitFor();
  expect(await scrollbarPx(page, scrolled)).toBeGreaterThan(0);
  await expect.poll(() => cutPx(page)).toBe(0);
  await page.close();
});
