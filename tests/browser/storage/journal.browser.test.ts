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

test('rows of earlier versions are listed with their instrument', async () => {
  const { journal, databaseName } = await freshStorage();
  const database = await openDatabase(databaseName);
  // as version 0.1.0 wrote them
  await database.put('recordings', {
    id: 'old',
    fileName: '20260304_120000_JS110-001636.jls',
    storedName: 'old.jls',
    state: 'finished',
    startedUnixMs: 1_772_625_600_000,
    durationS: 12.5,
    sizeBytes: 340_000_000,
    missingSampleCount: 3,
    source: 'Jetperch JS110 001636',
    note: undefined,
  });
  expect(await journal.list()).toMatchObject([
    {
      id: 'old',
      sources: ['Jetperch JS110 001636'],
      missingSampleCount: 3,
      recorderLostSampleCount: 0,
      isInMemory: false,
      leftBytes: undefined,
      endedBy: undefined,
    },
  ]);
  const renamed = await journal.update('old', { fileName: 'boot.jls' });
  expect(renamed).toMatchObject({ fileName: 'boot.jls', sources: ['Jetperch JS110 001636'] });
  expect(await journal.get('old')).toEqual(renamed);
});
