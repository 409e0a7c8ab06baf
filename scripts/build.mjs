// Builds the page into dist/ and holds the size of its start: `npm run build [-- --connect ws://HOST:PORT …]`.
import { takeConnections } from './named-connections.mjs';
import { ensureCore, ensureDependencies, run, runBin } from './run.mjs';

try {
  takeConnections(process.argv.slice(2));
} catch (error) {
  console.error(`build: ${error.message}`);
  process.exit(2);
}
ensureDependencies();
ensureCore();
runBin('vite', ['build', '--logLevel', 'warn']);
run('node', ['scripts/check-size.mjs']);
