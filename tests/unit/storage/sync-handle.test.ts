import { expect, it } from 'vitest';
import { openSyncFile } from '../../../src/storage/sync-file.ts';

const asFile = (file: object) => file as FileSystemFileHandle;
const refusing = (name: string) =>
  asFile({ createSyncAccessHandle: () => Promise.reject(new DOMException('no', name)) });

it('a browser whose threads cannot write into private files is named as the cause', async () => {
  const unsupported = { code: 'platform/unsupported', message: expect.stringContaining('no thread write into them') };
  await expect(openSyncFile(asFile({}))).rejects.toMatchObject(unsupported);
  await expect(openSyncFile(refusing('NotSupportedError'))).rejects.toMatchObject(unsupported);
});

it('a file that is open elsewhere is not', async () => {
  await expect(openSyncFile(refusing('NoModificationAllowedError'))).rejects.toMatchObject({ code: 'storage/denied' });
});
