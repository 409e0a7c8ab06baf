// What a user does in the Spectra view of the built page with a board, and what the board itself knows of it.

import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { SimBoard } from '../../src/devices/redpitaya/sim/board.ts';

const SOON = { timeout: 30_000 };
/** Rise of the pulses of the simulated board: what the page takes for a pulse's dead time beside the analyser's delay. */
const RISE_S = 48e-9;

export const spectraView = (page: Page): Locator => page.locator('lab-spectra-view');

/** What stands beside a name in the sheet, as a number. */
export async function fact(page: Page, name: string): Promise<number> {
  const text = await spectraView(page).locator(`dt:text-is("${name}") + dd`).textContent();
  return Number((text ?? '').replace(/[^\d.,-]/g, '').replaceAll(',', ''));
}

export const setOfFirst = (page: Page, id: string, value: number | string | boolean) =>
  page.evaluate(
    async ([parameterId, wish]) => {
      const { instruments } = document.querySelector('lab-app')!.app;
      await instruments.set(instruments.connected.value[0]!, parameterId as string, wish!);
    },
    [id, value] as const,
  );

/** Types the address of a board on this computer and asks for it. */
export async function connectBoard(page: Page, port: number): Promise<void> {
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  const list = page.locator('lab-connect-list').first();
  await list.getByLabel('Address').fill(`mcpha://127.0.0.1:${port}`);
  const address = list.locator('form', { has: page.getByLabel('Address') });
  await address.getByRole('button', { name: 'Connect', exact: true }).click();
}

/** Connects a board that gets 100 000 pulses a second, counts for 4 s of its time, and asks the board what is true. */
export async function countAsBoard(page: Page, board: SimBoard, port: number): Promise<void> {
  const view = spectraView(page);
  await connectBoard(page, port);
  await expect
    .poll(() => page.evaluate(() => document.querySelector('lab-app')!.app.instruments.connected.value.length), SOON)
    .toBe(1);
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await setOfFirst(page, '1.rise', RISE_S);
  await view.getByLabel('Preset', { exact: true }).selectOption('real');
  await view.getByLabel('s', { exact: true }).fill('4');
  await view.getByLabel('s', { exact: true }).press('Tab');
  await view.getByRole('button', { name: 'Count', exact: true }).click();
  await view.getByRole('button', { name: 'Stop' }).waitFor();
  await view.getByRole('button', { name: 'Count', exact: true }).waitFor(SOON);
  const truth = board.truth(0);
  expect(truth.realS).toBe(4);
  expect(await fact(page, 'Real time')).toBe(4);
  expect(await fact(page, 'Counts')).toBe(truth.countedCount);
  const liveS = await fact(page, 'Live time');
  expect(truth.liveS).toBeLessThan(3.5);
  expect(Math.abs(liveS / truth.liveS - 1)).toBeLessThan(1e-3);
}
