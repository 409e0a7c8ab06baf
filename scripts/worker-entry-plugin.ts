// Vite plugin for workers: their entries export nothing. Left alone, the bundler puts what lazy chunks share into the entry
// and lets them import it from there. WebKit runs an entry that is imported a second time, and the second `serve` answers
// the page with an empty session. With its signature kept, what is shared goes into chunks of its own.
import type { Plugin } from 'vite';

export function workerEntryPlugin(): Plugin {
  return {
    name: 'pulsebench-worker-entry',
    options: (options) => ({ ...options, preserveEntrySignatures: 'strict' }),
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      for (const { fileName, exports } of chunks.filter(({ isEntry }) => isEntry)) {
        const importers = chunks.filter((chunk) => [...chunk.imports, ...chunk.dynamicImports].includes(fileName));
        if (exports.length === 0 && importers.length === 0) continue;
        const names = importers.map((chunk) => chunk.fileName).join(', ') || 'nobody';
        this.error(
          `${fileName} is the entry of a worker: it has ${exports.length} exports and is imported by ${names}.`,
        );
      }
    },
  };
}
