// A fresh journal and an empty folder of recordings for one test.

import { openDatabase } from '../../../src/storage/database.ts';
import { Journal, type JournalRow } from '../../../src/storage/journal.ts';
import { RecordingFiles } from '../../../src/storage/recording-files.ts';

export interface TestStorage {
  readonly databaseName: string;
  readonly journal: Journal;
  readonly files: RecordingFiles;
}

export async function freshStorage(): Promise<TestStorage> {
  const databaseName = `test-${crypto.randomUUID()}`;
  const files = await RecordingFiles.open();
  for (const name of await files.names()) await files.remove(name);
  return { databaseName, journal: new Journal(await openDatabase(databaseName)), files };
}

export function journalRow(id: string, change: Partial<JournalRow> = {}): JournalRow {
  return {
    id,
    fileName: `${id}.jls`,
    storedName: `${id}.jls`,
    state: 'recording',
    startedUnixMs: 1_700_000_000_000,
    durationS: 1,
    sizeBytes: 100,
    missingSampleCount: 0,
    recorderLostSampleCount: 0,
    sources: ['JS110-000001'],
    isInMemory: false,
    leftBytes: undefined,
    endedBy: undefined,
    note: undefined,
    ...change,
  };
}

export async function writeFile(handle: FileSystemFileHandle, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const writable = await handle.createWritable();
  await writable.write(bytes);
  await writable.close();
}
