// Runs of setups in the browser: a folder per run in the private file system, the engine on this page, a worker per
// thread. Page only.

import { LabError } from '../../base/errors.ts';
import { Engine, type EngineHost } from '../../pipeline/engine/engine.ts';
import type { FunctionSource, ThreadMessage } from '../../pipeline/engine/job.ts';
import { builtinSource, isBuiltIn } from '../../pipeline/functions/catalogue.ts';
import type { SourceInstrument } from '../../pipeline/functions/template.ts';
import type { PipelineRun, RunFolder, RunsPort, SetupFiles } from '../../pipeline/ports.ts';
import { dataFlowSvg } from '../../pipeline/record/data-flow.ts';
import { runDirectoryName } from '../../pipeline/record/run-name.ts';
import { rowIntervalS, StatsTable } from '../../pipeline/record/stats-table.ts';
import { dumpPythonYaml } from '../../pipeline/setup/python-dump.ts';
import type { Setup, WorkerSetup } from '../../pipeline/setup/setup.ts';
import { openRunFolders } from '../../storage/run-folders.ts';
import { WorkerLife } from '../worker-life.ts';
import { ModuleFrame } from './module-frame.ts';
import type { PipelineThreadStart } from './protocol.ts';
import { pickRunFolder } from './run-folder.ts';

const NAMING_LOCK = 'pulsebench-run-name';
const LOOK_INTERVAL_MS = 250;

export class Runs implements RunsPort {
  readonly #coreModule: Promise<WebAssembly.Module>;
  readonly #instruments: () => readonly SourceInstrument[];

  /** `instruments` tells which are connected at the start of a run. */
  constructor(coreModule: Promise<WebAssembly.Module>, instruments: () => readonly SourceInstrument[] = () => []) {
    this.#coreModule = coreModule;
    this.#instruments = instruments;
  }

  async start(setup: Setup, files: SetupFiles): Promise<PipelineRun> {
    const [module, runs] = await Promise.all([this.#coreModule, openRunFolders()]);
    const { name, folder } = await makeRunFolder(runs);
    await writeText(folder, 'setup.yaml', dumpPythonYaml(setup.document));
    await writeText(folder, 'data_flow.svg', dataFlowSvg(setup));
    const moduleTexts = await readModules(setup, files);
    const engine = new Engine(
      setup,
      createHost({ module, runName: name, files, moduleTexts, instruments: this.#instruments() }),
    );
    return { name, engine, finished: recordStats(engine, folder), file: (path) => findFile(folder, path) };
  }

  async list(): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const [name, handle] of (await openRunFolders()).entries())
      if (handle.kind === 'directory') names.push(name);
    return names.sort().reverse();
  }

  async files(name: string): Promise<ReadonlyMap<string, File>> {
    const found = new Map<string, File>();
    await collect(await (await openRunFolders()).getDirectoryHandle(name), '', found);
    return found;
  }

  async saveZip(name: string): Promise<boolean> {
    const [{ saveRunZip }, files] = await Promise.all([import('./run-zip.ts'), this.files(name)]);
    return saveRunZip(name, files);
  }

  get canPickFolder(): boolean {
    return 'showDirectoryPicker' in globalThis;
  }

  pickFolder(): Promise<RunFolder | undefined> {
    return pickRunFolder((name) => this.files(name));
  }

  async remove(name: string): Promise<void> {
    await (await openRunFolders()).removeEntry(name, { recursive: true });
  }
}

async function collect(folder: FileSystemDirectoryHandle, prefix: string, found: Map<string, File>): Promise<void> {
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === 'file') found.set(prefix + name, await (handle as FileSystemFileHandle).getFile());
    else await collect(handle as FileSystemDirectoryHandle, `${prefix}${name}/`, found);
  }
}

async function findFile(folder: FileSystemDirectoryHandle, path: string): Promise<File | undefined> {
  try {
    return await (await folder.getFileHandle(path)).getFile();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
    throw error;
  }
}

/**
 * A second run within the same second takes the next one's name. Looking and making are one step for all tabs: the
 * file system has no "make only if it is not there".
 */
