// Runs the real command line as a user would: a process of its own.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const SCRIPT = fileURLToPath(new URL('../../scripts/pulsebench.mjs', import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function pulsebench(...args: string[]): CommandResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], {
    encoding: 'utf8',
    maxBuffer: 256 * 2 ** 20,
  });
  return { code: status, stdout, stderr };
}

/** The parsed answer of a command that must succeed. */
export function pulsebenchJson<T>(...args: string[]): T {
  const { code, stdout, stderr } = pulsebench(...args, '--json');
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** Path of a golden file, for a command. */
export function goldenPath(path: string): string {
  return fileURLToPath(new URL(`../golden/${path}`, import.meta.url));
}
