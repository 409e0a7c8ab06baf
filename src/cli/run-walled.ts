// Runs a setup's own JavaScript: asks first, then starts a process for the run that may read the setup's folder and the
// program, write below --out, and start neither programs nor addons. The run's threads share memory with what steers
// them, so all of it is in that process.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { terminalText } from './terminal-text.ts';
import { EndedWith, UsageError } from './usage.ts';

/** All of the environment that a run sees: no tokens, no options of Node's. */
const ENVIRONMENT = ['HOME', 'USERPROFILE', 'SystemRoot', 'LANG', 'LC_ALL', 'TZ', 'TERM'];
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** What a shell says of a process that a signal ended. */
const ENDED_BY_SIGNAL = 130;

/** Whether this process is such a one. */
export function isWalled(): boolean {
  return process.permission !== undefined;
}

/** Throws UsageError when nobody says yes. `modules` are paths. */
export async function askForTrust(setupPath: string, modules: readonly string[]): Promise<void> {
  const names = modules.map((path) => relative(realpathSync.native(dirname(resolve(setupPath))), path)).join(', ');
  const what = `${basename(setupPath)} runs JavaScript of its own: ${names}.`;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError(`${what} Look at it, and add --trust to run it.`);
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(
    `${terminalText(what)}\nIt can read the setup's folder and write into the run directory. Run it? [y/N] `,
  );
  lines.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError(`${basename(setupPath)} was not run.`);
}

export interface WalledRun {
  readonly setupPath: string;
  /** It is there already. */
  readonly out: string;
  /** Further words for `run`. */
  readonly options: readonly string[];
}

/** Runs the setup in a process of its own. Rejects with EndedWith when that does not end well. */
export async function runWalled({ setupPath, out, options }: WalledRun): Promise<void> {
  const program = realpathSync.native(fileURLToPath(new URL('../../', import.meta.url)));
  const setupDirectory = realpathSync.native(dirname(resolve(setupPath)));
  const outDirectory = realpathSync.native(out);
  const entry = join(program, 'bin', 'pulsebench.mjs');
  const args = [
    ...wallFlags({ program, setupDirectory, outDirectory }),
    ...[entry, 'run', join(setupDirectory, basename(setupPath)), '--out', outDirectory, '--trust', ...options],
  ];
  // A group of its own: Ctrl-C reaches it once, through here.
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: Object.fromEntries(ENVIRONMENT.flatMap((name) => (name in process.env ? [[name, process.env[name]]] : []))),
    detached: true,
  });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, forward);
  const [code] = (await once(child, 'exit')) as [number | null];
  for (const signal of SIGNALS) process.off(signal, forward);
  if (code !== 0) throw new EndedWith(code ?? ENDED_BY_SIGNAL);
}

export interface WallPlaces {
  readonly program: string;
  readonly setupDirectory: string;
  readonly outDirectory: string;
}

/** Options of Node for such a process. Folders are there, and as realpath says them: the model compares texts. */
export function wallFlags({ program, setupDirectory, outDirectory }: WallPlaces): readonly string[] {
  const readable = [
    ...['bin', 'build', 'package.json'].map((name) => join(program, name)),
    ...[setupDirectory, outDirectory],
  ];
  return [
    ...permissionFlags(),
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${outDirectory}`,
  ];
}

/** The model's flag was an experimental one until Node 22.13; since Node 25 the network is one of its permissions. */
function permissionFlags(): string[] {
  const known = process.allowedNodeEnvironmentFlags;
  return [
    known.has('--permission') ? '--permission' : '--experimental-permission',
    '--allow-worker',
    ...(known.has('--allow-net') ? ['--allow-net'] : []),
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
  ];
}
