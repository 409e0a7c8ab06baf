import { expect, test } from 'vitest';
import type { CopyProgress } from '../../../src/model/ports.ts';
import { BlobAccess } from '../../../src/storage/blob-access.ts';
import { saveCopy } from '../../../src/storage/save.ts';
import { freshStorage, writeFile } from './support.ts';

const MIB = 2 ** 20;

function content(): Blob {
  const bytes = new Uint8Array(10 * MIB);
  bytes.forEach((_, i) => {
    bytes[i] = i * 7;
  });
  return new Blob([bytes]);
}

const noDownload = (): void => {
  throw new Error('must not download');
};

test('copies in blocks with progress', async () => {
  const { files } = await freshStorage();
  const target = await files.create('target.bin');
  const seen: CopyProgress[] = [];
  let suggested = '';
  const host = {
    showSaveFilePicker: async ({ suggestedName }: { suggestedName: string }) => {
      suggested = suggestedName;
      return target;
    },
    download: noDownload,
  };
  const request = {
    content: content(),
    fileName: 'my.jls',
    onProgress: (progress: CopyProgress) => seen.push(progress),
    signal: new AbortController().signal,
  };
  expect(await saveCopy(request, host)).toBe(true);
  expect(suggested).toBe('my.jls');
  expect(seen.map((p) => p.doneBytes / MIB)).toEqual([0, 4, 8, 10]);
  expect(seen.every((p) => p.totalBytes === 10 * MIB)).toBe(true);
  const sha256 = async (blob: Blob) => crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  expect(await sha256(await target.getFile())).toEqual(await sha256(content()));
});

test('cancelling leaves the place as it was', async () => {
  const { files } = await freshStorage();
  const target = await files.create('target.bin');
  await writeFile(target, new Uint8Array([1, 2, 3]));
  const controller = new AbortController();
  const request = {
    content: content(),
    fileName: 'my.jls',
    onProgress: ({ doneBytes }: CopyProgress) => {
      if (doneBytes > 0) controller.abort();
    },
    signal: controller.signal,
  };
  const host = { showSaveFilePicker: async () => target, download: noDownload };
  await expect(saveCopy(request, host)).rejects.toMatchObject({ code: 'cancelled' });
  expect(Array.from(new Uint8Array(await (await target.getFile()).arrayBuffer()))).toEqual([1, 2, 3]);
});

test('a closed picker is no error; a refused one says so; no picker means a download', async () => {
  const request = {
    content: new Blob(['abc']),
    fileName: 'my.jls',
    onProgress: () => undefined,
    signal: new AbortController().signal,
  };
  const refuse = (name: string) => ({
    showSaveFilePicker: () => Promise.reject(new DOMException('no', name)),
    download: noDownload,
  });
  expect(await saveCopy(request, refuse('AbortError'))).toBe(false);
  await expect(saveCopy(request, refuse('NotAllowedError'))).rejects.toMatchObject({ code: 'storage/denied' });
  const downloads: string[] = [];
  expect(await saveCopy(request, { download: (_content, name) => downloads.push(name) })).toBe(true);
  expect(downloads).toEqual(['my.jls']);
});

test('a Blob is read by range, shorter only at its end', async () => {
  const access = new BlobAccess(new Blob([new Uint8Array([10, 11, 12, 13])]));
  expect(access.sizeBytes).toBe(4);
  expect(await access.read(1, 2)).toEqual(new Uint8Array([11, 12]));
  expect(await access.read(3, 9)).toEqual(new Uint8Array([13]));
  expect(await access.read(9, 1)).toEqual(new Uint8Array(0));
});
