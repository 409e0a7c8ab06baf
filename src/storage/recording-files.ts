// The folder of recordings in the private file system.

import { LabError } from '../base/errors.ts';
import { storageError } from './io-errors.ts';

const FOLDER = 'recordings';

/** Any thread. Names are the `storedName` of journal rows. */
export class RecordingFiles {
  readonly #folder: FileSystemDirectoryHandle;

  private constructor(folder: FileSystemDirectoryHandle) {
    this.#folder = folder;
  }

  /** Rejects with `storage/unavailable` where the browser has no private file system for this page. */
  static async open(): Promise<RecordingFiles> {
    try {
      const root = await navigator.storage.getDirectory();
      return new RecordingFiles(await root.getDirectoryHandle(FOLDER, { create: true }));
    } catch (cause) {
      throw new LabError(
        'storage/unavailable',
        'This browser offers no private files to this page (private window, or storage switched off). Viewing works; recording needs a normal window.',
        { cause },
      );
    }
  }

  async create(storedName: string): Promise<FileSystemFileHandle> {
    try {
      return await this.#folder.getFileHandle(storedName, { create: true });
    } catch (error) {
      throw storageError(error, 'Creating the recording');
    }
  }

  async get(storedName: string): Promise<FileSystemFileHandle> {
    try {
      return await this.#folder.getFileHandle(storedName);
    } catch (error) {
      throw storageError(error, 'Opening the recording');
    }
  }

  /** Does nothing when the file is gone already. */
  async remove(storedName: string): Promise<void> {
    try {
      await this.#folder.removeEntry(storedName);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotFoundError') return;
      throw storageError(error, 'Deleting the recording');
    }
  }

  async names(): Promise<string[]> {
    const names: string[] = [];
    for await (const name of this.#folder.keys()) names.push(name);
    return names;
  }
}
