// Where files really lie, whatever symbolic links say.

import { realpathSync } from 'node:fs';
import { sep } from 'node:path';

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ERR_ACCESS_DENIED']);

/** `undefined` where there is no file, or none that this process may see. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** A folder that is there. One that the permission model shows only the inside of was named as it really lies. */
export function realFolder(path: string): string {
  return realPath(path) ?? path;
}

/** Whether `path` lies below `folder`; both as realpath says them. */
export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
