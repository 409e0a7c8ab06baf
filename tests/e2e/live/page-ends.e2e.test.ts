// The page of a recording ends in the middle of it, or another tab takes a hand in it, on the built page. What was written is
// there at the next start, with how the page ended as far as that can be told; what one tab makes no other one touches.

import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { expectStreaming, FaultyBrowser, recordSimulated } from '../../support/faulty-browser.ts';
import { openExample, runState, shutDown } from '../../support/pipeline-page.ts';

let browser: FaultyBrowser;

beforeEach(async () => {
  browser = await FaultyBrowser.launch(inject('baseUrl'));
});

afterEach(async () => {
  expect(browser.raw).toEqual([]);
  await browser.close();
});

const row = (page: Page) => page.locator('lab-recording-list tbody tr');

const LEFT = 'It ended because its page was closed, left or loaded again.';
const CRASHED = 'It was cut off: its page, the browser or the computer ended without a word.';
const DISCARDED = 'It ended because the browser discarded its page to save memory.';

/** The next start tells how much there is, and a repair makes a whole file of it. */
async function expectRepairable(next: Page, why: string): Promise<void> {
  const { detail } = await browser.heard(/A recording was interrupted/);
  expect(detail).toContain(why);
  expect(detail).toMatch(/What was written, 0:0[2-9], [\d.]+\sMB, is safe and can be repaired\.$/);
  await next.goto(`${inject('baseUrl')}#/files`);
  await row(next).getByText('Interrupted').waitFor();
  await row(next).getByText(why).waitFor();
  await row(next).getByRole('button', { name: 'Repair' }).click();
  await row(next).getByText('Finished').waitFor();
  // why it ended is still told
  expect(await row(next).locator('p').textContent()).toMatch(
    new RegExp(`^${why.replaceAll('.', '\\.')} Repaired: 0:0[2-9], [\\d.]+\\sMB\\.$`),
  );
  await row(next)
    .getByRole('button', { name: /^Open / })
    .first()
    .click();
  await next.locator('lab-file-panel').getByText('8 signals').waitFor();
  expect(
    await next
      .locator('lab-file-panel')
      .getByText(/notes? about this file/)
      .count(),
  ).toBe(0);
}

const LEAVINGS: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'loaded again': (page) => page.reload(),
  'left for another page': (page) => page.goto('about:blank'),
  closed: (page) => page.close({ runBeforeUnload: true }),
};

test.each(Object.entries(LEAVINGS))('a page that is %s', async (_, leave) => {
  const page = await browser.open();
  await recordSimulated(page);
  await leave(page);
  await expectRepairable(await browser.open(), LEFT);
});

async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash');
  page.goto('chrome://crash').catch(() => undefined);
  await crashed;
}

test('a page that crashes', async () => {
  const page = await browser.open();
  await recordSimulated(page);
  await crash(page);
  await expectRepairable(await browser.open(), CRASHED);
});

test('a page that the browser discards says so when it is loaded again, in its tab and in no other', async () => {
  // as Chromium does it: a discarded page hears of nothing, and is told when it is loaded again
  await browser.context.addInitScript(() => {
    const isAgain = sessionStorage.getItem('test-is-again') !== null;
    sessionStorage.setItem('test-is-again', 'yes');
    Object.defineProperty(Document.prototype, 'wasDiscarded', { get: () => isAgain });
    const listen = window.addEventListener.bind(window) as (...all: unknown[]) => void;
    Object.assign(window, {
      addEventListener: (type: string, ...rest: unknown[]) => type !== 'pagehide' && listen(type, ...rest),
    });
  });
  const page = await browser.open();
  await recordSimulated(page);
  await page.reload();
  await page.locator('lab-app nav').waitFor();
  await expectRepairable(page, DISCARDED);
});

