// Every kind of file on the built page, as an analyst uses it: dropped under a name that says nothing, looked at, zoomed,
// measured, exported between the markers, and the export opened again with the same figures.

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { formatCount, parseSi } from '../../src/base/si.ts';
import { signalWords } from '../../src/model/signal-words.ts';
import { type BuiltApp, dropFile, nextFrames, openBuiltApp, waveformCanvas } from '../support/built-app.ts';
import { FILE_KINDS, type Figures, type FileKind } from '../support/file-kinds.ts';

/** Part of a value that is lost where a table of text has singles in as few digits as they need to come back. */
const SINGLE_TOLERANCE = 6e-8;
/** The page shows six digits. */
const DIGITS_TOLERANCE = 6e-6;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

let app: BuiltApp;

beforeAll(async () => {
  app = await openBuiltApp(inject('baseUrl'));
  // without a picker the browser's downloads take the file, which a test can read
  await app.context.addInitScript(() => {
    for (const name of ['showSaveFilePicker', 'showOpenFilePicker']) Reflect.deleteProperty(window, name);
  });
  app.context.setDefaultTimeout(15_000);
});

afterAll(() => app.close());

const panel = (page: Page) => page.locator('lab-file-panel');
const markers = (page: Page) => page.locator('lab-marker-panel');
const dialog = (page: Page) => page.locator('lab-export-dialog');

async function drop(page: Page, name: string, kind: Pick<FileKind, 'format' | 'raw'>, bytes: Uint8Array) {
  await dropFile(page, name, bytes);
  if (kind.raw) await sayWhatTheNumbersAre(page, kind.raw);
  await page.locator(`[role=tab][aria-selected=true][title="${name}"]`).waitFor();
  await panel(page).getByText(kind.format, { exact: true }).waitFor();
  await expect.poll(() => colouredPixels(page)).toBeGreaterThan(300);
  await nextFrames(page);
}

async function sayWhatTheNumbersAre(page: Page, raw: NonNullable<FileKind['raw']>): Promise<void> {
  await page.getByRole('button', { name: 'Read it as bare numbers…' }).click();
  const question = page.locator('lab-numbers-dialog');
  await question.getByLabel('Type').selectOption({ label: raw.type });
  await question.getByLabel('Byte order').selectOption({ label: raw.order });
  const typed = { Channels: raw.channelCount, 'Sample rate': raw.sampleRateHz, 'Skip at the start': raw.skipBytes };
  for (const [label, value] of Object.entries(typed)) {
    await question.getByLabel(label).fill(String(value));
    await question.getByLabel(label).press('Enter');
  }
  await question.getByText('6 000 samples of each channel, 120.0 ms.').waitFor();
  await question.getByRole('button', { name: 'Open' }).click();
}

/** Pixels of the picture that have a colour: traces do, axes and grid have none to speak of. */
function colouredPixels(page: Page): Promise<number> {
  return waveformCanvas(page).evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    // a copy: the canvas itself may be another thread's
    const copy = new OffscreenCanvas(width, height).getContext('2d')!;
    copy.drawImage(canvas as HTMLCanvasElement, 0, 0);
    const { data } = copy.getImageData(0, 60, width, height - 60);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
      if (Math.max(red, green, blue) - Math.min(red, green, blue) > 80) count++;
    }
    return count;
  });
}

/** What a field holds, with all digits: it shows them while it has the focus. */
async function exactText(page: Page, label: string | RegExp): Promise<string> {
  const field = page.getByLabel(label);
  await field.focus();
  const text = await field.inputValue();
  await field.blur();
  return text;
}

/** Seconds or samples on screen. */
async function spanS(page: Page): Promise<number> {
  return parseSi(await exactText(page, /^Span of the view/), 's')!;
}

