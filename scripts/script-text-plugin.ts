// Vite plugin: `import text from './module.ts?script-text'` is the module and all that it imports, bundled into one
// classic script, as text. For code that has to run where nothing can be loaded.
import { build, type Plugin } from 'vite';

const QUERY = '?script-text';

export function scriptTextPlugin(): Plugin {
  return {
    name: 'pulsebench-script-text',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith(QUERY)) return undefined;
      const entry = id.slice(0, -QUERY.length);
      const result = await build({
        configFile: false,
        logLevel: 'warn',
        publicDir: false,
        build: {
          write: false,
          target: 'es2022',
          minify: true,
          modulePreload: false,
          rolldownOptions: { input: entry, output: { format: 'iife', codeSplitting: false } },
        },
      });
      const [output] = Array.isArray(result) ? result : [result];
      if (!output || !('output' in output)) throw new Error(`${entry} was not bundled.`);
      const chunk = output.output[0];
      for (const file of chunk.moduleIds) this.addWatchFile(file);
      return `export default ${JSON.stringify(chunk.code)};`;
    },
  };
}
