// `npm start`: install what is missing, build, serve on this machine, print the address.
import { ensureCore, ensureDependencies, newestMs, runBin } from './run.mjs';

ensureDependencies();
ensureCore();
if (newestMs('dist/index.html') <= newestMs('src', 'public', 'index.html', 'vite.config.ts', 'build/core.wasm')) {
  console.log('Building…');
  runBin('vite', ['build', '--logLevel', 'warn']);
}
runBin('vite', ['preview', '--host', '127.0.0.1', ...process.argv.slice(2)]);
