// Instruments and recordings of the built page, through the page's own application state.

import type { BrowserContext, Page } from 'playwright-core';
import type {} from '../../src/ui/shell/lab-app.ts';

/** Connects and starts; the page shows what it shows when a user does it from the list. */
export async function connect(page: Page, choiceId: string): Promise<void> {
  await page.evaluate(async (id) => {
    const { instruments } = document.querySelector('lab-app')!.app;
    await instruments.refresh();
    const choice = instruments.choices.value.find((candidate) => candidate.id === id);
    if (!choice) throw new Error(`${id} is not in the list`);
    await instruments.connect(choice, { start: true });
  }, choiceId);
}

export interface Look {
  readonly state: string;
  readonly receivedCount: number;
  readonly missingCount: number;
  readonly gapCount: number;
  readonly seconds: number;
}

export function look(page: Page, choiceId: string): Promise<Look> {
  return page.evaluate((id) => {
    const { instruments } = document.querySelector('lab-app')!.app;
    const instrument = instruments.connected.value.find(({ choice }) => choice.id === id);
    if (!instrument) throw new Error(`${id} is not connected`);
    const { state, health } = instrument.status.value;
    const current = instrument.handle.store.signals().find((signal) => signal.id === 'current');
    return {
      state,
      receivedCount: health.receivedSampleCount,
      missingCount: health.missingSampleCount,
      gapCount: health.gapCount,
      seconds: current?.timing === 'steady' ? current.endSample / current.sampleRateHz : 0,
    };
  }, choiceId);
}

/** Looks until `isReached`. */
export async function until(page: Page, choiceId: string, isReached: (now: Look) => boolean): Promise<Look> {
  for (;;) {
    const now = await look(page, choiceId);
    if (isReached(now)) return now;
    await page.waitForTimeout(100);
  }
}

/** Pulls the cable of a simulated instrument; it is put back after two seconds. */
export async function pullCable(page: Page, choiceId: string): Promise<void> {
  await page.evaluate(async (id) => {
    const { instruments } = document.querySelector('lab-app')!.app;
    const instrument = instruments.connected.value.find(({ choice }) => choice.id === id);
    await instrument!.handle.set('sim.unplug', true);
  }, choiceId);
}

export interface RecordOptions {
  /** 0: until it is stopped. */
  readonly durationS: number;
  /** Of each instrument; all that it streams when left out. */
  readonly signalIds?: readonly string[];
}

/** Records these instruments into one file. Returns the recording's id. */
export function record(page: Page, choiceIds: readonly string[], options: RecordOptions): Promise<string> {
  return page.evaluate(
    async ([ids, { durationS, signalIds }]) => {
      const { instruments, recordings } = document.querySelector('lab-app')!.app;
      const before = new Set(recordings.active.value.map(({ id }) => id));
      const sources = instruments.connected.value
        .filter(({ choice }) => ids.includes(choice.id))
        .map((instrument) => ({ instrument, ...(signalIds && { signalIds }) }));
      await recordings.start(sources, durationS);
      const started = recordings.active.value.find(({ id }) => !before.has(id));
      if (!started) throw new Error('no recording was started');
      return started.id;
    },
    [choiceIds, options] as const,
  );
}

/** Waits for the end of a recording. Rejects when it is no whole file. */
export async function recorded(page: Page, id: string): Promise<void> {
  await page.evaluate(async (wanted) => {
    const { recordings } = document.querySelector('lab-app')!.app;
    for (;;) {
      const entry = recordings.entries.value.find((candidate) => candidate.id === wanted);
      if (entry?.state === 'finished') return;
      if (entry && entry.state !== 'recording') throw new Error(`${entry.state}: ${entry.note}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }, id);
}

/** Without a picker the browser's downloads take what is saved, which a test can read. Before a page is opened. */
export function withoutSavePicker(context: BrowserContext): Promise<unknown> {
  return context.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
}

/** Saves the newest recording from the list of the Files view, which is shown, to a place on the disk. */
export async function saveNewestRecording(page: Page, path: string): Promise<void> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page
      .locator('lab-recording-list tbody tr')
      .first()
      .getByRole('button', { name: /^Save as / })
      .click(),
  ]);
  await file.saveAs(path);
}
