import { defineConfig } from 'vite';
import { bridgePlugin } from './scripts/bridge-plugin.ts';
import { deployedFilesPlugin } from './scripts/deployed-files-plugin.ts';
import { hdf5WasmPlugin } from './scripts/hdf5-wasm-plugin.ts';
import { ISOLATION_HEADERS } from './scripts/response-headers.ts';
import { scriptTextPlugin } from './scripts/script-text-plugin.ts';
import { serviceWorkerPlugin } from './scripts/service-worker-plugin.ts';
import { workerEntryPlugin } from './scripts/worker-entry-plugin.ts';

export default defineConfig({
  base: './',
  plugins: [scriptTextPlugin(), deployedFilesPlugin(), bridgePlugin(), hdf5WasmPlugin(), serviceWorkerPlugin()],
  build: { target: 'es2022', assetsInlineLimit: 0, sourcemap: 'hidden' },
  worker: { format: 'es', plugins: () => [workerEntryPlugin(), hdf5WasmPlugin()] },
  server: { headers: ISOLATION_HEADERS },
});
