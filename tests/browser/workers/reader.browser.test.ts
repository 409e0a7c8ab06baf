// A file in a reader worker: what comes back, and what happens to files that are not what they say.

import { beforeAll, expect, test } from 'vitest';
import { loadCoreModule } from '../../../src/core/load.ts';
import { FilesClient } from '../../../src/workers/reader/client.ts';
import { installRpc } from '../../../src/workers/rpc.ts';

let files: FilesClient;

beforeAll(() => {
  installRpc();
  files = new FilesClient(loadCoreModule());
});

test('an empty file says that it is empty', async () => {
  await expect(files.open(new File([], 'nothing.jls'))).rejects.toMatchObject({
    name: 'FormatError',
    code: 'format/unknown',
    message: expect.stringContaining('empty'),
  });
});

test('a file of no known format says what it begins with', async () => {
  await expect(files.open(new File([Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)], 'notes.jls'))).rejects.toMatchObject({
    name: 'FormatError',
    code: 'format/unknown',
    message: expect.stringContaining('01 02 03 04'),
  });
});

test('a text that is no table says which line is none', async () => {
  await expect(files.open(new File(['just words, no data'], 'notes.jls'))).rejects.toMatchObject({
    name: 'FormatError',
    code: 'format/unknown',
    message: expect.stringContaining('Line 1, column 1: "just words"'),
  });
});

test('opening can be cancelled before and while the worker works', async () => {
  const controller = new AbortController();
  const opening = files.open(new File([], 'nothing.jls'), controller.signal);
  controller.abort();
  await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
  await expect(files.open(new File([], 'nothing.jls'), controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
});
