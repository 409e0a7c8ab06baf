// An empty folder of recordings with its journal for one test.

import { Journal, type JournalRow } from '../../../src/storage/journal.ts';
import { RecordingFiles } from '../../../src/storage/recording-files.ts';

export interface TestStorage {
  /** Of a database that is not there yet. */
  readonly databaseName: string;
  readonly journal: Journal;
  readonly files: RecordingFiles;
}

export async function freshStorage(): Promise<TestStorage> {
  const files = await RecordingFiles.open();
  for (const name of await files.names()) await files.remove(name);
  return { databaseName: `test-${crypto.randomUUID()}`, journal: new Journal(files), files };
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

/** A row together with the file that it is of. */
export async function addRecording({ journal, files }: TestStorage, row: JournalRow): Promise<void> {
  await files.create(row.storedName);
  await journal.add(row);
}

export async function writeFile(handle: FileSystemFileHandle, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const writable = await handle.createWritable();
  await writable.write(bytes);
  await writable.close();
}
