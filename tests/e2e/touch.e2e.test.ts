// A finger on the plot: a long press asks for the menu, which stays when the finger goes up.

import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, dropFile, nextFrames, openBuiltApp, waveformCanvas } from '../support/built-app.ts';
import { TABLE_TEXT } from '../support/container-files.ts';

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
});
afterEach(() => app.close());

test('the menu of a long press stays until something is chosen, or pressed beside it', async () => {
  const page = await app.visit();
  await dropFile(page, 'table.csv', Buffer.from(TABLE_TEXT));
  await waveformCanvas(page).waitFor();
  await nextFrames(page);
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchEnd', x = 500, y = 300) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchStart' ? [{ x, y }] : [] });
  const everything = page.getByRole('menuitem', { name: 'Show everything' });
  await touch('touchStart');
  await everything.waitFor();
  await touch('touchEnd');
  await page.waitForTimeout(200);
  expect(await everything.isVisible()).toBe(true);
  await touch('touchStart', 300, 600);
  await touch('touchEnd');
  await everything.waitFor({ state: 'hidden' });
  expect(app.problems).toEqual([]);
});
