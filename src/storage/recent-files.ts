// Files that the user opened before, by handle, where the browser has handles. Permission is asked for again
// with one click. Page only.

import * as v from 'valibot';
import { LabError } from '../base/errors.ts';
import { uniqueId } from '../base/unique-id.ts';
import type { RecentFile, RecentFilesPort } from '../model/ports.ts';
import { withDatabase } from './database.ts';
import { storageError } from './io-errors.ts';

const rowSchema = v.object({
  id: v.string(),
  name: v.string(),
  openedUnixMs: v.number(),
  handle: v.custom<FileSystemFileHandle>((value) => (value as Partial<FileSystemHandle> | null)?.kind === 'file'),
});

type Row = v.InferOutput<typeof rowSchema>;

/** Of the File System Observer API, which is not in the types yet. */
interface FileObserver {
  observe(handle: FileSystemFileHandle): Promise<void>;
  disconnect(): void;
}

interface ObserverScope {
  FileSystemObserver: new (onChange: () => void) => FileObserver;
}

/** Older ones are forgotten. */
const MAX_COUNT = 20;

export class RecentFiles implements RecentFilesPort {
  readonly #databaseName: string | undefined;

  constructor(databaseName?: string) {
    this.#databaseName = databaseName;
  }

  async list(): Promise<readonly RecentFile[]> {
    return (await this.#rows()).map(({ id, name, openedUnixMs }) => ({ id, name, openedUnixMs }));
  }

  async remember(handle: FileSystemFileHandle, nowUnixMs: number): Promise<string> {
    const rows = await this.#rows();
    const obsolete: Row[] = rows.slice(MAX_COUNT - 1);
    for (const row of rows) if (await row.handle.isSameEntry(handle)) obsolete.push(row);
    for (const row of obsolete) await this.forget(row.id);
    const id = uniqueId();
    const row: Row = { id, name: handle.name, openedUnixMs: nowUnixMs, handle };
    await withDatabase((database) => database.put('recentFiles', row), this.#databaseName);
    return id;
  }

  /** Call from a click: the browser may ask the user. Rejects with `storage/denied` or `storage/io`. */
  async open(id: string): Promise<File> {
    const handle = await this.#handle(id);
    if (!handle) throw new LabError('storage/io', 'This file is no longer in the list. Open it again.');
    if (!(await isGranted(handle)) && (await handle.requestPermission({ mode: 'read' })) !== 'granted') {
      throw new LabError(
        'storage/denied',
        `${handle.name} was not opened: permission was not given. Choose it again and allow reading.`,
      );
    }
    return fileOf(handle);
  }

  async reopen(id: string): Promise<File | undefined> {
    const handle = await this.#handle(id);
    return handle && (await isGranted(handle)) ? fileOf(handle) : undefined;
  }

  watch(id: string, onChange: () => void): () => void {
    const { FileSystemObserver: Observer } = globalThis as Partial<ObserverScope>;
    if (!Observer) return () => {};
    const observer = new Observer(onChange);
    void this.#observe(observer, id);
    return () => observer.disconnect();
  }

  async #observe(observer: FileObserver, id: string): Promise<void> {
    try {
      const handle = await this.#handle(id);
      if (handle && (await isGranted(handle))) await observer.observe(handle);
    } catch (error) {
      // some places cannot be watched: changes are found when somebody looks
      console.warn('A file is not watched', error);
    }
  }

  async forget(id: string): Promise<void> {
    await withDatabase((database) => database.delete('recentFiles', id), this.#databaseName);
  }

  async #handle(id: string): Promise<FileSystemFileHandle | undefined> {
    const stored = await withDatabase((database) => database.get('recentFiles', id), this.#databaseName);
    const parsed = v.safeParse(rowSchema, stored);
    return parsed.success ? parsed.output.handle : undefined;
  }

  /** Newest first. */
  async #rows(): Promise<Row[]> {
    const rows: Row[] = [];
    const all = await withDatabase((database) => database.getAll('recentFiles'), this.#databaseName);
    for (const stored of all) {
      const parsed = v.safeParse(rowSchema, stored);
      if (parsed.success) rows.push(parsed.output);
    }
    return rows.sort((a, b) => b.openedUnixMs - a.openedUnixMs);
  }
}

async function isGranted(handle: FileSystemFileHandle): Promise<boolean> {
  return (await handle.queryPermission({ mode: 'read' })) === 'granted';
}

async function fileOf(handle: FileSystemFileHandle): Promise<File> {
  try {
    return await handle.getFile();
  } catch (error) {
    throw storageError(error, `Opening ${handle.name}`);
  }
}
