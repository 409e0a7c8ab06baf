// The built page in a real Chromium, as a user has it: one browser context keeps its files between visits.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
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

export interface BuiltAppOptions {
  colorScheme?: 'dark' | 'light';
  /**
   * A first visit has the service worker fetch every file of the build beside what a test does. Where no page is loaded again
   * nothing of that is seen: only who says so has one.
   */
  serviceWorkers?: 'allow';
  /**
   * A profile on disk, as a user's is: starting it takes a second. Left out, the page is in a private window, whose files
   * take twenty times as long to write (0.8 s for 16 MiB in pieces of 256 KiB, beside 0.04 s on the same machine): too long
   * for what records a Joulescope.
   */
  profile?: 'disk';
}

export async function openBuiltApp(baseUrl: string, { profile, ...options }: BuiltAppOptions = {}): Promise<BuiltApp> {
  const settings = { viewport: { width: 1280, height: 720 }, serviceWorkers: 'block', ...options } as const;
  const { context, close } = profile === 'disk' ? await openProfile(settings) : await openPrivateWindow(settings);
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
    close,
  };
}

interface OpenContext {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

async function openPrivateWindow(settings: BrowserContextOptions): Promise<OpenContext> {
  const context = await (await browserOfFile()).newContext(settings);
  return { context, close: () => context.close() };
}

async function openProfile(settings: BrowserContextOptions): Promise<OpenContext> {
  const folder = await mkdtemp(join(tmpdir(), 'pulsebench-profile-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: findChromium(),
    args: CHROMIUM_ARGS,
    ...settings,
  });
  const close = async (): Promise<void> => {
    await context.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return { context, close };
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

/** Where the markers of the panel stand, as its fields say it. */
export function markerPlaces(page: Page): Promise<readonly string[]> {
  return page
    .locator('lab-marker-panel input')
    .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value));
}
