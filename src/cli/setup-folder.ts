// The folder of a setup on disk.

import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { SetupFolder } from '../pipeline/setup/setup.ts';

/** A path as written in a setup: `~` is the home directory, anything relative lies beside the setup. */
export function resolveSetupPath(setupDirectory: string, path: string): string {
  return resolve(setupDirectory, path.replace(/^~(?=\/|$)/, homedir));
}

export function nodeSetupFolder(setupDirectory: string): SetupFolder {
  return {
    readText: async (path) => {
      const full = resolveSetupPath(setupDirectory, path);
      const isFile = await stat(full).then(
        (entry) => entry.isFile(),
        () => false,
      );
      return isFile ? readFile(full, 'utf8') : undefined;
    },
  };
}
