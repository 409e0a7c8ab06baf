// The folder of a setup on disk.

import { statSync } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { SetupFolder } from '../pipeline/setup/setup.ts';
import { decodeUtf8 } from '../pipeline/setup/utf8.ts';
import { realPath } from './real-path.ts';

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
      return isFile ? decodeUtf8(new Uint8Array(await readFile(full)), path) : undefined;
    },
    readHead: async (path, maxBytes) => {
      const full = findRecording(setupDirectory, path);
      if (full === undefined) return undefined;
      const file = await open(full);
      try {
        const { bytesRead, buffer } = await file.read(new Uint8Array(maxBytes), 0, maxBytes, 0);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}

/** A file that a source plays back: beside the setup, or from the working directory as in the reference. */
export function findRecording(setupDirectory: string, path: string): string | undefined {
  const candidates = [resolveSetupPath(setupDirectory, path), resolve(path)];
  return candidates.find((candidate) => realPath(candidate) !== undefined && statSync(candidate).isFile());
}
