// Builds the page into dist/.
import { ensureCore, ensureDependencies, runBin } from './run.mjs';

ensureDependencies();
ensureCore();
runBin('vite', ['build', '--logLevel', 'warn']);
