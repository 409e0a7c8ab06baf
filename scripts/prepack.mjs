// Before `npm pack`: builds what the package holds (package.json names it), all of it anew and without a word.
import { takeConnections } from './named-connections.mjs';
import { ensureCore, ensureDependencies, runBin } from './run.mjs';

takeConnections([]);
ensureDependencies();
ensureCore();
runBin('vite', ['build', '--logLevel', 'error']);
runBin('vite', ['build', '--config', 'vite.cli.config.ts', '--logLevel', 'error']);
