// The folder of all runs in the private file system; each run has a folder of its own there. Any thread.

import { privateFolder } from './private-folder.ts';

export function openRunFolders(): Promise<FileSystemDirectoryHandle> {
  return privateFolder('runs');
}
