// The built page in a real Chromium, as a user has it: one browser context keeps its files between visits.

import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.mjs';

export interface BuiltApp {
  readonly context: BrowserContext;
  /** What went wrong on any page: console errors and uncaught exceptions. */
  readonly problems: readonly string[];
  /** Opens the page anew and waits until it can be used. */
  visit(): Promise<Page>;
  close(): Promise<void>;
}

let launched: Browser | undefined;

/** One for all tests of a file: what a test leaves behind lies in its context, and goes with that. */
async function browserOfFile(): Promise<Browser> {
  if (!launched?.isConnected()) {
    launched = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
  }
  return launched;
}

afterAll(() => launched?.close());

/**
 * A first visit has the service worker fetch every file of the build beside what a test does. Where no page is loaded again
 * nothing of that is seen: only who says so has one.
 */
export async function openBuiltApp(
  baseUrl: string,
  options: { colorScheme?: 'dark' | 'light'; serviceWorkers?: 'allow' } = {},
): Promise<BuiltApp> {
  const browser = await browserOfFile();
  const viewport = { width: 1280, height: 720 };
  const context = await browser.newContext({ viewport, serviceWorkers: 'block', ...options });
  const problems: string[] = [];
  context.on('weberror', (error) => problems.push(String(error.error())));
  context.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  return {
    context,
    problems,
    visit: async () => {
      const page = await context.newPage();
      await page.goto(baseUrl);
      await page.locator('lab-app nav').waitFor();
      return page;
    },
    close: () => context.close(),
  };
}

/** Drops a file on the window, as from the file manager. */
export function dropFile(page: Page, fileName: string, bytes: Uint8Array): Promise<void> {
  return page.evaluate(
    ([name, base64]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name));
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    },
    [fileName, Buffer.from(bytes).toString('base64')] as const,
  );
}

/** Drops files and folders of the disk on the window: a real drag, with the page's own way to the entries. */
export async function dropFromDisk(page: Page, paths: readonly string[]): Promise<void> {
  // the browser drops on what it has drawn, on the page in front
  await page.bringToFront();
  await nextFrames(page);
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
  }
  await session.detach();
}

/** The picture of the waveform. While it changes hands there are two canvases: the new one is the last. */
export function waveformCanvas(page: Page): Locator {
  return page.locator('lab-waveform-plot .base canvas').last();
}

/** Waits until frames that were due are drawn: a plot begins its view in the first frame after it has a size. */
export async function nextFrames(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );
}
