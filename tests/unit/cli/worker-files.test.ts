// Files of a pipeline thread on Node: none is written outside the run directory, whatever lies in it.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { NodeWorkerFiles } from '../../../src/cli/thread-host.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const outside = join(folder, 'outside');
const run = join(folder, 'run');
mkdirSync(outside);
mkdirSync(run);
writeFileSync(join(outside, 'kept.csv'), 'kept');
const files = new NodeWorkerFiles(run, folder);
afterAll(() => files.closeAll());

test('folders on the way are made', async () => {
  await files.create('Histograms_a/info.csv');
  expect(existsSync(join(run, 'Histograms_a', 'info.csv'))).toBe(true);
});

test.each(['../outside/kept.csv', '../../x.csv', join(outside, 'kept.csv')])('%s is refused', async (path) => {
  await expect(files.create(path)).rejects.toMatchObject({ code: 'setup/invalid' });
});

test('a link to a file or to a folder outside is not followed', async () => {
  symlinkSync(join(outside, 'kept.csv'), join(run, 'file.csv'));
  symlinkSync(join(outside, 'new.csv'), join(run, 'dangling.csv'));
  symlinkSync(outside, join(run, 'folder'));
  for (const path of ['file.csv', 'dangling.csv', 'folder/kept.csv', 'folder/new.csv']) {
    await expect(files.create(path)).rejects.toMatchObject({ code: 'storage/denied' });
  }
  expect(readdirSync(outside)).toEqual(['kept.csv']);
});
