// Golden data: files and numbers made with the reference software (tests/golden/README.md says which).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** From the repository, in which tests run: a bundle lies elsewhere. */
const GOLDEN = join(process.cwd(), 'tests', 'golden');

export function goldenBytes(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(GOLDEN, path)));
}

/** Parsed JSON; the caller names the shape it expects. */
export function goldenJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(GOLDEN, path), 'utf8')) as T;
}
