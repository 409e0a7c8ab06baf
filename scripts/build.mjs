// Builds the page into dist/ and holds the size of its start.
import { ensureCore, ensureDependencies, run, runBin } from './run.mjs';

ensureDependencies();
ensureCore();
runBin('vite', ['build', '--logLevel', 'warn']);
run('node', ['scripts/check-size.mjs']);
