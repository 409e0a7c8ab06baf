// The bridge and the page's server: a program of its own with options of its own, which the build puts beside the page.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LabError } from '../base/errors.ts';
import { EndedWith } from './usage.ts';

/** Each resolves with an exit code when it listens, or cannot; it has said what is to be said. */
interface Servers {
  runBridge(args: readonly string[]): Promise<number>;
  runServer(args: readonly string[]): Promise<number>;
}

/** Serves the page and connects it with instruments, until a signal ends it. */
export async function bridge(args: readonly string[]): Promise<void> {
  endWith(await (await loadServers()).runBridge(args));
}

/** Serves the page alone, until a signal ends it. */
export async function serve(args: readonly string[]): Promise<void> {
  endWith(await (await loadServers()).runServer(args));
}

/** From build/cli/main.js to what is built beside the page. */
async function loadServers(): Promise<Servers> {
  const url = new URL('../../dist/pulsebench-bridge.mjs', import.meta.url);
  if (existsSync(fileURLToPath(url))) return import(/* @vite-ignore */ url.href);
  throw new LabError(
    'storage/unavailable',
    'The page and its bridge have not been built. Build them with "npm run build".',
  );
}

function endWith(code: number): void {
  if (code !== 0) throw new EndedWith(code);
}
