// Rows of the journal where earlier versions kept them: in the database. They are looked up for files that have no row.

import { withDatabase } from './database.ts';
import { type JournalRow, parseRow } from './journal.ts';

/** `undefined` when there is none, or no database. Any thread. */
export async function earlierRow(id: string): Promise<JournalRow | undefined> {
  try {
    return parseRow(await withDatabase((database) => database.get('recordings', id)));
  } catch {
    // Then the file is all that there is.
    return undefined;
  }
}
