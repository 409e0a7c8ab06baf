// Steps that several stories of a driven browser take. Node only.

import { expect } from 'vitest';
import type { FileKind } from '../support/file-kinds.ts';
import type { StoryPage } from './story-page.ts';

/** Figures beside a trace have five digits. */
const DIGITS_TOLERANCE = 6e-5;

export async function openFile(
  page: StoryPage,
  kind: Pick<FileKind, 'format' | 'raw'>,
  bytes: Uint8Array,
): Promise<void> {
  await page.drop({ something: bytes });
  if (kind.raw) await sayWhatTheNumbersAre(page, kind.raw);
  await expect.poll(() => page.text('lab-file-panel'), { timeout: 20_000 }).toContain(kind.format);
}

async function sayWhatTheNumbersAre(page: StoryPage, raw: NonNullable<FileKind['raw']>): Promise<void> {
  await page.click('button', '^Read it as bare numbers');
  await page.choose('Type', raw.type);
  await page.choose('Byte order', raw.order);
  await page.type('Channels', String(raw.channelCount));
  await page.type('Sample rate', String(raw.sampleRateHz));
  await page.type('Skip at the start', String(raw.skipBytes));
  await expect.poll(() => page.text('lab-numbers-dialog')).toContain('6 000 samples of each channel, 120.0 ms.');
  await page.click('lab-numbers-dialog button', '^Open$');
}

/** Looks at the samples whose figures are known, and reads those beside the trace. */
export async function expectDigits(page: StoryPage, kind: FileKind): Promise<void> {
  const at = (sample: number) => (kind.isCounted ? String(sample) : `${kind.offsetS + sample / kind.sampleRateHz} s`);
  // the plot begins with a view of its own
  await expect.poll(() => page.laneFigures(kind.lane, kind.unit), { timeout: 20_000 }).toBeDefined();
  // a pair of markers opens the panel that has the fields
  await page.press('d');
  await page.type('End of the view', at(kind.end));
  await page.type('Start of the view', at(kind.start));
  const { mean, std, min, max } = kind.figures();
  const zero = 1e-9 * Math.max(Math.abs(min), Math.abs(max));
  const isClose = (found: number, value: number, tolerance: number) =>
    Math.abs(found - value) <= tolerance * Math.abs(value) + zero;
  const differences = async () => {
    const shown = await page.laneFigures(kind.lane, kind.unit);
    if (!shown) return [`no figures: ${JSON.stringify(await page.drawnTexts())}`];
    return Object.entries({ mean, std, min, max }).flatMap(([name, value]) => {
      const found = shown.get(name);
      // a low lane has room for the mean alone; not every reference tells std
      if (value === undefined || (found === undefined && name !== 'mean')) return [];
      const tolerance = Math.max(DIGITS_TOLERANCE, (name === 'std' && kind.stdTolerance) || 0);
      return found !== undefined && isClose(found, value, tolerance) ? [] : [`${name}: ${found} instead of ${value}`];
    });
  };
  await expect.poll(differences, { timeout: 20_000 }).toEqual([]);
}

/** Starts a simulated JS110 and sees its load's current in the lane: it is never nothing, and its trace is there. */
export async function startSimulator(page: StoryPage): Promise<void> {
  await page.click('lab-live-view button', '^Start$');
  await page.untilNamed('[role=group]', '^Run');
  await expect.poll(() => page.text('footer'), { timeout: 20_000 }).toContain('2.00 MS/s');
  await expectCurrent(page);
  await expect.poll(() => page.colouredPixels(), { timeout: 20_000 }).toBeGreaterThan(300);
}

export async function expectCurrent(page: StoryPage): Promise<void> {
  const mean = async () => (await page.laneFigures('current', 'A'))?.get('mean') ?? 0;
  await expect.poll(mean, { timeout: 20_000 }).toBeGreaterThan(0);
}

/** Source and filter are a user's; both run in frames of their own. */
const OWN_SETUP = `
Buffers:
  In: {slot_count: 64, data_length: 10, data_dtype: {x: f4}}
  Out: {slot_count: 64, data_length: 10, data_dtype: {x: f4}}
Workers:
  source: {file: own.js, function: source, sinks: [In]}
  even: {file: own.js, function: even, sources: [In], sinks: [Out]}
  drain: {function: exporters.drain, sources: [Out]}
  scope: {function: observers.oscilloscope, observes: [Out]}
`;
const OWN_MODULE = `
export function source() {
  let count = 0;
  return {
    template: 'Importer',
    next: () => new Promise((resolve) => setTimeout(() => resolve(true), 5)),
    write: (event) => {
      for (let i = 0; i < 10; i++) event.set('x', count, i);
      count++;
    },
  };
}
export const even = () => ({ template: 'Filter', accept: (event) => event.get('x') % 2 === 0 });
`;

/** Agrees to a setup with a module of its own, and starts it. */
export async function startOwnModule(page: StoryPage): Promise<void> {
  const bytes = (text: string) => new TextEncoder().encode(text);
  await page.drop({ 'setup.yaml': bytes(OWN_SETUP), 'own.js': bytes(OWN_MODULE) });
  await page.click('lab-pipeline-bar button', '^Start$');
  await page.click('lab-module-dialog button', '^I have read it');
}
