// The entry of a worker exports nothing and nobody imports it: WebKit would run it twice.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { workerEntryPlugin } from '../../../scripts/worker-entry-plugin.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'worker-entry-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Builds a page whose worker is these files, `worker.js` first, and answers with the chunks of the worker. */
async function chunksOf(files: Readonly<Record<string, string>>) {
  const page = "new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });";
  for (const [name, text] of Object.entries({ 'page.js': page, ...files })) writeFileSync(join(folder, name), text);
  const found: { fileName: string; isEntry: boolean; imports: string[]; exports: string[] }[] = [];
  await build({
    configFile: false,
    root: folder,
    logLevel: 'silent',
    build: { write: false, rollupOptions: { input: join(folder, 'page.js') } },
    worker: {
      format: 'es',
      plugins: () => [
        workerEntryPlugin(),
        {
          name: 'look',
          generateBundle: (_options, bundle) => {
            for (const output of Object.values(bundle)) if (output.type === 'chunk') found.push(output);
          },
        },
      ],
    },
  });
  return found;
}

it('what the entry shares with a lazy chunk goes into a chunk of its own', async () => {
  const chunks = await chunksOf({
    'worker.js': "import { shared } from './shared.js'; self.onmessage = () => import('./lazy.js'); shared();",
    'lazy.js': "import { shared } from './shared.js'; shared(); export const more = 1;",
    'shared.js': "export const shared = () => self.postMessage('shared');",
  });
  const entry = chunks.find(({ isEntry }) => isEntry)!;
  expect(entry.exports).toEqual([]);
  expect(chunks.filter(({ imports }) => imports.includes(entry.fileName))).toEqual([]);
  expect(chunks).toHaveLength(3);
});

it('an entry with exports ends the build', async () => {
  const files = { 'worker.js': "export const answer = 42; self.postMessage('here');" };
  await expect(chunksOf(files)).rejects.toThrow(/is the entry of a worker: it has 1 exports/);
});
