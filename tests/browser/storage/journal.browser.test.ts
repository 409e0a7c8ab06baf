import { expect, test } from 'vitest';
import { openDatabase } from '../../../src/storage/database.ts';
import { Journal } from '../../../src/storage/journal.ts';
import { freshStorage, journalRow } from './support.ts';

test('rows come back whole and newest first', async () => {
  const { journal } = await freshStorage();
  const older = journalRow('older', { startedUnixMs: 1 });
  const newer = journalRow('newer', { startedUnixMs: 2, note: 'stopped early', state: 'finished' });
  await journal.add(older);
  await journal.add(newer);
  expect(await journal.list()).toEqual([newer, older]);
  expect(await journal.get('older')).toEqual(older);
  await journal.remove('older');
  await expect(journal.get('older')).rejects.toMatchObject({ code: 'storage/io' });
});

test('a change keeps what it does not name', async () => {
  const { journal } = await freshStorage();
  await journal.add(journalRow('a'));
  const changed = await journal.update('a', { state: 'finished', sizeBytes: 4096 });
  expect(changed).toEqual(journalRow('a', { state: 'finished', sizeBytes: 4096 }));
  expect(await journal.list()).toEqual([changed]);
  await expect(journal.update('b', { sizeBytes: 1 })).rejects.toMatchObject({ code: 'storage/io' });
});

test('a change is announced to every other journal', async () => {
  const { journal, databaseName } = await freshStorage();
  const other = new Journal(await openDatabase(databaseName));
  const heard = new Promise<void>((resolve) => other.onChanged(resolve));
  await journal.add(journalRow('a'));
  await heard;
  expect((await other.list()).map((row) => row.id)).toEqual(['a']);
});

test('a row that cannot be read is left out', async () => {
  const { journal, databaseName } = await freshStorage();
  const database = await openDatabase(databaseName);
  await database.put('recordings', { id: 'torn', state: 'who knows' });
  await journal.add(journalRow('whole'));
  expect((await journal.list()).map((row) => row.id)).toEqual(['whole']);
});
