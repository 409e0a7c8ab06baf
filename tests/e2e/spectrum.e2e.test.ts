// A spectrum of a counter on the built page: dropped, looked at in energy and in channels, a peak measured, a table saved.

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { formatCount } from '../../src/base/si.ts';
import { type BuiltApp, dropFile, openBuiltApp } from '../support/built-app.ts';
import { CHANNELS, COUNTS, SPE, TITLE, TOTAL, textBytes } from '../support/spectrum-files.ts';

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
});

afterEach(() => app.close());

test('drop a spectrum, read its counts, switch the axis, mark a peak, save the table', async () => {
  const page = await app.visit();
  await dropFile(page, 'granite.spe', textBytes(SPE));
  const view = page.locator('lab-spectrum-view');
  await view.getByRole('heading', { name: TITLE }).waitFor();
  await view.locator('dd').getByText(formatCount(TOTAL)).first().waitFor();
  const axis = view.getByRole('group', { name: 'Axis' });
  const isPressed = (name: string) => axis.getByRole('button', { name }).getAttribute('aria-pressed');
  expect(await isPressed('Energy')).toBe('true');
  await axis.getByRole('button', { name: 'Channel' }).click();
  expect([await isPressed('Channel'), await isPressed('Energy')]).toEqual(['true', 'false']);
  await axis.getByRole('button', { name: 'Energy' }).click();

  // the peak lies around channel 120 of 256
  const box = (await view.locator('lab-plot-canvas').boundingBox())!;
  const at = (channel: number) => box.x + 58 + (channel / CHANNELS) * (box.width - 78);
  const y = box.y + box.height / 2;
  await page.mouse.move(at(95), y);
  await page.mouse.down();
  await page.mouse.move(at(146), y, { steps: 5 });
  await page.mouse.up();
  await view
    .locator('footer')
    .getByText(/peak at/)
    .waitFor();
  const words = ((await view.locator('footer').textContent()) ?? '').replace(/\s+/g, ' ');
  // 1.5 + 2.25 · 120 + 1e-4 · 120² = 272.94
  expect(Math.abs(Number(/peak at (\d+\.\d+)/.exec(words)![1]) - 272.94)).toBeLessThan(0.8);

  await view.getByRole('button', { name: 'export' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Save table as CSV' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('granite.spe.csv');
  const rows = readFileSync(await file.path(), 'utf8')
    .trim()
    .split('\n');
  expect(rows[0]).toBe('channel,energy (keV),counts');
  expect(rows[121]).toBe(`120,272.94,${COUNTS[120]}`);
  expect(rows).toHaveLength(CHANNELS + 1);
  expect(app.problems).toEqual([]);
});
