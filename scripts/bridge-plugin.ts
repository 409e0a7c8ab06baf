// Vite plugin: puts the bridge beside the page that is built, bundled into one file that Node runs without an installation.
import { join } from 'node:path';
import { build, type Plugin } from 'vite';

export const BRIDGE_FILE = 'pulsebench-bridge.mjs';

/** What the bridge builds when it is asked for is in the bundle. */
const builtIn = (root: string): Plugin => ({
  name: 'pulsebench-bridge-talkers',
  enforce: 'pre',
  resolveId: (id) => (id === './talkers.mjs' ? join(root, 'src/cli/simulators.ts') : undefined),
});

export function bridgePlugin(): Plugin {
  let root = '';
  let outDir = '';
  return {
    name: 'pulsebench-bridge',
    apply: 'build',
    configResolved(config) {
      root = config.root;
      outDir = join(config.root, config.build.outDir);
    },
    async closeBundle() {
      await build({
        configFile: false,
        root,
        logLevel: 'warn',
        publicDir: false,
        plugins: [builtIn(root)],
        ssr: { noExternal: true },
        build: {
          ssr: join(root, 'bridge/server.mjs'),
          outDir,
          emptyOutDir: false,
          target: 'node20',
          minify: false,
          rolldownOptions: { output: { entryFileNames: BRIDGE_FILE, codeSplitting: false } },
        },
      });
    },
  };
}
