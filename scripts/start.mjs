// `npm start [-- --connect ws://HOST:PORT …]`: install what is missing, build, serve on this machine, print the address.
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltFor, takeConnections } from './named-connections.mjs';
import { ensureCore, ensureDependencies, newestMs, runBin } from './run.mjs';

let rest;
try {
  rest = takeConnections(process.argv.slice(2));
} catch (error) {
  console.error(`start: ${error.message}`);
  process.exit(2);
}
ensureDependencies();
ensureCore();
const isSame = existsSync('dist/_headers') && isBuiltFor(readFileSync('dist/_headers', 'utf8'));
if (
  !isSame ||
  newestMs('dist/index.html') <= newestMs('src', 'public', 'index.html', 'vite.config.ts', 'build/core.wasm')
) {
  console.log('Building…');
  runBin('vite', ['build', '--logLevel', 'warn']);
}
runBin('vite', ['preview', '--host', '127.0.0.1', ...rest]);
