// What the start of the page does about recordings that a crash left behind. It only names them; repairing one
// is the user's choice.

import type { Journal, JournalRow } from './journal.ts';
import type { RecordingFiles } from './recording-files.ts';
import { withRecordingLock } from './recording-lock.ts';

/** The file that a recording is written to, and the one that its repair is written to. */
export const recordedName = (id: string): string => `${id}.jls`;
export const repairedName = (id: string): string => `${id}.repaired.jls`;
/** The file that holds room beside it. */
export const spareName = (id: string): string => `${id}.spare`;

const SPARE_NAME = /^([\w-]{1,64})\.spare$/;
const STORED_NAME = /^([\w-]{1,64}?)(\.repaired)?\.jls$/;

/**
 * Rows in state `recording` whose lock nobody holds become `interrupted`; files without a row get one; leftovers
 * of repairs and spare room go. Returns the interrupted rows that were found now. Any thread; harmless to run in several tabs.
 */
export async function recoverRecordings(journal: Journal, files: RecordingFiles): Promise<readonly JournalRow[]> {
  const found: JournalRow[] = [];
  const rows = await journal.list();
  for (const row of rows) {
    if (row.state !== 'recording') continue;
    const change = await withRecordingLock(row.id, async () => {
      const now = await journal.get(row.id);
      if (now.state !== 'recording') return undefined;
      return journal.update(row.id, {
        state: 'interrupted',
        leftBytes: undefined,
        endedBy: 'error',
        note: 'It was cut off: its page or its recorder ended. Everything up to the last second can be repaired.',
      });
    });
    if (change) found.push(change);
  }
  for (const storedName of await files.names()) {
    const [, spareOf] = SPARE_NAME.exec(storedName) ?? [];
    if (spareOf !== undefined) {
      await withRecordingLock(spareOf, () => files.remove(storedName));
      continue;
    }
    const [, id, repaired] = STORED_NAME.exec(storedName) ?? [];
    if (id === undefined) continue;
    const row = rows.find((candidate) => candidate.id === id);
    if (row?.storedName === storedName) continue;
    const orphan = await withRecordingLock(id, async () => {
      // Seen again under the lock: its owner may have finished in the meantime.
      const now = (await journal.list()).find((candidate) => candidate.id === id);
      if (now?.storedName === storedName) return undefined;
      if (now || repaired) {
        await files.remove(storedName);
        return undefined;
      }
      const file = await (await files.get(storedName)).getFile();
      const adopted: JournalRow = {
        id,
        fileName: `recovered-${id.slice(0, 8)}.jls`,
        storedName,
        state: 'interrupted',
        startedUnixMs: file.lastModified,
        durationS: 0,
        sizeBytes: file.size,
        missingSampleCount: 0,
        recorderLostSampleCount: 0,
        sources: [],
        isInMemory: false,
        leftBytes: undefined,
        endedBy: undefined,
        note: 'A recording without an entry was found. It can be repaired.',
      };
      await journal.add(adopted);
      return adopted;
    });
    if (orphan) found.push(orphan);
  }
  return found;
}
