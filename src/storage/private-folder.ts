// Folders of the private file system (OPFS). Nobody keeps a handle on one: whoever clears the site's data takes it away,
// and what such a handle is asked for then is never found again. Any thread.

import { LabError } from '../base/errors.ts';
import { storageError } from './io-errors.ts';

/** Rejects with `storage/unavailable` where the page has no private files. */
export async function privateRoot(): Promise<FileSystemDirectoryHandle> {
  try {
    return await navigator.storage.getDirectory();
  } catch (cause) {
    throw new LabError(
      'storage/unavailable',
      'This browser offers no private files to this page (private window, or storage switched off). Viewing works; recording needs a normal window.',
      { cause },
    );
  }
}

/** The folder, made where it is not there. Rejects with `storage/*`; with a full disk none can be made. */
export async function privateFolder(name: string): Promise<FileSystemDirectoryHandle> {
  const root = await privateRoot();
  try {
    return await root.getDirectoryHandle(name, { create: true });
  } catch (error) {
    throw storageError(error, 'Writing into this browser');
  }
}

/** The folder, or `undefined` when there is none. Rejects with `storage/*`. */
export async function presentFolder(name: string): Promise<FileSystemDirectoryHandle | undefined> {
  const root = await privateRoot();
  try {
    return await root.getDirectoryHandle(name);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
    throw storageError(error, 'Opening the private files');
  }
}

/** Writes a small file whole or, when that fails, leaves what was there. Rejects with `storage/*`. */
export async function writeTextFile(folder: FileSystemDirectoryHandle, name: string, text: string): Promise<void> {
  try {
    const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
    try {
      await writable.write(text);
      await writable.close();
    } catch (error) {
      // A close that failed has given the file up already, and then there is nothing left to abort.
      await writable.abort().catch(() => undefined);
      throw error;
    }
  } catch (error) {
    throw storageError(error, `Writing ${name}`);
  }
}

/** The file, or `undefined` when there is none. Rejects with `storage/*`. */
export async function fileIn(folder: FileSystemDirectoryHandle, name: string): Promise<File | undefined> {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
    throw storageError(error, `Reading ${name}`);
  }
}

/** Whether the folder still has its place. */
export async function isFolderThere(folder: FileSystemDirectoryHandle): Promise<boolean> {
  try {
    await folder.keys().next();
    return true;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return false;
    throw storageError(error, 'Looking at a folder');
  }
}
