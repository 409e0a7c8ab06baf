// Golden data: files and numbers made with the reference software (tests/golden/README.md says which).

import { readFileSync } from 'node:fs';

const GOLDEN = new URL('../golden/', import.meta.url);

export function goldenBytes(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(path, GOLDEN)));
}

/** Parsed JSON; the caller names the shape it expects. */
export function goldenJson<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, GOLDEN), 'utf8')) as T;
}