function makeRunFolder(
  runs: FileSystemDirectoryHandle,
): Promise<{ readonly name: string; readonly folder: FileSystemDirectoryHandle }> {
  return navigator.locks.request(NAMING_LOCK, async () => {
    const taken = new Set<string>();
    for await (const name of runs.keys()) taken.add(name);
    let startMs = Date.now();
    while (taken.has(runDirectoryName(new Date(startMs)))) startMs += 1000;
    const name = runDirectoryName(new Date(startMs));
    return { name, folder: await runs.getDirectoryHandle(name, { create: true }) };
  });
}

async function writeText(folder: FileSystemDirectoryHandle, fileName: string, text: string): Promise<void> {
  const writable = await (await folder.getFileHandle(fileName, { create: true })).createWritable();
  await writable.write(text);
  await writable.close();
}

/** The module that stands in for a Python file lies beside it under the same name with `.js`. */
function modulePath({ file }: WorkerSetup): string {
  return file.replace(/\.py$/, '.js');
}

/** Texts of the modules of a setup, by the name of the worker. */
async function readModules(setup: Setup, files: SetupFiles): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const worker of setup.workers) {
    if (worker.file === '' || isBuiltIn(worker.file, worker.function)) continue;
    const path = modulePath(worker);
    const source = files.get(path);
    if (!source) {
      throw new LabError(
        'setup/invalid',
        `${worker.file} of ${worker.name} is Python, which does not run in a browser. Put ${path} with the same function beside it.`,
      );
    }
    texts.set(worker.name, await source.text());
  }
  return texts;
}

interface HostParts {
  readonly module: WebAssembly.Module;
  readonly runName: string;
  readonly files: SetupFiles;
  readonly moduleTexts: ReadonlyMap<string, string>;
  readonly instruments: readonly SourceInstrument[];
}

function createHost({ module, runName, files, moduleTexts, instruments }: HostParts): EngineHost {
  return {
    module,
    now: () => (performance.timeOrigin + performance.now()) / 1000,
    resolveFunction: (worker): FunctionSource =>
      builtinSource(worker) ?? { kind: 'sandboxed', exportName: worker.function },
    startThread: (job, listener) => {
      const life = new WorkerLife(
        () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: job.workerName }),
      );
      const door = job.source.kind === 'sandboxed' ? new MessageChannel() : undefined;
      const frame = door && new ModuleFrame(moduleTexts.get(job.workerName)!, door.port2);
      void life.started.then((worker) => {
        worker.addEventListener('message', ({ data }: MessageEvent<ThreadMessage>) => listener.onMessage(data));
        const start: PipelineThreadStart = { job, runName, setupFiles: files, instruments, modulePort: door?.port1 };
        worker.postMessage(start, door ? [door.port1] : []);
      });
      let reason = '';
      void Promise.race([life.died, ...(frame ? [frame.died] : [])]).then((why) => {
        reason = why;
        life.terminate();
      });
      void life.gone.then(() => {
        frame?.remove();
        listener.onGone(reason);
      });
      return {
        terminate: () => {
          frame?.remove();
          life.terminate();
        },
      };
    },
  };
}

/** Watches a run to its end; stats.csv is written whole after each row, so that it survives a closed tab. */
async function recordStats(engine: Engine, folder: FileSystemDirectoryHandle): Promise<void> {
  const table = new StatsTable();
  let text = table.header(engine.status);
  let nextRowS = 0;
  let isOver = false;
  void engine.finished.then(() => {
    isOver = true;
  });
  while (!isOver) {
    const { status } = engine;
    if (status.activeS >= nextRowS) {
      nextRowS = status.activeS + rowIntervalS(status.activeS);
      text += table.row(status);
      await writeText(folder, 'stats.csv', text);
    }
    await Promise.race([engine.finished, new Promise((wake) => setTimeout(wake, LOOK_INTERVAL_MS))]);
  }
  await writeText(folder, 'stats.csv', text + table.row(engine.status));
}
