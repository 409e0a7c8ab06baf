// Runs a setup on real Node threads, for tests: the engine and the threads of the command line.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../../scripts/bundle.mjs';
import { nodeSetupFolder } from '../../src/cli/setup-folder.ts';
import { createNodeEngineHost } from '../../src/cli/thread-host.ts';
import { Engine, type LogLine } from '../../src/pipeline/engine/engine.ts';
import { loadSetup } from '../../src/pipeline/setup/load.ts';
import { coreBytes } from './core.ts';

const threadPath = await bundleForNode('src/cli/thread.ts', 'pipeline-thread');
const hooksPath = await bundleForNode('src/cli/module-hooks.ts', 'module-hooks');

export interface TestRun {
  readonly engine: Engine;
  readonly runDirectory: string;
  readonly logs: readonly LogLine[];
}

/** Starts the setup in a fresh run directory. Files that it names are looked for in `setupDirectory`. */
export async function startSetup(text: string, setupDirectory: string): Promise<TestRun> {
  const { setup, diagnostics } = await loadSetup(text, nodeSetupFolder(setupDirectory));
  if (!setup) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const runDirectory = mkdtempSync(join(tmpdir(), 'pulsebench-run-'));
  const engine = new Engine(
    setup,
    createNodeEngineHost({
      module: new WebAssembly.Module(coreBytes()),
      threadUrl: pathToFileURL(threadPath),
      hooksUrl: pathToFileURL(hooksPath),
      runDirectory,
      setupDirectory,
    }),
  );
  const logs: LogLine[] = [];
  engine.onLog.on((line) => logs.push(line));
  return { engine, runDirectory, logs };
}
