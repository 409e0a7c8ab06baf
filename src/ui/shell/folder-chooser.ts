// Folders, picked or dropped, as files by path.

/** More files than this are no setup's folder; the rest is left alone. */
const MAX_FILES = 2000;

type Tree = Map<string, File>;

/** Asks for a folder; empty when the user closed the chooser. Must be called from a user gesture. */
export async function chooseFolder(): Promise<ReadonlyMap<string, File>> {
  if (!('showDirectoryPicker' in window)) return chooseWithInput();
  try {
    const folder = await window.showDirectoryPicker();
    const tree: Tree = new Map();
    await collectHandles(folder, `${folder.name}/`, tree);
    return tree;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return new Map();
    throw error;
  }
}

/** True when what is dropped may hold a setup: a folder, or a YAML file among others. */
export function holdsSetup(transfer: DataTransfer): boolean {
  return [...transfer.items].some((item) => {
    if (item.kind !== 'file') return false;
    return item.webkitGetAsEntry()?.isDirectory === true || /\.ya?ml$/i.test(item.getAsFile()?.name ?? '');
  });
}

/** Files that may hold measurements: no setups, and nothing that systems hide. */
export function dataFiles(tree: ReadonlyMap<string, File>): readonly File[] {
  return [...tree.values()].filter(({ name }) => !/^\.|\.ya?ml$/i.test(name));
}

/** Dropped files and folders by path. Must be called while the drop event is handled. */
export function droppedTree(transfer: DataTransfer): Promise<ReadonlyMap<string, File>> {
  const roots = [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  return collectDropped(roots);
}

async function collectDropped(
  roots: readonly { readonly entry: FileSystemEntry | null; readonly file: File | null }[],
): Promise<Tree> {
  const tree: Tree = new Map();
  for (const { entry, file } of roots) {
    if (entry?.isDirectory) await collectEntries(entry as FileSystemDirectoryEntry, `${entry.name}/`, tree);
    else if (file) tree.set(file.name, file);
  }
  return tree;
}

async function collectHandles(folder: FileSystemDirectoryHandle, prefix: string, tree: Tree): Promise<void> {
  for await (const [name, handle] of folder.entries()) {
    if (tree.size >= MAX_FILES) return;
    if (handle.kind === 'file') tree.set(prefix + name, await (handle as FileSystemFileHandle).getFile());
    else await collectHandles(handle as FileSystemDirectoryHandle, `${prefix}${name}/`, tree);
  }
}

async function collectEntries(folder: FileSystemDirectoryEntry, prefix: string, tree: Tree): Promise<void> {
  const reader = folder.createReader();
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return;
    for (const entry of entries) {
      if (tree.size >= MAX_FILES) return;
      if (entry.isDirectory) await collectEntries(entry as FileSystemDirectoryEntry, `${prefix}${entry.name}/`, tree);
      else tree.set(prefix + entry.name, await fileOf(entry as FileSystemFileEntry));
    }
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

function chooseWithInput(): Promise<ReadonlyMap<string, File>> {
  const input = document.createElement('input');
  input.type = 'file';
  input.webkitdirectory = true;
  return new Promise((resolve) => {
    const take = () => resolve(new Map([...(input.files ?? [])].map((file) => [file.webkitRelativePath, file])));
    input.addEventListener('change', take, { once: true });
    input.addEventListener('cancel', () => resolve(new Map()), { once: true });
    input.click();
  });
}
