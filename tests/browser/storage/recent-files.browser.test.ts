import { expect, test } from 'vitest';
import { RecentFiles } from '../../../src/storage/recent-files.ts';
import { freshStorage, writeFile } from './support.ts';

test('a remembered file opens again, once per file, newest first', async () => {
  const { files, databaseName } = await freshStorage();
  const recent = new RecentFiles(databaseName);
  const a = await files.create('a.jls');
  await writeFile(a, new Uint8Array([5]));
  await recent.remember(a, 1000);
  await recent.remember(await files.create('b.jls'), 2000);
  await recent.remember(await files.get('a.jls'), 3000);
  const list = await recent.list();
  expect(list.map((entry) => [entry.name, entry.openedUnixMs])).toEqual([
    ['a.jls', 3000],
    ['b.jls', 2000],
  ]);
  const file = await recent.open(list[0]!.id);
  expect([file.name, file.size]).toEqual(['a.jls', 1]);
  // a private file needs no permission
  expect((await recent.reopen(list[0]!.id))?.size).toBe(1);
  expect(await recent.reopen('unknown')).toBeUndefined();
});

test('a file that has gone says so; a forgotten one is out of the list', async () => {
  const { files, databaseName } = await freshStorage();
  const recent = new RecentFiles(databaseName);
  await recent.remember(await files.create('gone.jls'), 1000);
  await files.remove('gone.jls');
  const [entry] = await recent.list();
  await expect(recent.open(entry!.id)).rejects.toMatchObject({ code: 'storage/io' });
  await recent.forget(entry!.id);
  expect(await recent.list()).toEqual([]);
  await expect(recent.open(entry!.id)).rejects.toMatchObject({ code: 'storage/io' });
});

test('twenty files are kept', async () => {
  const { files, databaseName } = await freshStorage();
  const recent = new RecentFiles(databaseName);
  for (let i = 0; i < 22; i++) await recent.remember(await files.create(`${i}.jls`), i);
  const names = (await recent.list()).map((entry) => entry.name);
  expect(names).toHaveLength(20);
  expect([names[0], names.at(-1)]).toEqual(['21.jls', '2.jls']);
});

test('a database of a newer version, and one that another tab holds up, say so and nothing else', async () => {
  const { databaseName } = await freshStorage();
  const recent = new RecentFiles(databaseName);
  const newer = await raw(databaseName, 99);
  newer.onversionchange = () => undefined;
  await expect(recent.list()).rejects.toMatchObject({ code: 'storage/unavailable' });
  // a deletion waits for ever for who does not give way, and who opens waits behind it
  indexedDB.deleteDatabase(databaseName);
  await expect(recent.list()).rejects.toMatchObject({ code: 'storage/unavailable' });
  newer.close();
  await expect.poll(() => recent.list().catch(() => 'not yet')).toEqual([]);
});

function raw(name: string, version: number): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('not opened'));
  });
}
