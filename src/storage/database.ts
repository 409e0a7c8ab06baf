// The one IndexedDB database of the application: what only a database can keep. It may be taken away, held up by another
// tab or be of a newer version at any time; so nobody holds it, and nothing but the list of recent files and the captures of traces
// depends on it.

import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { LabError } from '../base/errors.ts';
import { storageFull } from './io-errors.ts';

interface LabSchema extends DBSchema {
  /** Rows of the journal of earlier versions. */
  recordings: { key: string; value: unknown };
  /** Checked on reading: what lies on a disk may come from another version. */
  recentFiles: { key: string; value: unknown };
  captures: { key: string; value: unknown };
}

export type LabDatabase = IDBPDatabase<LabSchema>;

const VERSION = 2;
/** Another tab may hold the database up for as long as it is open. */
const OPEN_LIMIT_MS = 3000;

/**
 * Opens the database `name`, uses it and closes it. Any thread. Rejects with `storage/unavailable`, and with `storage/quota`
 * when there is no room for what is written.
 */
export async function withDatabase<T>(use: (database: LabDatabase) => Promise<T>, name = 'pulsebench'): Promise<T> {
  try {
    const database = await opened(name);
    try {
      return await use(database);
    } finally {
      database.close();
    }
  } catch (thrown) {
    if (thrown instanceof LabError) throw thrown;
    if (thrown instanceof DOMException && thrown.name === 'QuotaExceededError') {
      throw storageFull('Writing to the browser’s database', { cause: thrown });
    }
    throw unavailable(thrown);
  }
}

function opened(name: string): Promise<LabDatabase> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      reject(unavailable());
    }, OPEN_LIMIT_MS);
    openDB<LabSchema>(name, VERSION, {
      upgrade(database, oldVersion) {
        if (oldVersion < 1) {
          database.createObjectStore('recordings', { keyPath: 'id' });
          database.createObjectStore('recentFiles', { keyPath: 'id' });
        }
        database.createObjectStore('captures', { keyPath: 'id' });
      },
      // A newer version of the page wants to upgrade, or somebody to delete it: give way.
      blocking(_currentVersion, _blockedVersion, event) {
        (event.target as IDBDatabase).close();
      },
    })
      .then((database) => (isLate ? database.close() : resolve(database)), reject)
      .finally(() => clearTimeout(limit));
  });
}

function unavailable(cause?: unknown): LabError {
  return new LabError(
    'storage/unavailable',
    'The browser’s database does not open: it is damaged, of a newer version of this page, or held by another tab. Recordings, runs and settings lie elsewhere and are safe. Close other tabs of this page and reload it.',
    { cause },
  );
}
