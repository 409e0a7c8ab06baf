// The folder of all runs in the private file system; each run has a folder of its own there. Any thread.

const FOLDER = 'runs';

export async function openRunFolders(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}
