// What a user does with the instruments of a bench, by the controls of the built page.

import type { Locator, Page } from 'playwright-core';
import { parseSi } from '../../src/base/si.ts';

/** Goes to a view by its link. */
export async function showView(page: Page, title: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: title }).click();
  await page.getByRole('main', { name: title }).waitFor();
}

/** Opens the Connect list. */
export async function openConnect(page: Page): Promise<Locator> {
  await page
    .getByRole('button', { name: /^Connect/ })
    .first()
    .click();
  return page.locator('lab-connect-dialog');
}

/** Starts a simulated instrument by its row of the Connect list. */
export async function startRow(page: Page, model: string, simulation: string): Promise<void> {
  const dialog = await openConnect(page);
  await dialog.getByLabel(`What the Simulated ${model} measures`).selectOption({ label: simulation });
  await dialog.getByRole('button', { name: `Start Simulated ${model}` }).click();
  await dialog.getByRole('heading', { name: 'Connect' }).waitFor({ state: 'hidden' });
}

/** Connects what is at an address, through the bridge. */
export async function connectAddress(page: Page, address: string): Promise<void> {
  const dialog = await openConnect(page);
  await dialog.getByLabel('Address').fill(address);
  await dialog.getByLabel('Address').press('Enter');
  await dialog.getByRole('heading', { name: 'Connect' }).waitFor({ state: 'hidden' });
}

/** The instrument of this model in the top bar; its name ends with its state. */
export function chip(page: Page, model: string): Locator {
  return page.locator('lab-top-bar').getByRole('button', { name: new RegExp(`^${model} `) });
}

/** Disconnects all that is connected. */
export async function disconnectAll(page: Page): Promise<void> {
  await showView(page, 'Instruments');
  const disconnect = page.locator('lab-instrument-detail').getByRole('button', { name: 'Disconnect' });
  for (const empty = page.getByText('No instrument is connected').first(); !(await empty.isVisible()); ) {
    await disconnect.or(empty).first().click();
  }
}

/** Types a number into a field and confirms it. */
export async function enter(field: Locator, text: string): Promise<void> {
  await field.fill(text);
  await field.press('Enter');
}

/** What a field says, with plain blanks. */
export async function said(field: Locator): Promise<string> {
  return (await field.inputValue()).replace(/\s/g, ' ');
}

/** A figure as it is read; NaN while there is none. */
export async function figure(text: Locator, unit: string): Promise<number> {
  return parseSi((await text.textContent()) ?? '', unit) ?? Number.NaN;
}

/** What the digits of an instrument say of one of its quantities; NaN while there is none. */
export async function reading(page: Page, model: string, quantity: string, unit: string): Promise<number> {
  const group = page.getByRole('group', { name: new RegExp(`^Readings of ${model}`) });
  const cell = group.locator('.cell', { has: page.locator('dt', { hasText: new RegExp(`^${quantity}`) }) });
  const parts = await cell.locator('dd > [aria-hidden]').allTextContents();
  return parseSi(parts.join(''), unit) ?? Number.NaN;
}

/** Coloured pixels of the scope's screen: traces, not its grid. */
export function ink(page: Page): Promise<number> {
  return page.locator('lab-scope-plot canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(70, 40, canvas.width - 110, canvas.height - 80);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) {
      const [red, green, blue] = [data[i]!, data[i + 1]!, data[i + 2]!];
      if (Math.max(red, green, blue) - Math.min(red, green, blue) > 40) count++;
    }
    return count;
  });
}
