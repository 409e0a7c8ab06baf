// The live view on small screens and at 200 % zoom: everything is on the screen, and nothing lies on anything else.

import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type BuiltApp, openBuiltApp } from '../support/built-app.ts';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const isInside = (box: Box, width: number, height: number): boolean =>
  box.x >= -1 && box.y >= -1 && box.x + box.width <= width + 1 && box.y + box.height <= height + 1;

const doOverlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width - 1 && b.x < a.x + a.width - 1 && a.y < b.y + b.height - 1 && b.y < a.y + a.height - 1;

async function boxesOf(locator: Locator): Promise<Box[]> {
  const all = await Promise.all((await locator.all()).map((each) => each.boundingBox()));
  return all.filter((box): box is Box => box !== null && box.width > 0);
}

let app: BuiltApp;
let page: Page;

beforeAll(async () => {
  app = await openBuiltApp(inject('baseUrl'), { colorScheme: 'light' });
  page = await app.visit();
  await page.getByRole('button', { name: 'Start', exact: true }).first().click();
  await page.locator('lab-waveform-plot').waitFor();
  // On a phone it is closed at first.
  await page.getByRole('button', { name: 'Side panel' }).click();
});

afterAll(() => app.close());

describe.each([
  ['a laptop', 1280, 720],
  ['a laptop at 200 %', 640, 360],
  ['half a screen', 900, 700],
  ['a phone', 390, 800],
])('on %s', (_, width, height) => {
  beforeAll(async () => {
    await page.setViewportSize({ width, height });
  });

  test('digits, tools and views are on the screen, and apart', async () => {
    for (const name of ['lab-multimeter dd', 'lab-multimeter button', '.bar button', '.bar select', 'lab-rail a']) {
      const boxes = await boxesOf(page.locator(name));
      expect(boxes.length, name).toBeGreaterThan(0);
      expect(
        boxes.filter((box) => !isInside(box, width, height)),
        name,
      ).toEqual([]);
      expect(
        boxes.filter((a, i) => boxes.slice(i + 1).some((b) => doOverlap(a, b))),
        name,
      ).toEqual([]);
    }
    const [plot] = await boxesOf(page.locator('lab-waveform-plot'));
    expect(plot!.height).toBeGreaterThan(height / 3);
    expect(isInside(plot!, width, height)).toBe(true);
  });

  test('a message covers neither the plot nor the digits', async () => {
    await page.locator('lab-app').evaluate((element) => {
      const { toasts } = (element as unknown as { app: { toasts: { note(title: string, detail: string): void } } }).app;
      toasts.note('recording.jls saved', 'Its markers and notes are in the file.');
    });
    const message = page.locator('lab-toasts li').first();
    await message.waitFor();
    const covered = async () => {
      const [toast] = await boxesOf(message);
      const others = await boxesOf(page.locator('lab-waveform-plot, lab-multimeter, lab-status-bar, lab-rail a'));
      return others.filter((box) => doOverlap(toast!, box));
    };
    // It arrives with a short motion.
    await expect.poll(covered).toEqual([]);
    while ((await page.locator('lab-toasts li').count()) > 0) {
      await page.getByRole('button', { name: 'Close the message' }).first().click();
    }
  });
});

test('the theme is that of the system, and lanes speak as the settings do', async () => {
  expect(await page.locator('html').getAttribute('data-theme')).toBe('light');
  const names = await page.locator('lab-waveform-plot').evaluate((plot) => {
    const { lanes } = plot as unknown as { lanes: readonly { id: string; name: string }[] };
    return lanes.map(({ id, name }) => [id, name]);
  });
  expect(names).toContainEqual(['current_range', 'Current range']);
});

test('held digits say so in a word', async () => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.getByRole('button', { name: 'Hold', exact: true }).click();
  expect(await page.locator('lab-multimeter dt').first().textContent()).toBe('CurrentHOLD');
  await page.getByRole('button', { name: 'Hold', exact: true }).click();
  expect(await page.locator('lab-multimeter dt').first().textContent()).toBe('Current');
});
