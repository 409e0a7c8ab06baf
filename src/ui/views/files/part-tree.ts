// The parts of a file as a tree: their ids are paths. Folders with one thing in them are joined with it.

import type { ReadPart } from '../../../model/reading.ts';

export interface PartFolder {
  /** What stands before its entries, such as `entry/data`. */
  readonly name: string;
  readonly folders: readonly PartFolder[];
  readonly parts: readonly NamedPart[];
}

export interface NamedPart {
  /** The last step of its path. */
  readonly name: string;
  readonly part: ReadPart;
}

interface Growing {
  readonly folders: Map<string, Growing>;
  readonly parts: NamedPart[];
}

/** Those of which the path or the detail holds all words of `search`, in their order. */
export function partTree(parts: readonly ReadPart[], search = ''): PartFolder {
  const words = search.toLowerCase().split(/\s+/);
  const root: Growing = { folders: new Map(), parts: [] };
  for (const part of parts) {
    const text = `${part.id} ${part.detail}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    const steps = part.id.split('/').filter((step) => step !== '');
    const name = steps.pop() ?? part.id;
    let folder = root;
    for (const step of steps) {
      const next = folder.folders.get(step) ?? { folders: new Map(), parts: [] };
      folder.folders.set(step, next);
      folder = next;
    }
    folder.parts.push({ name, part });
  }
  return folderOf('', root);
}

function folderOf(name: string, { folders, parts }: Growing): PartFolder {
  return { name, parts, folders: [...folders].map(([step, folder]) => joined(folderOf(step, folder))) };
}

function joined(folder: PartFolder): PartFolder {
  const [only] = folder.folders;
  if (!only || folder.folders.length > 1 || folder.parts.length > 0) return folder;
  return joined({ ...only, name: `${folder.name}/${only.name}` });
}

/** Of a folder and all in it. */
export function partsIn({ folders, parts }: PartFolder): readonly ReadPart[] {
  return [...folders.flatMap(partsIn), ...parts.map(({ part }) => part)];
}