test('a page that is frozen and thawed: what came meanwhile is in the recording, or counted as missing', async () => {
  const page = await browser.open();
  await recordSimulated(page);
  const session = await browser.context.newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await expectStreaming(page);
  await page.keyboard.press('r');
  await browser.heard(/Recording finished|A recording ended by itself/);
  const entry = await page.evaluate(() => {
    const { durationS, state, missingSampleCount, recorderLostSampleCount } =
      document.querySelector('lab-app')!.app.recordings.entries.value[0]!;
    return { durationS, state, missingSampleCount, recorderLostSampleCount };
  });
  expect(entry.state).toBe('finished');
  // two seconds before, three while it was frozen
  expect(entry.durationS).toBeGreaterThan(5);
  expect(entry).toMatchObject({ missingSampleCount: 0, recorderLostSampleCount: 0 });
});

test('another tab sees a recording and changes nothing in it but its name', async () => {
  const page = await browser.open();
  await recordSimulated(page);
  const other = await browser.open('#/files');
  await row(other).getByText('Runs in another tab; stop it there').waitFor();
  const refusals = await other.evaluate(async () => {
    const { app } = document.querySelector('lab-app')!;
    const [entry] = app.recordings.entries.value;
    const refused: string[] = [];
    const note = (error: unknown) => refused.push((error as Error).message);
    await app.recordings.file(entry!.id).catch(note);
    await app.recordings.repair(entry!);
    await app.recordings.stop(entry!);
    await app.recordings.rename(entry!, 'boot.jls');
    return refused;
  });
  expect(refusals[0]).toMatch(/is in use by another tab\. Finish it there\. Nothing was changed\./);
  expect((await browser.heard(/was not repaired/)).detail).toMatch(/in use, perhaps in another tab/);
  expect((await browser.heard(/was not finished/)).detail).toMatch(/runs in another tab\. Stop it there/);
  await page.getByRole('button', { name: /Stop recording\s*0:0[4-9]/ }).waitFor();
  await page.keyboard.press('r');
  expect((await browser.heard(/Recording finished/)).detail).toMatch(/^boot\.jls, /);
  await row(other).getByText('Finished').waitFor();
});

test('two tabs record at once, and each ends its own', async () => {
  const page = await browser.open();
  await recordSimulated(page);
  const other = await browser.open();
  await other.getByRole('button', { name: 'Start', exact: true }).first().click();
  await other.getByText('RUN', { exact: true }).waitFor();
  await other.keyboard.press('r');
  await other.getByRole('button', { name: /Stop recording.*0:0[2-9]/s }).waitFor();
  await other.keyboard.press('r');
  await browser.heard(/Recording finished/);
  await page.getByRole('button', { name: /^Stop recording/ }).waitFor();
  await page.keyboard.press('r');
  await page.goto(`${inject('baseUrl')}#/files`);
  await expect.poll(() => row(page).getByText('Finished').count()).toBe(2);
});

test('a run is not deleted while it is on, neither here nor from another tab', async () => {
  const page = await browser.open();
  await openExample(page, /^Write a .mimo file/);
  const other = await browser.open();
  const remove = (tab: Page) =>
    tab.evaluate(async () => {
      const { pipelines, toasts, clock } = document.querySelector('lab-app')!.app;
      await pipelines.refreshRuns();
      pipelines.remove(pipelines.runNames[0]!);
      // until the time is over in which it can be taken back
      while (!toasts.list.value.some(({ title }) => title.includes('was not deleted'))) {
        await new Promise<void>((resolve) => clock.after(100, resolve));
      }
    });
  for (const tab of [page, other]) {
    await remove(tab);
    expect((await browser.heard(/was not deleted/)).detail).toMatch(/is still running, perhaps in another tab/);
  }
  await runState(page).getByText('Running').waitFor();
  await shutDown(page);
  expect((await browser.heard(/The run has ended/)).detail).toMatch(/the files are in run_/);
});

test('settings of two tabs are both kept', async () => {
  const [one, two] = [await browser.open(), await browser.open()];
  const set = (page: Page, id: string, value: string) =>
    page.evaluate(([name, next]) => document.querySelector('lab-app')!.app.settings.set(name!, next!), [id, value]);
  await set(one, 'meter.digits', '4');
  await set(two, 'meter.charge-unit', 'Ah');
  const three = await browser.open();
  expect(
    await three.evaluate(() => {
      const { settings } = document.querySelector('lab-app')!.app;
      return [settings.get('meter.digits'), settings.get('meter.charge-unit')];
    }),
  ).toEqual(['4', 'Ah']);
});
