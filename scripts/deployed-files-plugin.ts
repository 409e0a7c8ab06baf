// Vite plugin: what is deployed beside the page's own files, and what is not. The notices of others go with the build; the
// source maps stay behind, in build/maps, for whoever reads a stack from it.
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Plugin } from 'vite';
import { thirdPartyNotices } from './third-party-notices.ts';

export function deployedFilesPlugin(): Plugin {
  let root = '';
  let outDir = '';
  return {
    name: 'pulsebench-deployed-files',
    apply: 'build',
    configResolved(config) {
      root = config.root;
      outDir = join(config.root, config.build.outDir);
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'third-party-notices.txt', source: thirdPartyNotices(root) });
    },
    closeBundle() {
      const maps = join(root, 'build', 'maps');
      rmSync(maps, { recursive: true, force: true });
      mkdirSync(maps, { recursive: true });
      for (const path of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
        if (path.endsWith('.map')) renameSync(join(outDir, path), join(maps, basename(path)));
      }
    },
  };
}
