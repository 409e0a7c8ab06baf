// What the screen of a file says of itself: with which file it is compared, and what was decided about its times.

import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, dropFile, openBuiltApp } from '../support/built-app.ts';

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
});

afterEach(() => app.close());

const table = (header: string, row: (i: number) => string) =>
  Buffer.from(`${header}\n${Array.from({ length: 50 }, (_, i) => row(i)).join('\n')}\n`);

test('the selector of the comparison shows what is compared, and nothing when that is closed', async () => {
  const page = await app.visit();
  await dropFile(
    page,
    'a.csv',
    table('time (s),u', (i) => `${i / 10},${i}`),
  );
  await page.getByRole('heading', { name: 'a.csv' }).waitFor();
  await dropFile(
    page,
    'b.csv',
    table('time (s),u', (i) => `${i / 10},${-i}`),
  );
  await page.getByRole('heading', { name: 'b.csv' }).waitFor();
  const selector = page.getByLabel('Compare with another file');
  const shown = () =>
    selector.evaluate((element: HTMLSelectElement) => element.selectedOptions[0]?.textContent?.trim());
  expect(await shown()).toBe('Compare with…');
  await selector.selectOption('a.csv');
  expect(await shown()).toBe('a.csv');
  await dropFile(
    page,
    'c.csv',
    table('time (s),u', (i) => `${i / 10},${i % 7}`),
  );
  await page.getByRole('heading', { name: 'c.csv' }).waitFor();
  // Another file is shown, and it is compared with nothing.
  expect(await shown()).toBe('Compare with…');
  await selector.selectOption('b.csv');
  await page.getByRole('tab', { name: 'b.csv' }).click({ button: 'middle' });
  await expect.poll(shown).toBe('Compare with…');
  expect(app.problems).toEqual([]);
});

test('a note that the picture depends on stands with it', async () => {
  const page = await app.visit();
  await dropFile(
    page,
    'rows.csv',
    table('u,v', (i) => `${Math.sin(i)},${i % 5}`),
  );
  await page.getByRole('note').getByText('rows are counted').waitFor();
  await dropFile(
    page,
    'even.csv',
    table('time (s),u', (i) => `${i / 10},${i}`),
  );
  await page.getByRole('heading', { name: 'even.csv' }).waitFor();
  expect(await page.getByRole('note').count()).toBe(0);
  await dropFile(
    page,
    'back.csv',
    table('time (s),u', (i) => `${i === 20 ? 0.5 : i / 10},${i}`),
  );
  await page.getByRole('heading', { name: 'back.csv' }).waitFor();
  await page
    .getByRole('note')
    .getByText(/line 22/)
    .waitFor();
  expect(app.problems).toEqual([]);
});
