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

test('any number of files are compared, and nothing with what is closed or with another file', async () => {
  const page = await app.visit();
  const names = ['a.csv', 'b.csv', 'c.csv'];
  for (const [factor, name] of names.entries()) {
    await dropFile(
      page,
      name,
      table('time (s),u', (i) => `${i / 10},${i * factor}`),
    );
    await page.getByRole('heading', { name }).waitFor();
  }
  const selector = page.getByLabel('Compare with another file');
  const chips = page.getByRole('group', { name: 'Compared files' }).getByRole('button');
  const shown = async () => (await chips.allTextContents()).map((text) => text.trim().replace(/\s+/g, ' '));
  await selector.selectOption({ label: 'a.csv' });
  await selector.selectOption({ label: 'b.csv' });
  await expect.poll(shown).toEqual(['B a.csv', 'C b.csv']);
  const traces = () =>
    page
      .locator('lab-waveform-view')
      .evaluate((view) =>
        (view as unknown as { lanes: { traces: { shown: { label: string } }[] }[] }).lanes[0]!.traces.map(
          (trace) => trace.shown.label,
        ),
      );
  await expect.poll(traces).toEqual(['c.csv', 'a.csv', 'b.csv']);
  await chips.filter({ hasText: 'a.csv' }).click();
  await expect.poll(shown).toEqual(['B b.csv']);
  await page.getByRole('tab', { name: 'b.csv' }).click({ button: 'middle' });
  await expect.poll(shown).toEqual([]);
  await selector.selectOption({ label: 'a.csv' });
  await page.getByRole('tab', { name: 'a.csv' }).click();
  await expect.poll(shown).toEqual([]);
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
