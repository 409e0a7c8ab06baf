import { defineConfig } from 'vite';

// The command line, its pipeline threads and the bridge's simulators, for Node: the same rooms as the page, another build. It
// needs no package beside it.
export default defineConfig({
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: 'build/cli',
    emptyOutDir: true,
    target: 'node20',
    minify: true,
    rolldownOptions: {
      input: {
        main: 'src/cli/main.ts',
        thread: 'src/cli/thread.ts',
        simulators: 'src/cli/simulators.ts',
        'module-hooks': 'src/cli/module-hooks.ts',
      },
      output: { entryFileNames: '[name].js' },
    },
  },
});
