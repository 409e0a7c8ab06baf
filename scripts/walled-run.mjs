// Entry of the process that runs a setup with JavaScript of its own, under Node's permission model. The command line
// starts it (src/cli/run-walled.ts) and has built what it needs.
import { runCommandLine } from '../build/cli/main.js';

process.exitCode = await runCommandLine(process.argv.slice(2));
