// Run directories copied into a folder that the user picked. Page only.

import { cancelled } from '../../base/errors.ts';
import type { CopyProgress } from '../../model/ports.ts';
import type { RunFolder } from '../../pipeline/ports.ts';
import { storageError } from '../../storage/io-errors.ts';
import { copyInto } from '../../storage/save.ts';

/** Asks for a folder to write into; `undefined` when the user closed the picker. From a click. */
export async function pickRunFolder(
  filesOf: (runName: string) => Promise<ReadonlyMap<string, File>>,
): Promise<RunFolder | undefined> {
  try {
    const folder = await window.showDirectoryPicker({ id: 'runs', mode: 'readwrite' });
    return {
      name: folder.name,
      copy: async (runName, { onProgress, signal }) => {
        try {
          await copyRun(folder, runName, { files: await filesOf(runName), onProgress, signal });
        } catch (error) {
          if (signal.aborted) throw cancelled('Copying');
          throw storageError(error, 'Copying');
        }
      },
    };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw storageError(error, 'Choosing a folder');
  }
}

interface CopyParts {
  readonly files: ReadonlyMap<string, File>;
  readonly onProgress: (progress: CopyProgress) => void;
  readonly signal: AbortSignal;
}

async function copyRun(target: FileSystemDirectoryHandle, runName: string, parts: CopyParts): Promise<void> {
  const { files, onProgress, signal } = parts;
  const totalBytes = [...files.values()].reduce((sum, { size }) => sum + size, 0);
  const root = await target.getDirectoryHandle(runName, { create: true });
  let copiedBytes = 0;
  for (const [path, content] of files) {
    const names = path.split('/');
    const fileName = names.pop()!;
    let folder = root;
    for (const name of names) folder = await folder.getDirectoryHandle(name, { create: true });
    await copyInto(await folder.getFileHandle(fileName, { create: true }), {
      content,
      signal,
      onProgress: ({ doneBytes }) => onProgress({ doneBytes: copiedBytes + doneBytes, totalBytes }),
    });
    copiedBytes += content.size;
  }
}
