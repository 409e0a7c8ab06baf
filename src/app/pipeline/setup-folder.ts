// The folder that a setup lies in, from files as they were dropped or picked: which of them is the setup, what the
// others are called from there, and which files of the setup are missing.

import type { SetupFiles } from '../../pipeline/ports.ts';
import type { Setup, SetupFolder } from '../../pipeline/setup/setup.ts';
import { decodeUtf8 } from '../../pipeline/setup/utf8.ts';

/** Larger text files are data, not configuration. */
const MAX_TEXT_BYTES = 4_000_000;

const YAML_NAME = /\.ya?ml$/i;

/** A setup has both sections at the beginning of a line. */
export function looksLikeSetup(text: string): boolean {
  return /^["']?Buffers["']?\s*:/m.test(text) && /^["']?Workers["']?\s*:/m.test(text);
}

/** A setup that plays a file back. */
const PLAYS_BACK = /\bdata\.\w+_importer\b/;

/** Paths of the setups among `files`, the likeliest first: high up, called setup, in no need of an earlier run. */
export async function findSetups(files: SetupFiles): Promise<readonly string[]> {
  const ranks = new Map<string, number>();
  for (const [path, blob] of files) {
    if (!YAML_NAME.test(path) || blob.size > MAX_TEXT_BYTES) continue;
    const text = await blob.text();
    if (!looksLikeSetup(text)) continue;
    ranks.set(path, path.split('/').length * 4 + (/setup/i.test(path) ? 0 : 2) + (PLAYS_BACK.test(text) ? 1 : 0));
  }
  return [...ranks.keys()].sort((a, b) => ranks.get(a)! - ranks.get(b)! || a.localeCompare(b));
}

/** `files` by their path from the folder of `setupPath`; those above it begin with `../`. */
export function relativeTo(setupPath: string, files: SetupFiles): SetupFiles {
  const folder = setupPath.split('/').slice(0, -1);
  return new Map([...files].map(([path, blob]) => [relativePath(folder, path.split('/')), blob]));
}

function relativePath(from: readonly string[], to: readonly string[]): string {
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common++;
  return [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/');
}

/** `./a/../b` is `b`. */
export function plainPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '.' || part === '') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

/**
 * The folder for the loader. A file that is not where the setup says, but a little elsewhere in the folder, is taken
 * from there, and `onElsewhere` is told: setups outlive the tidying up of their folders.
 */
export function folderOf(files: SetupFiles, onElsewhere: (wanted: string, found: string) => void): SetupFolder {
  return {
    readText: async (wanted) => {
      const path = plainPath(wanted);
      const found = files.has(path) ? path : elsewhere(files, path);
      const blob = found === undefined ? undefined : files.get(found);
      if (!blob || found === undefined || blob.size > MAX_TEXT_BYTES) return undefined;
      if (found !== path) onElsewhere(wanted, found);
      return decodeUtf8(new Uint8Array(await blob.arrayBuffer()), wanted);
    },
    readHead: async (wanted, maxBytes) => {
      const blob = files.get(plainPath(wanted));
      return blob && new Uint8Array(await blob.slice(0, maxBytes).arrayBuffer());
    },
  };
}

/** The only file of that name below the folder where it should be, or else below the folder above, and so on. */
function elsewhere(files: SetupFiles, path: string): string | undefined {
  const folders = path.split('/');
  const name = folders.pop();
  const sameName = [...files.keys()].filter((other) => other.split('/').at(-1) === name);
  for (; ; folders.pop()) {
    const prefix = folders.map((folder) => `${folder}/`).join('');
    const below = sameName.filter((other) => other.startsWith(prefix));
    if (below.length > 0 || folders.length === 0) return below.length === 1 ? below[0] : undefined;
  }
}

/** Functions that read the file that their `filename` names. */
const FILE_READERS = new Set(['data.simulate_importer', 'data.clocked_importer']);

/** Files that importers of the setup play back and that are not there. */
export function missingFiles(setup: Setup, files: SetupFiles): readonly string[] {
  const wanted = setup.workers.flatMap(({ function: name, file, config }) => {
    const path = file === '' && FILE_READERS.has(name) ? config.get('filename') : undefined;
    return typeof path === 'string' && !files.has(plainPath(path)) ? [path] : [];
  });
  return [...new Set(wanted)];
}
