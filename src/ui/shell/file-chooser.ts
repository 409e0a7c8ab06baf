// The browser's file chooser: with handles where there are any, so that the file can be found again next time.

import type { PickedFile } from '../../app/opened-file.ts';

/** Asks for files; empty when the user closed the chooser. Must be called from a user gesture. */
export async function chooseFiles(): Promise<readonly PickedFile[]> {
  if (!('showOpenFilePicker' in window)) return chooseWithInput();
  try {
    const handles = await window.showOpenFilePicker({ multiple: true });
    return await Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), handle })));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return [];
    throw error;
  }
}

/** Dropped files, with handles where the browser gives them. Must be called while the drop event is handled. */
export function droppedFiles(transfer: DataTransfer): Promise<readonly PickedFile[]> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file');
  return Promise.all(
    items.map(async (item) => {
      const file = item.getAsFile();
      const handle = 'getAsFileSystemHandle' in item ? await item.getAsFileSystemHandle().catch(() => null) : null;
      return { file, handle: isFile(handle) ? handle : undefined };
    }),
  ).then((all) => all.flatMap(({ file, handle }) => (file ? [{ file, handle }] : [])));
}

function chooseWithInput(): Promise<readonly PickedFile[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve([...(input.files ?? [])].map((file) => ({ file }))), { once: true });
    input.addEventListener('cancel', () => resolve([]), { once: true });
    input.click();
  });
}

/** Not by `instanceof`: some browsers have no such class. */
function isFile(handle: FileSystemHandle | null): handle is FileSystemFileHandle {
  return handle?.kind === 'file';
}
