// Builds what the command line and the bridge's simulators run: the TypeScript of the pure rooms, bundled for Node, when
// it is stale and without a word.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { newestMs, ROOT } from './run.mjs';

const FOLDER = join(ROOT, 'build', 'cli');
const LOCK = join(ROOT, 'build', 'cli.lock');
/** A build that takes longer than this was killed. */
const STALE_LOCK_MS = 120_000;

const isStale = () =>
  newestMs('build/core.wasm') <= newestMs('assembly', 'asconfig.json') ||
  newestMs('build/cli/main.js') <= newestMs('src', 'package-lock.json', 'vite.cli.config.ts');

const pauseMs = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** One build at a time: other processes wait for it. */
function withLock(work) {
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  for (;;) {
    try {
      mkdirSync(LOCK);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const lock = statSync(LOCK, { throwIfNoEntry: false });
      if (lock && Date.now() - lock.mtimeMs > STALE_LOCK_MS) rmdirSync(LOCK);
      else pauseMs(100);
    }
  }
  try {
    work();
  } finally {
    rmdirSync(LOCK);
  }
}

function quietly(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: ROOT,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  console.error(`${args.join(' ')} failed.\n${stdout}${stderr}`);
  process.exit(1);
}

function build() {
  if (!isStale()) return;
  quietly(process.execPath, ['scripts/build-core.mjs']);
  quietly(join(ROOT, 'node_modules', '.bin', 'vite'), [
    'build',
    ...['--config', 'vite.cli.config.ts', '--logLevel', 'error'],
  ]);
}

/** Loads build/cli/<name>.js, made anew if a source is newer. */
export async function importBuilt(name) {
  if (isStale()) withLock(build);
  return import(pathToFileURL(join(FOLDER, `${name}.js`)).href);
}