async function zoomByWheelAndBox(page: Page): Promise<void> {
  const plot = (await page.locator('lab-waveform-plot').boundingBox())!;
  const whole = await spanS(page);
  const left = plot.x + plot.width / 3;
  await page.mouse.move(left, plot.y + 150);
  for (let step = 0; step < 3; step++) await page.mouse.wheel(0, -100);
  const wheeled = whole / 1.25 ** 3;
  await expect.poll(async () => (await spanS(page)) / wheeled).toBeCloseTo(1, 6);
  await page.keyboard.down('Control');
  await page.mouse.move(left, plot.y + 100);
  await page.mouse.down();
  await page.mouse.move(left + plot.width / 4, plot.y + 130, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Control');
  // a quarter of the plot, of which the axis and the figures beside it take some
  await expect.poll(async () => (await spanS(page)) / wheeled).toBeLessThan(0.4);
  expect((await spanS(page)) / wheeled).toBeGreaterThan(0.25);
  await page.keyboard.press('Escape');
  await expect.poll(async () => (await spanS(page)) / wheeled).toBeCloseTo(1, 6);
  await page.keyboard.press('0');
  await expect.poll(() => spanS(page)).toBe(whole);
}

async function lookAtEvents(page: Page, eventCount: number): Promise<void> {
  await page.getByRole('button', { name: 'Events', exact: true }).click();
  const view = page.locator('lab-event-view');
  await view.getByRole('heading', { name: 'Event 0' }).waitFor();
  await view.locator('canvas').focus();
  await page.keyboard.press('End');
  await view.getByRole('heading', { name: `Event ${eventCount - 1}` }).waitFor();
  await page.getByRole('button', { name: 'Waveform', exact: true }).click();
  await expect.poll(() => colouredPixels(page)).toBeGreaterThan(300);
  await nextFrames(page);
}

async function type(page: Page, label: string, text: string): Promise<void> {
  await page.getByLabel(label).fill(text);
  await page.getByLabel(label).press('Enter');
}

/** A pair of markers with typed ends; the figures of one lane as the table shows them, once they are exact. */
async function measure(
  page: Page,
  { lane, unit, isCounted }: { readonly lane: string; readonly unit: string; readonly isCounted: boolean },
  ends: readonly [string, string],
  sampleCount: number,
) {
  await page.keyboard.press('d');
  await type(page, 'First end of marker 1', ends[0]);
  await type(page, 'Second end of marker 1', ends[1]);
  const row = async (name: string): Promise<string> => {
    const table = await markers(page)
      .locator('tr')
      .evaluateAll((rows) =>
        rows.map((it) => Array.from((it as HTMLTableRowElement).cells, (cell) => cell.textContent?.trim() ?? '')),
      );
    const column = table[0]?.indexOf(signalWords(lane)) ?? -1;
    expect(column, `${lane} among ${table[0]?.join()}`).toBeGreaterThan(0);
    return table.find(([first]) => first === name)![column]!;
  };
  await expect.poll(() => row('samples')).toBe(formatCount(sampleCount));
  const figure = async (name: string, of: string) => parseSi(await row(name), of)!;
  await expect.poll(() => row('mean')).toMatch(/^[\d−]/);
  const integralUnit = { A: 'C', V: 'V·s', '': 's' }[unit]!;
  return {
    mean: await figure('mean', unit),
    std: await figure('std', unit),
    min: await figure('min', unit),
    max: await figure('max', unit),
    peakToPeak: await figure('p-p', unit),
    integral: isCounted ? await figure('sum', unit) : await figure('∫ dt', integralUnit),
  };
}

type Shown = Awaited<ReturnType<typeof measure>>;

function expectFigures(shown: Shown, wanted: Figures & { peakToPeak?: number }, stdTolerance = DIGITS_TOLERANCE): void {
  const scale = SINGLE_TOLERANCE * Math.max(Math.abs(wanted.min), Math.abs(wanted.max));
  const expectClose = (name: string, found: number, value: number, tolerance = DIGITS_TOLERANCE) =>
    expect(Math.abs(found - value), `${name}: ${found} instead of ${value}`).toBeLessThanOrEqual(
      tolerance * Math.abs(value) + scale,
    );
  for (const name of ['mean', 'min', 'max', 'integral'] as const) expectClose(name, shown[name], wanted[name]);
  expectClose('p-p', shown.peakToPeak, wanted.peakToPeak ?? wanted.max - wanted.min);
  if (wanted.std !== undefined) expectClose('std', shown.std, wanted.std, stdTolerance);
}

async function openExportDialog(page: Page): Promise<void> {
  await page.locator('lab-waveform-view').getByRole('button', { name: 'Export…' }).click();
  await dialog(page)
    .getByRole('heading', { name: /^Export/ })
    .waitFor();
  expect(await dialog(page).getByLabel('Between the markers').isChecked()).toBe(true);
}

async function download(page: Page, button: string): Promise<Uint8Array> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog(page).getByRole('button', { name: button, exact: true }).click(),
  ]);
  return new Uint8Array(readFileSync(await file.path()));
}

async function takePicture(page: Page, picture: 'png' | 'svg', lane: string): Promise<void> {
  const bytes = await download(page, picture.toUpperCase());
  const { width, height } = (await page.locator('lab-waveform-plot').boundingBox())!;
  if (picture === 'png') {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    expect([...bytes.subarray(0, 8)]).toEqual(PNG_SIGNATURE);
    // width and height in the IHDR chunk, at twice the pixels of the screen
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([2 * width, 2 * height]);
    return;
  }
  const texts = await page.evaluate((source) => {
    const image = new DOMParser().parseFromString(source, 'image/svg+xml');
    return Array.from(image.querySelectorAll('text'), (text) => text.textContent);
  }, new TextDecoder().decode(bytes));
  expect(texts).toEqual(expect.arrayContaining([lane, '1a', '1b']));
}

test.each(FILE_KINDS)('$name: drop, look, zoom, measure, export, open again', async (kind) => {
  const page = await app.visit();
  await drop(page, 'something', kind, await kind.bytes());
  await zoomByWheelAndBox(page);
  if (kind.eventCount !== undefined) await lookAtEvents(page, kind.eventCount);

  const { lane: firstLane, unit: firstUnit, isCounted = false } = kind;
  const at = (sample: number) => (isCounted ? `${sample}` : `${kind.offsetS + sample / kind.sampleRateHz} s`);
  const sampleCount = kind.end - kind.start;
  const ends = [at(kind.start), at(kind.end)] as const;
  const shown = await measure(page, { lane: firstLane, unit: firstUnit, isCounted }, ends, sampleCount);
  expectFigures(shown, kind.figures(), kind.stdTolerance);

  await openExportDialog(page);
  if (kind.picture) await takePicture(page, kind.picture, kind.lane);
  await dialog(page).getByLabel('Format').selectOption(kind.exportedAs);
  const exported = await download(page, 'Download');
  await dialog(page).getByText('is written.').waitFor();
  await dialog(page).getByRole('button', { name: 'Close', exact: true }).last().click();

  const { format, lane, hasClock } = kind.reopened;
  await drop(page, 'something else', { format }, exported);
  const edge = (label: string) => exactText(page, label);
  const whole = [await edge('Start of the view'), await edge('End of the view')] as const;
  const unit = hasClock ? kind.unit : '';
  const again = await measure(page, { lane, unit, isCounted: !hasClock }, whole, sampleCount);
  expectFigures(again, hasClock ? shown : { ...shown, integral: shown.mean * sampleCount }, DIGITS_TOLERANCE * 2);
  expect(app.problems).toEqual([]);
  await page.close();
});
