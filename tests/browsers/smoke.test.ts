// A minute in the browsers other than Chromium, as far as they are installed: the page starts, a file of each reader
// that runs the core shows its digits, and a simulated instrument streams. All stories: `npm run test:browsers`.

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { isInstalled } from '../../scripts/browsers.mjs';
import { FILE_KINDS } from '../support/file-kinds.ts';
import { FIREFOX, WEBKIT_LIKE_SAFARI } from './browsers.ts';
import type { DrivenBrowser } from './driven-browser.ts';
import { expectDigits, openFile, startSimulator } from './stories.ts';
import { StoryPage } from './story-page.ts';

const FILES = FILE_KINDS.filter(({ name }) => ['JLS v2', '.mimo', 'LeCroy .trc, one trace'].includes(name));

describe.each([FIREFOX, WEBKIT_LIKE_SAFARI])('$name', ({ open, program }) => {
  describe.runIf(isInstalled(program))('where it is installed', () => {
    let browser: DrivenBrowser;
    let page: StoryPage;

    beforeAll(async () => {
      browser = await open();
      page = new StoryPage(browser);
    });

    afterAll(() => browser?.close());

    test.each(FILES)('$name has digits in its lanes', async (file) => {
      await page.visit(inject('baseUrl'));
      await openFile(page, file, await file.bytes());
      await expectDigits(page, file);
      expect(await page.problems()).toEqual([]);
    });

    test('a simulated JS110 streams', async () => {
      await page.visit(inject('baseUrl'));
      await startSimulator(page);
      expect(await page.problems()).toEqual([]);
    });
  });
});
