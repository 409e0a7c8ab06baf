// The gallery on the built page: every example starts with one click, explains itself, and ends without an error.

import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { EXAMPLES } from '../../src/app/pipeline/examples.ts';
import { type BuiltApp, openBuiltApp } from '../support/built-app.ts';
import { eventCounts, openExample, runState, saveZip, untilEnded } from '../support/pipeline-page.ts';

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
  await app.context.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
});

afterEach(() => app.close());

test.each(EXAMPLES)('$title', async ({ title, guide, setup, files }) => {
  const page = await app.visit();
  const asks = files.some((file) => file.endsWith('.js'));
  await openExample(page, new RegExp(`^${title.replaceAll('.', '\\.')}`), asks);
  await page.locator('lab-pipeline-bar').getByRole('heading', { name: title }).waitFor();
  for (const text of [...guide.see, ...guide.tryOut, guide.physics]) await page.getByText(text).waitFor();
  // Something to look at, then the end: the replay ends by itself.
  await page
    .getByRole('img', { name: /: event \d+$/ })
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Shut down roots' }).click();
  await untilEnded(page);
  await page.getByRole('tab', { name: 'Logs', exact: true }).waitFor();
  const counts = eventCounts(await saveZip(page));
  expect(Math.max(...counts.values()), setup).toBeGreaterThan(0);
  await runState(page).getByText('0 threads').waitFor();
  expect(app.problems).toEqual([]);
});
