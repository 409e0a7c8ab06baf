// The C library of JLS v2 as a rival. JLS_LIBRARY names a checkout of github.com/jetperch/jls that is built in `build`:
//   cmake -S . -B build -DCMAKE_BUILD_TYPE=Release && cmake --build build
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scripts/run.mjs';

/** Samples of each of the two signals; the same in jls-c-library.c. */
export const LIBRARY_SAMPLES = 125_000_000;

/** Seconds that the library takes to `write` or `read` the file, in a process of its own; `undefined` without it. */
export function librarySeconds(what, path) {
  const checkout = process.env.JLS_LIBRARY;
  if (!checkout) return undefined;
  mkdirSync(join(ROOT, 'build', 'bench'), { recursive: true });
  const program = join(ROOT, 'build', 'bench', 'jls-c-library');
  const library = join(checkout, 'build', 'src', 'libjls.a');
  const source = join(ROOT, 'bench', 'jls-c-library.c');
  execFileSync('cc', ['-O3', '-I', join(checkout, 'include'), source, library, '-lm', '-lpthread', '-o', program]);
  return Number(execFileSync(program, [what, path], { encoding: 'utf8' }));
}
