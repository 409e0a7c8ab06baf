import { expect, test } from 'vitest';
import { openDatabase } from '../../../src/storage/database.ts';
import { RecentFiles } from '../../../src/storage/recent-files.ts';
import { freshStorage, writeFile } from './support.ts';

test('a remembered file opens again, once per file, newest first', async () => {
  const { files, databaseName } = await freshStorage();
  const recent = new RecentFiles(await openDatabase(databaseName));
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
  const recent = new RecentFiles(await openDatabase(databaseName));
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
  const recent = new RecentFiles(await openDatabase(databaseName));
  for (let i = 0; i < 22; i++) await recent.remember(await files.create(`${i}.jls`), i);
  const names = (await recent.list()).map((entry) => entry.name);
  expect(names).toHaveLength(20);
  expect([names[0], names.at(-1)]).toEqual(['21.jls', '2.jls']);
});
