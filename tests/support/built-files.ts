// The files of the build. Node only.

import { readdirSync, statSync } from 'node:fs';

export const DIST = new URL('../../dist/', import.meta.url).pathname;

/** What the page keeps for use without a network: every file of the build. */
export function keptFiles(): string[] {
  const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => statSync(`${DIST}${file}`).isFile() && !/\.map$|^sw\.js$|^_headers$/.test(file));
}
