// A folder of measurements without a setup, dropped from the disk: what holds data opens, one message tells of the rest.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, dropFromDisk, openBuiltApp } from '../support/built-app.ts';
import { f8Of, TABLE_TEXT, zipOf } from '../support/container-files.ts';

let app: BuiltApp;
let folder: string;

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
  folder = mkdtempSync(join(tmpdir(), 'measurements-'));
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  await app.close();
});

test('its tables and arrays open, its notes are named', async () => {
  writeFileSync(join(folder, 'a.csv'), TABLE_TEXT);
  writeFileSync(join(folder, 'b.npz'), await zipOf({ 't.npy': f8Of([0, 1, 2]), 'u.npy': f8Of([4, 5, 6]) }));
  writeFileSync(join(folder, 'notes.txt'), 'The lamp was on.\n');
  const page = await app.visit();
  await dropFromDisk(page, [folder]);
  for (const name of ['a.csv', 'b.npz']) await page.locator(`[role=tab][title="${name}"]`).waitFor();
  const message = page.getByText('1 of 3 files were not opened');
  await message.waitFor();
  expect(await page.locator('[role=tab][title="notes.txt"]').count()).toBe(0);
});
