// Where the page cannot be what it is: over plain http from another computer, from a file, with a part missing. It says
// why and what to do; it is never blank.

import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.mjs';
import { dropFile } from '../support/built-app.ts';
import { DIST } from '../support/built-files.ts';
import { writeJls } from '../support/jls-files.ts';
import { StaticHost } from '../support/static-host.ts';

/** A name that is not this computer for the browser, though it leads here. */
const LAN_NAME = 'lab.example';

let browser: Browser;
let host: StaticHost;
let page: Page;
let thrown: string[];

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: [...CHROMIUM_ARGS, `--host-resolver-rules=MAP ${LAN_NAME} 127.0.0.1`],
  });
});

afterAll(() => browser.close());

beforeEach(async () => {
  host = new StaticHost(DIST);
  page = await (await browser.newContext()).newPage();
  thrown = [];
  page.on('pageerror', ({ message }) => thrown.push(message));
});

afterEach(async () => {
  await page.context().close();
  await host.stop();
});

describe('over http:// from another computer', () => {
  beforeEach(async () => {
    await page.goto((await host.start()).replace('127.0.0.1', LAN_NAME).replace('localhost', LAN_NAME));
    await page.locator('lab-app nav').waitFor();
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
  });

  test('one notice names the cause and the way out', async () => {
    const notices = page.locator('lab-banners li');
    await expect.poll(() => notices.allTextContents()).toHaveLength(1);
    expect(await notices.textContent()).toMatch(/http:\/\/ from another computer.*https:\/\/.*http:\/\/localhost/);
  });

  test('a file is opened, marked and exported', async () => {
    const file = writeJls({ dtype: 'f32' }, (writer) => writer.writeSamples(1, 0, new Float32Array(1000).fill(2.5)));
    await dropFile(page, 'lan.jls', file.bytes);
    const plot = page.locator('lab-waveform-view');
    await plot.waitFor();
    await page.locator('lab-waveform-plot').click();
    await page.keyboard.press('d');
    await page.locator('lab-marker-panel').getByText('2.50000').first().waitFor();
    await page.keyboard.press('e');
    const dialog = page.locator('lab-export-dialog');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^lan.*\.jls$/);
    expect(thrown).toEqual([]);
  });
});

test('a page from a file says what to do', async () => {
  await page.goto(`file://${DIST}index.html`);
  await expect
    .poll(() => page.getByRole('alert').textContent())
    .toMatch(/file:\/\/ page.*npm start.*http:\/\/localhost/);
});

test('a page whose program does not load says so', async () => {
  await page.route(/assets\/index-.*\.js/, (route) => route.abort());
  await page.goto(await host.start());
  await expect.poll(() => page.getByRole('alert').textContent()).toMatch(/did not load.*reload/);
});
