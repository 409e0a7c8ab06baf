// A Red Pitaya on the built page: simulated in the page, and behind the bridge in the test's own process, where its true live
// time is known.

import { readFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { startBridge } from '../../../bridge/server.mjs';
import { systemClock } from '../../../src/base/clock.ts';
import { SimBoard } from '../../../src/devices/redpitaya/sim/board.ts';
import { SimMcphaServer } from '../../../src/devices/redpitaya/sim/server.ts';
import { disconnectAll } from '../../support/bench-page.ts';
import { type BuiltApp, openBuiltApp } from '../../support/built-app.ts';
import { type ServedPort, serveBytes } from '../../support/served-board.ts';
import { connectBoard, countAsBoard, fact, setOfFirst, spectraView } from '../../support/spectra-page.ts';

const SOON = { timeout: 30_000 };

let app: BuiltApp;
let page: Page;
let view: Locator;
let bridge: Awaited<ReturnType<typeof startBridge>>;
let board: SimBoard;
let served: ServedPort;

beforeAll(async () => {
  board = new SimBoard({ clock: systemClock, seed: 3, wiring: 'na-22', rateHz: 100_000 });
  const server = new SimMcphaServer(board);
  served = await serveBytes(() => server.connect());
  bridge = await startBridge({
    allow: [`127.0.0.1:${served.port}`],
    origins: [new URL(inject('baseUrl')).origin],
  });
  app = await openBuiltApp(inject('baseUrl'));
  page = await app.visit();
  view = spectraView(page);
});

afterEach(async () => {
  await disconnectAll(page);
  expect(app.problems).toEqual([]);
});

afterAll(async () => {
  await app.close();
  await bridge.close();
  await served.close();
});

/** Adds the peak in a region of channels as a line of known energy. */
async function addLine(start: number, end: number, keV: number): Promise<void> {
  await view
    .locator('lab-histogram')
    .evaluate(
      (histogram, [from, to]) => (histogram as unknown as { mark(start: number, end: number): void }).mark(from!, to!),
      [start, end],
    );
  await view.getByLabel('keV', { exact: true }).fill(String(keV));
  await view.getByRole('button', { name: 'Add marked peak' }).click();
  await view.getByRole('button', { name: `Remove ${keV} keV` }).waitFor();
}

test('count a simulated source, calibrate it by two lines, read its lines, save it', async () => {
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await view.getByRole('button', { name: 'Count a simulated Co-60 source' }).click();
  await view.getByRole('button', { name: 'Stop' }).waitFor();
  await setOfFirst(page, 'sim.rate', 50_000);
  await expect.poll(() => fact(page, 'Counts'), SOON).toBeGreaterThan(150_000);
  await view.getByRole('button', { name: 'Stop' }).click();
  await view.getByRole('button', { name: 'Count', exact: true }).waitFor();

  // E = 2.5 keV + 0.74 keV · channel
  await addLine(1525, 1640, 1173.23);
  await addLine(1740, 1855, 1332.49);
  const words = (await view.locator('[data-fit]').textContent()) ?? '';
  const slope = Number(/\+ ([\d.]+)/.exec(words)![1]);
  expect(Math.abs(slope - 0.74)).toBeLessThan(0.01);
  const lines = view.locator('.lines');
  for (const name of ['Co-60 1173.23', 'Co-60 1332.49', 'sum 1173.23 + 1332.49']) {
    await lines.getByText(name).first().waitFor(SOON);
  }

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    view.getByRole('button', { name: 'SPE', exact: true }).click(),
  ]);
  const text = readFileSync(await file.path(), 'utf8').split('\r\n');
  const from = text.indexOf('$DATA:') + 2;
  const counts = text.slice(from, from + 4096).map(Number);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(await fact(page, 'Counts'));
  expect(text[text.indexOf('$MCA_CAL:') + 2]).toMatch(/^[\d.e-]+ 0\.7[34]\d+ keV$/);

  await view.getByRole('button', { name: 'Files' }).click();
  await page.locator('lab-spectrum-view').getByRole('heading', { name: /IN1/ }).waitFor();

  // the calibration is there on the next visit
  await page.reload();
  await page.locator('lab-app nav').waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await view.getByRole('button', { name: 'Count a simulated Co-60 source' }).click();
  expect(await view.locator('[data-fit]').textContent()).toBe(words);
  await view.getByRole('button', { name: 'Remove 1173.23 keV' }).waitFor();
});

test('through the bridge: the live time is that of the board within 0.1 %, and its counts are exact', async () => {
  await countAsBoard(page, board, served.port);
});

test('a board that serves somebody else says nothing, and that is said', async () => {
  const other: Socket = connectTcp({ host: '127.0.0.1', port: served.port });
  await new Promise((resolve) => other.once('connect', resolve));
  try {
    await connectBoard(page, served.port);
    await page.getByText(/serves one client at a time/).waitFor(SOON);
  } finally {
    other.destroy();
  }
});
