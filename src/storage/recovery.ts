// What the start of the page does about recordings that a crash left behind, or a list that was lost. It only names them;
// repairing one is the user's choice.

import { earlierRow } from './earlier-rows.ts';
import { type Journal, type JournalRow, rowIdOf } from './journal.ts';
import type { RecordingFiles } from './recording-files.ts';
import { withRecordingLock } from './recording-lock.ts';

/** The file that a recording is written to, and the one that its repair is written to. */
export const recordedName = (id: string): string => `${id}.jls`;
export const repairedName = (id: string): string => `${id}.repaired.jls`;
/** The file that holds room beside it. */
export const spareName = (id: string): string => `${id}.spare`;

const SPARE_NAME = /^([\w-]{1,64})\.spare$/;
const STORED_NAME = /^([\w-]{1,64}?)(\.repaired)?\.jls$/;

/** What is said of a recording that nobody finished. */
export type EndSentence = (id: string) => string;

/**
 * Rows in state `recording` whose lock nobody holds become `interrupted`; files without a row get one, rows without a file
 * go, and so do leftovers of repairs and spare room. What `isRunningHere` names is left alone whatever its lock says: with
 * the data of the site locks are cleared, too. Returns the interrupted rows that were found now. Any thread; harmless to run
 * in several tabs.
 */
export async function recoverRecordings(
  journal: Journal,
  files: RecordingFiles,
  sentenceFor: EndSentence,
  isRunningHere: (id: string) => boolean = () => false,
): Promise<readonly JournalRow[]> {
  const found: JournalRow[] = [];
  const rows = new Map((await journal.list()).map((row) => [row.id, row]));
  for (const { id, state } of rows.values()) {
    if (state !== 'recording' || isRunningHere(id)) continue;
    const change = await withRecordingLock(id, () => interrupt(journal, id, sentenceFor));
    if (change) found.push(change);
  }
  for (const name of await files.names()) {
    const id = ownerOf(name);
    if (id === undefined || isRunningHere(id) || isInPlace(name, rows.get(id))) continue;
    const adopted = await withRecordingLock(id, () => settle(journal, files, id, name));
    if (adopted) found.push(adopted);
  }
  return found;
}

/** Seen again under the lock: its owner may have finished in the meantime. */
async function rowNow(journal: Journal, id: string): Promise<JournalRow | undefined> {
  return (await journal.list()).find((row) => row.id === id);
}

async function interrupt(journal: Journal, id: string, sentenceFor: EndSentence): Promise<JournalRow | undefined> {
  if ((await rowNow(journal, id))?.state !== 'recording') return undefined;
  return journal.update(id, { state: 'interrupted', leftBytes: undefined, endedBy: 'error', note: sentenceFor(id) });
}

/** Which recording a file belongs to. */
function ownerOf(name: string): string | undefined {
  return SPARE_NAME.exec(name)?.[1] ?? STORED_NAME.exec(name)?.[1] ?? rowIdOf(name);
}

/** Whether it is a row or what a row is of. */
function isInPlace(name: string, row: JournalRow | undefined): boolean {
  return row !== undefined && (name === row.storedName || rowIdOf(name) !== undefined);
}

/** Sees to a file that is not in its place, under the lock of its recording. The row, when one was made for it. */
async function settle(
  journal: Journal,
  files: RecordingFiles,
  id: string,
  name: string,
): Promise<JournalRow | undefined> {
  const row = await rowNow(journal, id);
  if (isInPlace(name, row)) return undefined;
  const names = await files.names();
  const original = [recordedName(id), repairedName(id)].find((candidate) => names.includes(candidate));
  if (row || original === undefined || SPARE_NAME.test(name)) {
    await files.remove(name);
    return undefined;
  }
  // Its row is lost or cannot be read. Of a recording and its copy the copy may be half done.
  const earlier = await earlierRow(id);
  const adopted = earlier && names.includes(earlier.storedName) ? earlier : await rowFor(files, id, original);
  await journal.add(adopted);
  if (name !== adopted.storedName && STORED_NAME.test(name)) await files.remove(name);
  return adopted.state === 'interrupted' ? adopted : undefined;
}

async function rowFor(files: RecordingFiles, id: string, storedName: string): Promise<JournalRow> {
  const file = await (await files.get(storedName)).getFile();
  return {
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
    note: 'It was found without an entry in the list.',
  };
}
