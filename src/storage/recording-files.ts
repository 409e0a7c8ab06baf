// The folder of recordings in the private file system: the recordings and a small file with the row of each.

import { storageError } from './io-errors.ts';
import { fileIn, presentFolder, privateFolder, privateRoot, writeTextFile } from './private-folder.ts';

const FOLDER = 'recordings';

/** Any thread. Names are the `storedName` of journal rows, and those of the rows. */
export class RecordingFiles {
  private constructor() {}

  /** Rejects with `storage/unavailable` where the browser has no private file system for this page. */
  static async open(): Promise<RecordingFiles> {
    await privateRoot();
    return new RecordingFiles();
  }

  async create(storedName: string): Promise<FileSystemFileHandle> {
    const folder = await privateFolder(FOLDER);
    try {
      return await folder.getFileHandle(storedName, { create: true });
    } catch (error) {
      throw storageError(error, 'Creating the recording');
    }
  }

  async get(storedName: string): Promise<FileSystemFileHandle> {
    const root = await privateRoot();
    try {
      return await (await root.getDirectoryHandle(FOLDER)).getFileHandle(storedName);
    } catch (error) {
      throw storageError(error, 'Opening the recording');
    }
  }

  async readText(name: string): Promise<string | undefined> {
    const folder = await presentFolder(FOLDER);
    const file = folder && (await fileIn(folder, name));
    try {
      return await file?.text();
    } catch (error) {
      // It changed between the two steps: whoever changed it says so.
      if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
      throw storageError(error, 'Reading the list of recordings');
    }
  }

  async writeText(name: string, text: string): Promise<void> {
    await writeTextFile(await privateFolder(FOLDER), name, text);
  }

  /** Does nothing when the file is gone already. */
  async remove(storedName: string): Promise<void> {
    const folder = await presentFolder(FOLDER);
    try {
      await folder?.removeEntry(storedName);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotFoundError') return;
      throw storageError(error, 'Deleting the recording');
    }
  }

  async names(): Promise<string[]> {
    const folder = await presentFolder(FOLDER);
    const names: string[] = [];
    try {
      for await (const name of folder?.keys() ?? []) names.push(name);
    } catch (error) {
      throw storageError(error, 'Reading the list of recordings');
    }
    return names;
  }
}
