// The command line of Pulsebench: builds what is stale without a word, then runs it.
//   npm run --silent pulsebench -- COMMAND …
import { importBuilt } from './node-build.mjs';

const { runCommandLine } = await importBuilt('main');
process.exitCode = await runCommandLine(process.argv.slice(2));
