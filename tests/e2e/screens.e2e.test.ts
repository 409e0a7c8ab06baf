// A window that moves to a screen with other pixels: the picture is made anew, with as many pixels as it has now.

import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, dropFile, openBuiltApp, waveformCanvas } from '../support/built-app.ts';
import { TABLE_TEXT } from '../support/container-files.ts';

let app: BuiltApp;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
});
afterEach(() => app.close());

test('twice the pixels on a finer screen, and as many as before on the old one', async () => {
  const page = await app.visit();
  await dropFile(page, 'table.csv', Buffer.from(TABLE_TEXT));
  const canvas = waveformCanvas(page);
  await canvas.waitFor();
  const widthPx = () => canvas.evaluate((element) => (element as HTMLCanvasElement).width);
  const before = await widthPx();
  const session = await page.context().newCDPSession(page);
  const { width, height } = page.viewportSize()!;
  for (const deviceScaleFactor of [2, 1]) {
    await session.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor, mobile: false });
    await expect.poll(widthPx).toBe(before * deviceScaleFactor);
  }
  expect(app.problems).toEqual([]);
});
