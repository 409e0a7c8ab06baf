import { defineConfig } from 'vite';
import { deployedFilesPlugin } from './scripts/deployed-files-plugin.ts';
import { ISOLATION_HEADERS } from './scripts/response-headers.ts';
import { scriptTextPlugin } from './scripts/script-text-plugin.ts';
import { serviceWorkerPlugin } from './scripts/service-worker-plugin.ts';
import { workerEntryPlugin } from './scripts/worker-entry-plugin.ts';

export default defineConfig({
  base: './',
  plugins: [scriptTextPlugin(), deployedFilesPlugin(), serviceWorkerPlugin()],
  build: { target: 'es2022', assetsInlineLimit: 0, sourcemap: 'hidden' },
  worker: { format: 'es', plugins: () => [workerEntryPlugin()] },
  server: { headers: ISOLATION_HEADERS },
});
