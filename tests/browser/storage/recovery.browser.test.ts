import { expect, test } from 'vitest';
import { withDatabase } from '../../../src/storage/database.ts';
import { takeRecordingLock } from '../../../src/storage/recording-lock.ts';
import { recoverRecordings } from '../../../src/storage/recovery.ts';
import { freshStorage, journalRow, writeFile } from './support.ts';

const sentenceFor = (id: string) => `Why ${id} ended.`;

async function holdLockInWorker(id: string): Promise<Worker> {
  const worker = new Worker(new URL('./lock-holder.worker.ts', import.meta.url), { type: 'module' });
  const taken = new Promise<boolean>((resolve) => {
    worker.onmessage = (event: MessageEvent<boolean>) => resolve(event.data);
  });
  worker.postMessage(id);
  expect(await taken).toBe(true);
  return worker;
}

/** The browser releases a dead worker's lock in its own time; waiting in the queue is how one learns of it. */
function lockReleased(id: string): Promise<void> {
  return navigator.locks.request(`pulsebench-recording-${id}`, () => undefined);
}

test('a recording that a living worker holds is left alone; once it died it is interrupted', async () => {
  const { journal, files } = await freshStorage();
  await files.create('live.jls');
  await journal.add(journalRow('live'));
  const worker = await holdLockInWorker('live');
  expect(await recoverRecordings(journal, files, sentenceFor)).toEqual([]);
  expect((await journal.get('live')).state).toBe('recording');

  worker.terminate();
  await lockReleased('live');
  const found = await recoverRecordings(journal, files, sentenceFor);
  expect(found.map((row) => [row.id, row.state])).toEqual([['live', 'interrupted']]);
  expect((await journal.get('live')).note).toBe('Why live ended.');
  expect((await files.names()).sort()).toEqual(['live.jls', 'live.json']);
});

test('finished recordings are not touched', async () => {
  const { journal, files } = await freshStorage();
  await files.create('done.jls');
  await journal.add(journalRow('done', { state: 'finished' }));
  expect(await recoverRecordings(journal, files, sentenceFor)).toEqual([]);
  expect(await journal.list()).toEqual([journalRow('done', { state: 'finished' })]);
});

test('a file without a row gets one, also when its row cannot be read', async () => {
  const { journal, files } = await freshStorage();
  await writeFile(await files.create('orphan.jls'), new Uint8Array(123));
  const found = await recoverRecordings(journal, files, sentenceFor);
  expect(found).toHaveLength(1);
  expect(await journal.get('orphan')).toMatchObject({ state: 'interrupted', sizeBytes: 123, storedName: 'orphan.jls' });
});

test('a repaired recording whose row is lost or unreadable is found again', async () => {
  const { journal, files } = await freshStorage();
  await writeFile(await files.create('a.repaired.jls'), new Uint8Array(123));
  await writeFile(await files.create('b.repaired.jls'), new Uint8Array(45));
  await files.writeText('b.json', '{"id":');
  await recoverRecordings(journal, files, sentenceFor);
  expect(await journal.get('a')).toMatchObject({ sizeBytes: 123, storedName: 'a.repaired.jls' });
  expect(await journal.get('b')).toMatchObject({ sizeBytes: 45, storedName: 'b.repaired.jls' });
});

test('a row that an earlier version kept in the database is taken over with the name that the user gave', async () => {
  const { journal, files } = await freshStorage();
  await files.create('early.jls');
  const row = journalRow('early', { state: 'finished', fileName: 'boot.jls' });
  await withDatabase((database) => database.put('recordings', row));
  expect(await recoverRecordings(journal, files, sentenceFor)).toEqual([]);
  expect(await journal.list()).toEqual([row]);
});

test('a row without a recording goes', async () => {
  const { journal, files } = await freshStorage();
  await journal.add(journalRow('gone', { state: 'finished' }));
  await recoverRecordings(journal, files, sentenceFor);
  expect(await files.names()).toEqual([]);
});

test('the leftover of a broken repair goes, the original stays', async () => {
  const { journal, files } = await freshStorage();
  await files.create('a.jls');
  await files.create('a.repaired.jls');
  await journal.add(journalRow('a', { state: 'interrupted' }));
  await recoverRecordings(journal, files, sentenceFor);
  expect((await files.names()).sort()).toEqual(['a.jls', 'a.json']);
});

test('the damaged original goes once the repaired copy has taken its place', async () => {
  const { journal, files } = await freshStorage();
  await files.create('a.jls');
  await files.create('a.repaired.jls');
  await journal.add(journalRow('a', { state: 'finished', storedName: 'a.repaired.jls' }));
  await recoverRecordings(journal, files, sentenceFor);
  expect((await files.names()).sort()).toEqual(['a.json', 'a.repaired.jls']);
});

test('a lock is taken once', async () => {
  const release = await takeRecordingLock('once');
  expect(await takeRecordingLock('once')).toBeUndefined();
  release?.();
});

test('room that a dead recorder held is given back, that of a living one is not', async () => {
  const { journal, files } = await freshStorage();
  for (const id of ['dead', 'live']) {
    await files.create(`${id}.jls`);
    await files.create(`${id}.spare`);
    await journal.add(journalRow(id));
  }
  const worker = await holdLockInWorker('live');
  await recoverRecordings(journal, files, sentenceFor);
  expect((await files.names()).sort()).toEqual(['dead.jls', 'dead.json', 'live.jls', 'live.json', 'live.spare']);
  worker.terminate();
  await lockReleased('live');
});
