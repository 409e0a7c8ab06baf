// The stories of the built page in browsers other than Chromium. `npm run test:browsers` installs them.

import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { FILE_KINDS } from '../support/file-kinds.ts';
import { StaticHost } from '../support/static-host.ts';
import { openFirefox } from './firefox.ts';
import { StoryPage } from './story-page.ts';

const DIST = new URL('../../dist/', import.meta.url).pathname;

/** Figures have six digits, labels of axes at most three or four; whole numbers have no point. */
const isFigure = (text: string): boolean => /^[-−]?\d+\.\d/.test(text) && text.replace(/\D/g, '').length >= 5;

describe('Firefox', () => {
  let browser: Awaited<ReturnType<typeof openFirefox>>;
  let page: StoryPage;

  beforeAll(async () => {
    browser = await openFirefox('firefox-esr');
    page = new StoryPage(browser);
  });

  afterAll(() => browser.close());

  test('a simulated JS110: start, zoom, mark, record, list', async () => {
    await page.visit(inject('baseUrl'));
    await page.click('lab-live-view button', '^Start$');
    await page.untilNamed('[role=group]', '^Run');
    await expect.poll(() => page.text('footer'), { timeout: 20_000 }).toContain('2.00 MS/s');
    await page.zoomIn('lab-waveform-plot', 4);
    await page.press('d');
    await page.untilNamed('lab-marker-panel [role=group]', '^Figures at marker');
    await page.click('button', '^Record$');
    await expect.poll(() => page.text('lab-record-control .time'), { timeout: 30_000 }).toMatch(/00:0[2-9]|0:0[2-9]/);
    await page.click('button', '^Stop recording');
    await page.show('files');
    await expect.poll(() => page.text('lab-recording-list'), { timeout: 20_000 }).toContain('Finished');
    await page.click('lab-recording-list button', '^Open ');
    await page.untilNamed('lab-file-panel lab-waveform-plot canvas', '.');
    expect(await page.problems()).toEqual([]);
  });

  test.each(FILE_KINDS.filter(({ raw }) => raw === undefined))('$name has digits in its lanes', async (kind) => {
    await page.visit(inject('baseUrl'));
    await page.drop('something', await kind.bytes());
    await expect.poll(() => page.text('lab-file-panel'), { timeout: 20_000 }).toContain(kind.format);
    await expect.poll(async () => (await page.drawnTexts()).some(isFigure), { timeout: 20_000 }).toBe(true);
    expect(await page.problems()).toEqual([]);
  });

  test('muons: started, seen, ended', async () => {
    await page.visit(inject('baseUrl'));
    await page.show('pipeline');
    await page.click('lab-pipeline-view button', 'Muon lifetime');
    await expect.poll(() => page.text('lab-pipeline-bar'), { timeout: 20_000 }).toContain('Running');
    await page.untilNamed('[role=img]', '^scope_input: event [0-9]', 60_000);
    await page.untilNamed('[role=img]', '^Histogram histogram_up.* [1-9][0-9]* entries', 60_000);
    await page.click('button', 'Shut down roots');
    await expect.poll(() => page.text('lab-pipeline-bar'), { timeout: 60_000 }).toContain('Ended');
    expect(await page.problems()).toEqual([]);
  });

  test('an export is downloaded', async () => {
    const { bytes, format } = FILE_KINDS.find(({ name }) => name === 'JLS v2')!;
    await page.visit(inject('baseUrl'));
    await page.drop('something', await bytes());
    await expect.poll(() => page.text('lab-file-panel'), { timeout: 20_000 }).toContain(format);
    await page.click('lab-file-panel button', '^Export');
    await page.click('lab-export-dialog button', '^Download$');
    await expect.poll(() => page.text('lab-export-dialog'), { timeout: 20_000 }).toContain('is written.');
    await expect.poll(() => readdirSync(browser.downloads).filter((name) => !name.endsWith('.part'))).toHaveLength(1);
    expect(await page.problems()).toEqual([]);
  });

  test('offline after one visit, HDF5 included', async () => {
    const host = new StaticHost(DIST);
    const address = await host.start();
    await page.visit(address);
    const isKept = () =>
      browser.run(async () => {
        const names = await Promise.all((await caches.keys()).map(async (key) => (await caches.open(key)).keys()));
        return crossOriginIsolated && names.flat().some(({ url }) => url.includes('/hdf5_hl'));
      });
    await expect.poll(() => isKept().catch(() => false), { timeout: 40_000 }).toBe(true);
    await host.stop();
    await page.visit(address);
    const { bytes, format } = FILE_KINDS.find(({ name }) => name === 'HDF5')!;
    await page.drop('something', await bytes());
    await expect.poll(() => page.text('lab-file-panel'), { timeout: 20_000 }).toContain(format);
    expect(await page.problems()).toEqual([]);
  });
});
