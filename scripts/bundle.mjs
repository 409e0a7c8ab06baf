// Bundles a TypeScript module of ours into one file that Node runs: for benchmarks and for threads in tests.
import { join } from 'node:path';
import { build } from 'vite';
import { ROOT } from './run.mjs';

/** Writes build/node/<name>.mjs from the module at `entry` (relative to the repository) and returns its path. */
export async function bundleForNode(entry, name) {
  const outDir = join(ROOT, 'build', 'node');
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(ROOT, entry),
      outDir,
      emptyOutDir: false,
      copyPublicDir: false,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: `${name}.mjs`, codeSplitting: false } },
    },
  });
  return join(outDir, `${name}.mjs`);
}
