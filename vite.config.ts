import { defineConfig } from 'vite';
import { deployedFilesPlugin } from './scripts/deployed-files-plugin.ts';
import { scriptTextPlugin } from './scripts/script-text-plugin.ts';
import { serviceWorkerPlugin } from './scripts/service-worker-plugin.ts';
import { workerEntryPlugin } from './scripts/worker-entry-plugin.ts';

// Every response carries these, so that the page may use shared memory (threads).
export const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

export default defineConfig({
  base: './',
  plugins: [scriptTextPlugin(), deployedFilesPlugin(), serviceWorkerPlugin()],
  build: { target: 'es2022', assetsInlineLimit: 0, sourcemap: 'hidden' },
  worker: { format: 'es', plugins: () => [workerEntryPlugin()] },
  server: { headers: ISOLATION_HEADERS },
  preview: { headers: ISOLATION_HEADERS },
});
