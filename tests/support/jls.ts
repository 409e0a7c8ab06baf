// What the JLS tests share: golden JSON with 64-bit integers, hashes, a workspace.

import { createHash } from 'node:crypto';
import { createWorkspace, type Workspace } from '../../src/core/workspace.ts';
import { coreBytes } from './core.ts';
import { goldenBytes } from './golden.ts';

/** Parses golden JSON; integers of 16 digits and more come as decimal strings. */
export function goldenBigJson<T>(path: string): T {
  const text = new TextDecoder().decode(goldenBytes(path));
  return JSON.parse(text.replace(/([:[,]\s*)(-?\d{16,})(?=\s*[,\]}])/g, '$1"$2"')) as T;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function jlsWorkspace(memoryBytes = 16 * 2 ** 20): Workspace {
  return createWorkspace(new WebAssembly.Module(coreBytes()), memoryBytes);
}
