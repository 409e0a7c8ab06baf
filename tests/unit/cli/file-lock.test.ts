// One writer per file.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lockFile } from '../../../src/cli/file-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file that somebody writes to is refused, and is free afterwards', () => {
  const path = join(folder, 'busy.h5');
  const unlock = lockFile(path);
  expect(() => lockFile(path)).toThrow(new RegExp(`Process ${process.pid} writes to .*busy\\.h5`));
  unlock();
  lockFile(path)();
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test('what a process left that is gone is taken over', () => {
  const path = join(folder, 'left.h5');
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  for (const left of [String(pid), '', 'nobody']) {
    writeFileSync(`${path}.lock`, left);
    lockFile(path)();
  }
});

test('a folder that is not there is named', () => {
  expect(() => lockFile(join(folder, 'missing', 'x.h5'))).toThrow(/missing.*Choose another place/);
});
