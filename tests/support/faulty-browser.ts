// The built page in a Chromium whose storage is taken away, filled up or held up by a test. The profile lies on the disk:
// what a private window keeps lies in memory and proves little.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.mjs';
import type {} from '../../src/ui/shell/lab-app.ts';

/** What a browser says in its own words. */
const RAW_TEXT = /Error\b|Failed to execute|DOMException|connection is clos|undefined|\[object/;

export interface Said {
  readonly title: string;
  readonly detail: string;
}

export class FaultyBrowser {
  readonly profile: string;
  readonly context: BrowserContext;
  readonly #baseUrl: string;
  readonly #said: Said[] = [];

  private constructor(profile: string, context: BrowserContext, baseUrl: string) {
    this.profile = profile;
    this.context = context;
    this.#baseUrl = baseUrl;
  }

  static async launch(baseUrl: string): Promise<FaultyBrowser> {
    const profile = mkdtempSync(join(tmpdir(), 'pulsebench-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: findChromium(),
      args: CHROMIUM_ARGS,
      viewport: { width: 1280, height: 720 },
    });
    const browser = new FaultyBrowser(profile, context, baseUrl);
    await context.exposeFunction('noteMessage', (title: string, detail: string) =>
      browser.#said.push({ title, detail }),
    );
    await context.addInitScript(() => {
      const seen = new Set<number>();
      const { noteMessage } = globalThis as unknown as { noteMessage(title: string, detail: string): void };
      setInterval(() => {
        for (const { id, title, detail = '' } of document.querySelector('lab-app')?.app?.toasts.list.value ?? []) {
          if (!seen.has(id)) noteMessage(title, detail);
          seen.add(id);
        }
      }, 50);
    });
    return browser;
  }

  async close(): Promise<void> {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true });
  }

  async open(hash = ''): Promise<Page> {
    const page = await this.context.newPage();
    page.on('dialog', (dialog) => void dialog.accept());
    await page.goto(`${this.#baseUrl}${hash}`);
    await page.locator('lab-app nav').waitFor();
    return page;
  }

  /** A page of the same site without the program. */
  async openBare(): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(`${this.#baseUrl}manifest.webmanifest`);
    return page;
  }

  /** As the browser's settings do it; `types` as the DevTools protocol names them. */
  async clear(page: Page, types: string): Promise<void> {
    await this.#send(page, 'Storage.clearDataForOrigin', { storageTypes: types });
  }

  /** All that the site may use; without a number as much as there is. */
  async setQuota(page: Page, quotaSize?: number): Promise<void> {
    await this.#send(page, 'Storage.overrideQuotaForOrigin', quotaSize === undefined ? {} : { quotaSize });
  }

  /** Waits for a message. Of each it is known that no page spoke in a browser's words. */
  async heard(title: RegExp): Promise<Said> {
    for (let turn = 0; turn < 300; turn++) {
      const said = this.#said.find((message) => title.test(message.title));
      if (said) return said;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${title} was not said, but ${JSON.stringify(this.#said)}`);
  }

  /** Messages so far. */
  get said(): readonly Said[] {
    return this.#said;
  }

  /** Messages in which a browser's own words came through. */
  get raw(): readonly Said[] {
    return this.#said.filter(({ title, detail }) => RAW_TEXT.test(`${title} ${detail}`));
  }

  async #send(
    page: Page,
    method: 'Storage.clearDataForOrigin' | 'Storage.overrideQuotaForOrigin',
    params: object,
  ): Promise<void> {
    const session = await this.context.newCDPSession(page);
    // It stays: with its session a quota ends, too.
    await session.send(method, { origin: new URL(this.#baseUrl).origin, ...params } as never);
  }
}

/** Streams from the simulated JS110 and records; two seconds are written when this returns. */
export async function recordSimulated(page: Page): Promise<void> {
  await stream(page);
  await page.keyboard.press('r');
  await page.getByRole('button', { name: /Stop recording\s*0:0[2-9]/ }).waitFor();
}

/** Samples that the first instrument has sent. */
export function receivedCount(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      document.querySelector('lab-app')!.app.instruments.connected.value[0]!.status.value.health.receivedSampleCount,
  );
}

/** Starts the simulated JS110. */
export async function stream(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start', exact: true }).first().click();
  await page.getByText('RUN', { exact: true }).waitFor();
}

/** Sees that the instrument goes on. */
export async function expectStreaming(page: Page): Promise<void> {
  const before = await receivedCount(page);
  await page.waitForFunction(
    (count) =>
      document.querySelector('lab-app')!.app.instruments.connected.value[0]!.status.value.health.receivedSampleCount >
      count + 1_000_000,
    before,
  );
}
