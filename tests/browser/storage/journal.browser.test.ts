import { expect, test } from 'vitest';
import { Journal } from '../../../src/storage/journal.ts';
import { addRecording, freshStorage, journalRow } from './support.ts';

test('rows come back whole and newest first', async () => {
  const storage = await freshStorage();
  const { journal } = storage;
  const older = journalRow('older', { startedUnixMs: 1 });
  const newer = journalRow('newer', { startedUnixMs: 2, note: 'stopped early', state: 'finished' });
  await addRecording(storage, older);
  await addRecording(storage, newer);
  expect(await journal.list()).toEqual([newer, older]);
  expect(await journal.get('older')).toEqual(older);
  await journal.remove('older');
  await expect(journal.get('older')).rejects.toMatchObject({ code: 'storage/io' });
});

test('a change keeps what it does not name', async () => {
  const storage = await freshStorage();
  const { journal } = storage;
  await addRecording(storage, journalRow('a'));
  const changed = await journal.update('a', { state: 'finished', sizeBytes: 4096 });
  expect(changed).toEqual(journalRow('a', { state: 'finished', sizeBytes: 4096 }));
  expect(await journal.list()).toEqual([changed]);
  await expect(journal.update('b', { sizeBytes: 1 })).rejects.toMatchObject({ code: 'storage/io' });
});

test('a change is announced to every other journal', async () => {
  const storage = await freshStorage();
  const other = new Journal(storage.files);
  const heard = new Promise<void>((resolve) => other.onChanged(resolve));
  await addRecording(storage, journalRow('a'));
  await heard;
  expect((await other.list()).map((row) => row.id)).toEqual(['a']);
});

test('a row that cannot be read is left out', async () => {
  const storage = await freshStorage();
  const { journal, files } = storage;
  await files.create('torn.jls');
  await files.writeText('torn.json', '{"id":"torn","state":"who kno');
  await addRecording(storage, journalRow('whole'));
  expect((await journal.list()).map((row) => row.id)).toEqual(['whole']);
});

test('rows of earlier versions are listed with their instrument', async () => {
  const { journal, files } = await freshStorage();
  await files.create('old.jls');
  // as version 0.1.0 wrote them
  const row = {
    id: 'old',
    fileName: '20260304_120000_JS110-001636.jls',
    storedName: 'old.jls',
    state: 'finished',
    startedUnixMs: 1_772_625_600_000,
    durationS: 12.5,
    sizeBytes: 340_000_000,
    missingSampleCount: 3,
    source: 'Jetperch JS110 001636',
  };
  await files.writeText('old.json', JSON.stringify(row));
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

test('a row is listed as long as its recording is there', async () => {
  const storage = await freshStorage();
  const { journal, files } = storage;
  await addRecording(storage, journalRow('a', { state: 'finished' }));
  await files.remove('a.jls');
  expect(await journal.list()).toEqual([]);
});

test('changes that come at once are all kept', async () => {
  const storage = await freshStorage();
  const { journal, files } = storage;
  await addRecording(storage, journalRow('a'));
  const other = new Journal(files);
  await Promise.all([
    journal.update('a', { fileName: 'boot.jls' }),
    other.update('a', { sizeBytes: 4096 }),
    journal.update('a', { durationS: 7 }),
  ]);
  expect(await journal.get('a')).toEqual(journalRow('a', { fileName: 'boot.jls', sizeBytes: 4096, durationS: 7 }));
});
