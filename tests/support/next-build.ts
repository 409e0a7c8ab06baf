// The build with other names for all that carries a hash: what a host has once a newer version took the place of the old
// one. Node only.

import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DIST } from './built-files.ts';

/** Sixteen hexadecimal digits, and the only such thing in the service worker's script. */
const BUILD_ID = /[0-9a-f]{16}/;

/** Makes a folder like dist/ in which no file below assets/ has its old name; the caller removes it. */
export function nextBuild(buildId: string): string {
  const folder = `${mkdtempSync(join(tmpdir(), 'next-build-'))}/`;
  cpSync(DIST, folder, { recursive: true });
  const names = readdirSync(join(folder, 'assets'));
  const renamed = (text: string) =>
    text.replaceAll(/([\w.-]+-)([\w-]{8})(\.(?:js|css|wasm))/g, (name, start: string, hash: string, end: string) =>
      names.includes(name) ? start + [...hash].reverse().join('') + end : name,
    );
  for (const name of names) renameSync(join(folder, 'assets', name), join(folder, 'assets', renamed(name)));
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(js|css|html)$/.test(path),
  );
  for (const path of texts) {
    const text = renamed(readFileSync(join(folder, path), 'utf8'));
    writeFileSync(join(folder, path), path === 'sw.js' ? text.replace(BUILD_ID, buildId) : text);
  }
  return folder;
}
