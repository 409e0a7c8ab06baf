// The folder of all runs in the private file system; each run has a folder of its own there. Any thread.

import { presentFolder, privateFolder } from './private-folder.ts';

const FOLDER = 'runs';

/** Made where it is not there. */
export function openRunFolders(): Promise<FileSystemDirectoryHandle> {
  return privateFolder(FOLDER);
}

/** `undefined` before the first run. */
export function presentRunFolders(): Promise<FileSystemDirectoryHandle | undefined> {
  return presentFolder(FOLDER);
}
