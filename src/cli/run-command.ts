// `setup` and `run`: checks a mimo setup, and runs one without a screen on Node's threads.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { LabError } from '../base/errors.ts';
import { dumpPythonYaml } from '../base/yaml/python-dump.ts';
import { Engine, type RunStatus } from '../pipeline/engine/engine.ts';
import { outcomeOf } from '../pipeline/engine/outcome.ts';
import { deadShareOf } from '../pipeline/engine/thread-times.ts';
import { dataFlowSvg } from '../pipeline/record/data-flow.ts';
import { runDirectoryName } from '../pipeline/record/run-name.ts';
import { rowIntervalS, StatsTable } from '../pipeline/record/stats-table.ts';
import { loadSetup } from '../pipeline/setup/load.ts';
import type { LoadedSetup } from '../pipeline/setup/setup.ts';
import { NodeSink } from './node-file.ts';
import { endOnSignals, RunEnd } from './run-end.ts';
import { askForTrust, isWalled, runWalled } from './run-walled.ts';
import { print, readInput } from './session.ts';
import { nodeSetupFolder } from './setup-folder.ts';
import { setupAsJson } from './setup-json.ts';
import { modulePathsOf } from './setup-modules.ts';
import { printLine } from './terminal-text.ts';
import { createNodeEngineHost } from './thread-host.ts';
import { Arguments, UsageError } from './usage.ts';

/** Milliseconds between two looks at a run. */
const LOOK_INTERVAL_MS = 100;

export async function setupCommand(args: readonly string[]): Promise<void> {
  const parsed = new Arguments(args, { words: ['SETUP.yaml'], switches: ['json'] });
  const { setup, diagnostics } = await load(parsed.words[0]!);
  print({ ok: setup !== undefined, setup: setup ? setupAsJson(setup) : null, diagnostics }, parsed.has('json'));
  if (!setup) throw unusable(parsed.words[0]!, diagnostics);
}

export async function runCommand(args: readonly string[]): Promise<void> {
  const shape = { words: ['SETUP.yaml'], values: ['out', 'duration'], switches: ['json', 'trust'] };
  const parsed = new Arguments(args, shape);
  const path = parsed.words[0]!;
  const durationS = seconds(parsed.value('duration'));
  const parent = resolve(parsed.required('out'));
  const isJson = parsed.has('json');
  const { setup, diagnostics } = await load(path);
  if (!setup) throw unusable(path, diagnostics);
  const modules = modulePathsOf(setup, dirname(resolve(path)));
  if (modules.length > 0 && !isWalled()) {
    if (!parsed.has('trust')) await askForTrust(path, modules);
    mkdirSync(parent, { recursive: true });
    const options = [
      ...(isJson ? ['--json'] : []),
      ...(durationS < Number.POSITIVE_INFINITY ? [`--duration=${durationS}`] : []),
    ];
    return runWalled({ setupPath: path, out: parent, options });
  }
  const messages: string[] = [];
  const say = (text: string): void => {
    if (isJson) messages.push(text);
    else printLine(text);
  };
  for (const { severity, message, line, column } of diagnostics) {
    say(`${basename(path)}:${line}:${column}: ${severity}: ${message}`);
  }
  const runDirectory = makeRunDirectory(parent);
  writeFileSync(join(runDirectory, 'setup.yaml'), dumpPythonYaml(setup.document));
  writeFileSync(join(runDirectory, 'data_flow.svg'), dataFlowSvg(setup));
  const engine = new Engine(
    setup,
    createNodeEngineHost({
      module: new WebAssembly.Module(readFileSync(new URL('../core.wasm', import.meta.url))),
      threadUrl: new URL('./thread.js', import.meta.url),
      hooksUrl: new URL('./module-hooks.js', import.meta.url),
      runDirectory,
      setupDirectory: dirname(resolve(path)),
    }),
  );
  engine.onLog.on(({ workerName, text }) => say(`${workerName}: ${text}`));
  // in order: no new events, and everything that was written runs through
  const dismiss = endOnSignals({ inOrder: () => engine.shutdown('roots'), atOnce: () => engine.kill() });
  const end = new RunEnd(engine, durationS);
  await recordStats(engine, join(runDirectory, 'stats.csv'), end);
  dismiss();
  const { status } = engine;
  const { buffers, activeS } = status;
  const events = Object.fromEntries(buffers.map(({ name, eventCount }) => [name, eventCount]));
  const deadShare = Object.fromEntries(
    buffers.filter(({ isRoot }) => isRoot).map((buffer) => [buffer.name, deadShareOf(buffer)]),
  );
  print({ runDirectory, activeS, events, deadShare, ...(isJson && { messages }) }, isJson);
  const { state, failures, losses } = outcomeOf(status);
  const lost = losses.length > 0 ? ` Lost: ${losses.join('; ')}.` : '';
  if (failures.length > 0) throw new LabError('run/failed', withOthers(failures) + lost);
  if (state === 'killed') throw new LabError('run/failed', (end.stuck ?? 'The run was ended at once.') + lost);
}

/** The first mistake, for the one line of a failure; `setup` lists them all. */
function unusable(path: string, diagnostics: LoadedSetup['diagnostics']): LabError {
  const mistakes = diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ message, line, column }) => `line ${line}, column ${column}: ${message}`);
  return new LabError('setup/invalid', `${path} cannot be run. ${withOthers(mistakes)}`);
}

function withOthers([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}

async function load(path: string): Promise<LoadedSetup> {
  const folder = nodeSetupFolder(dirname(resolve(path)));
  return loadSetup(new Uint8Array(readInput(path)), folder, {
    memoryBytes: totalmem(),
    coreCount: availableParallelism(),
  });
}

function seconds(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (!(value > 0)) throw new UsageError(`--duration needs a number of seconds above 0, not "${text}".`);
  return value;
}

/** A second run within the same second waits for the next one. */
function makeRunDirectory(parent: string): string {
  if (!isWalled()) mkdirSync(parent, { recursive: true });
  for (let start = Date.now(); ; start += 1000) {
    const path = join(parent, runDirectoryName(new Date(start)));
    try {
      mkdirSync(path);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Watches the run to its end and writes stats.csv on the reference's schedule, with a last row at the end. */
async function recordStats(engine: Engine, path: string, end: RunEnd): Promise<void> {
  const file = new NodeSink(path);
  const append = (text: string): void => file.append(new TextEncoder().encode(text));
  const table = new StatsTable();
  append(table.header(engine.status));
  let isOver = false;
  void engine.finished.then(() => {
    isOver = true;
  });
  let nextRowS = 0;
  let before = performance.eventLoopUtilization();
  const row = (status: RunStatus): void => {
    const now = performance.eventLoopUtilization();
    append(table.row(status, performance.eventLoopUtilization(now, before).utilization));
    before = now;
  };
  while (!isOver) {
    const { status } = engine;
    const { activeS } = status;
    if (activeS >= nextRowS) {
      row(status);
      nextRowS = activeS + rowIntervalS(activeS);
    }
    end.look(status);
    await Promise.race([engine.finished, new Promise((wake) => setTimeout(wake, LOOK_INTERVAL_MS))]);
  }
  row(engine.status);
  file.close();
}
