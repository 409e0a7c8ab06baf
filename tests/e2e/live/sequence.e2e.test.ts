// A sequence of the simulated supply on the built page: the meter that is wired to it follows, and all off ends it.

import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, openBuiltApp } from '../../support/built-app.ts';
import { connect } from '../../support/live-page.ts';

const METER = 'sim-scpi:meter-keysight';
const SUPPLY = 'sim-scpi:supply-rigol';

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
});

afterEach(async () => {
  await app.close();
});

function meterV(page: Page): Promise<number | undefined> {
  return page.evaluate(
    (id) =>
      document.querySelector('lab-app')!.app.instruments.connected.value.find(({ choice }) => choice.id === id)?.status
        .value.reading?.values[0]?.value,
    METER,
  );
}

/** As a table that comes from a spreadsheet. */
async function paste(page: Page, text: string): Promise<void> {
  await page.locator('lab-sequence-card').evaluate((card, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    card.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

test('a sequence is pasted, refused beyond the limits, run, and ended by switching all off', async () => {
  const page = await app.visit();
  await connect(page, METER);
  await connect(page, SUPPLY);
  await page.goto(new URL('#/instruments', inject('baseUrl')).href);
  const card = page.locator('lab-sequence-card');
  const head = 'Duration (s)\tCH1 Voltage (V)\tCH1 Output\n';
  await paste(page, `${head}2\t1\ton\n2\t31\t\n600\t3\t\n`);
  await card.getByRole('button', { name: 'Start sequence' }).click();
  await card.getByText('Step 2: Voltage of CH1 stays as it is').waitFor();
  expect(await meterV(page)).toBeCloseTo(0, 3);

  await card.getByLabel('CH1 Voltage of step 2').fill('2');
  await card.getByLabel('CH1 Voltage of step 2').press('Enter');
  await card.getByRole('button', { name: 'Start sequence' }).click();
  for (const volts of [1, 2, 3]) {
    await expect.poll(() => meterV(page), { timeout: 15_000 }).toBeCloseTo(volts, 2);
  }
  await card.getByText('Step 3 of 3').waitFor();

  const settings = page.locator('lab-instrument-detail lab-parameter-panel');
  await settings.getByLabel('Voltage', { exact: true }).first().fill('9');
  await settings.getByLabel('Voltage', { exact: true }).first().press('Enter');
  await page.locator('lab-toasts').getByText('a sequence runs').waitFor();
  await settings.getByRole('button', { name: 'All outputs off' }).click();
  await card.getByText('Ended: switched off here.').waitFor();
  await expect.poll(() => meterV(page), { timeout: 15_000 }).toBeCloseTo(0, 3);

  // the table is the unit's: it is there after a reload, and nothing runs
  await page.reload();
  await page.locator('lab-app nav').first().waitFor();
  await connect(page, SUPPLY);
  expect(await card.getByLabel('CH1 Voltage of step 2').inputValue()).toMatch(/^2\sV$/);
  await card.getByRole('button', { name: 'Start sequence' }).waitFor();
  expect(app.problems).toEqual([]);
});
