// Small helpers for the scripts: run a program, and install or rebuild only what is missing or stale.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a program with our standard streams; ends this process with its code when it fails. */
export function run(program, args, options = {}) {
  const result = spawnSync(program, args, {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
  });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Runs a program of a development dependency. */
export function runBin(name, args, options = {}) {
  run(join(ROOT, 'node_modules', '.bin', name), args, options);
}

/** Newest modification time below the given paths, in ms; 0 when nothing is there. */
export function newestMs(...paths) {
  let newest = 0;
  for (const path of paths.map((p) => join(ROOT, p))) {
    if (!existsSync(path)) continue;
    const stat = statSync(path);
    if (stat.isDirectory()) {
      for (const entry of readdirSync(path))
        newest = Math.max(newest, newestMs(join(path.slice(ROOT.length + 1), entry)));
    } else {
      newest = Math.max(newest, stat.mtimeMs);
    }
  }
  return newest;
}

/** Installs the dependencies when they are missing or older than the lock file. */
export function ensureDependencies() {
  if (newestMs('node_modules/.package-lock.json') >= newestMs('package-lock.json')) return;
  console.log('Installing dependencies…');
  run('npm', ['ci', '--no-fund', '--no-audit']);
}

/** Compiles the WebAssembly core when its sources are newer than the artefact. */
export function ensureCore() {
  if (newestMs('build/core.wasm') > newestMs('assembly', 'asconfig.json')) return;
  for (const target of ['debug', 'release']) runBin('asc', ['--target', target]);
}
