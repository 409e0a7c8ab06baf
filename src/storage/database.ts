// The one IndexedDB database of the application and its version history.

import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { LabError } from '../base/errors.ts';

export interface LabSchema extends DBSchema {
  /** Rows are checked on reading (journal.ts): what lies on a disk may come from another version. */
  recordings: { key: string; value: unknown };
  recentFiles: { key: string; value: unknown };
}

export type LabDatabase = IDBPDatabase<LabSchema>;

const VERSION = 1;

/** Opens the database `name`. Any thread. The caller closes it. Rejects with `storage/unavailable`. */
export async function openDatabase(name = 'pulsebench'): Promise<LabDatabase> {
  try {
    return await openDB<LabSchema>(name, VERSION, {
      upgrade(database) {
        database.createObjectStore('recordings', { keyPath: 'id' });
        database.createObjectStore('recentFiles', { keyPath: 'id' });
      },
      // A newer version of the page wants to upgrade: give way, it will reload this one.
      blocking(_currentVersion, _blockedVersion, event) {
        (event.target as IDBDatabase).close();
      },
    });
  } catch (cause) {
    throw new LabError(
      'storage/unavailable',
      'This browser keeps no data for this page (private window, or storage switched off). Viewing works; recording needs a normal window.',
      { cause },
    );
  }
}
