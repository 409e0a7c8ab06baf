import { defineConfig } from 'vite';

// The command line, its pipeline threads and the bridge's simulators, for Node: the same rooms as the page, another build.
export default defineConfig({
  publicDir: false,
  build: {
    ssr: true,
    outDir: 'build/cli',
    emptyOutDir: true,
    target: 'node20',
    minify: false,
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
