// Files of the private file system that hold an export until it is where the user wants it. Any thread.

import { LabError } from '../base/errors.ts';
import { storageError } from './io-errors.ts';

const FOLDER = 'exports';
/** What a closed tab left behind is removed after this time; until then another tab may still read it. */
const MAX_AGE_MS = 24 * 3_600_000;

export class ScratchFiles {
  readonly #folder: FileSystemDirectoryHandle;

  private constructor(folder: FileSystemDirectoryHandle) {
    this.#folder = folder;
  }

  /** `undefined` where the browser has no private file system for this page. */
  static async open(): Promise<ScratchFiles | undefined> {
    try {
      const root = await navigator.storage.getDirectory();
      return new ScratchFiles(await root.getDirectoryHandle(FOLDER, { create: true }));
    } catch {
      return undefined;
    }
  }

  async create(name: string): Promise<FileSystemFileHandle> {
    try {
      return await this.#folder.getFileHandle(name, { create: true });
    } catch (error) {
      throw storageError(error, 'Preparing the export');
    }
  }

  /** Does nothing when the file is gone already. */
  async remove(name: string): Promise<void> {
    try {
      await this.#folder.removeEntry(name);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotFoundError') return;
      throw storageError(error, 'Tidying up after the export');
    }
  }

  /** Removes what is older than a day. */
  removeOld(nowUnixMs: number): Promise<void> {
    return this.#removeAll((file) => nowUnixMs - file.lastModified > MAX_AGE_MS);
  }

  /** Removes the files of an export that was given up. */
  discard(id: string): Promise<void> {
    return this.#removeAll(({ name }) => name.startsWith(id));
  }

  /** A file in use is left for the next time. */
  async #removeAll(isUnwanted: (file: File) => boolean): Promise<void> {
    const names: string[] = [];
    for await (const name of this.#folder.keys()) names.push(name);
    for (const name of names) {
      try {
        const file = await (await this.#folder.getFileHandle(name)).getFile();
        if (isUnwanted(file)) await this.remove(name);
      } catch (error) {
        const isInUse = error instanceof LabError && error.code === 'storage/denied';
        const isGone = error instanceof DOMException && error.name === 'NotFoundError';
        if (!isInUse && !isGone) throw error;
      }
    }
  }
}
