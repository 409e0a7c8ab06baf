#!/usr/bin/env node
// The command `pulsebench` of the installed package, in which everything is built; also the entry of the process that runs
// a setup with JavaScript of its own, under Node's permission model (src/cli/run-walled.ts).
import { runCommandLine } from '../build/cli/main.js';

process.exitCode = await runCommandLine(process.argv.slice(2));
