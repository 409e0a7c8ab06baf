// Runs of setups in the browser: a folder per run in the private file system, the engine on this page, a worker per
// thread. Page only.

import { assert } from '../../base/assert.ts';
import { LabError } from '../../base/errors.ts';
import { dumpPythonYaml } from '../../base/yaml/python-dump.ts';
import type { TraceFeed } from '../../core/trace-feed.ts';
import { Engine, type EngineHost } from '../../pipeline/engine/engine.ts';
import type { FunctionSource, ThreadMessage } from '../../pipeline/engine/job.ts';
import { builtinSource, isBuiltIn } from '../../pipeline/functions/catalogue.ts';
import type { PipelineRun, RunFolder, RunsPort, SetupFiles } from '../../pipeline/ports.ts';
import { dataFlowSvg } from '../../pipeline/record/data-flow.ts';
import { runDirectoryName } from '../../pipeline/record/run-name.ts';
import type { Setup, WorkerSetup } from '../../pipeline/setup/setup.ts';
import { storageError } from '../../storage/io-errors.ts';
import { takeLock } from '../../storage/locks.ts';
import { fileIn, writeTextFile } from '../../storage/private-folder.ts';
import { openRunFolders, presentRunFolders } from '../../storage/run-folders.ts';
import { WorkerLife } from '../worker-life.ts';
import { ModuleFrame } from './module-frame.ts';
import type { PipelineThreadStart } from './protocol.ts';
import { type ConnectedSource, createFeeds, forThread } from './record-feeds.ts';
import { pickRunFolder } from './run-folder.ts';
import { RunRecord } from './run-record.ts';

const NAMING_LOCK = 'pulsebench-run-name';
const runLock = (name: string): string => `pulsebench-${name}`;

export class Runs implements RunsPort {
  readonly #coreModule: Promise<WebAssembly.Module>;
  readonly #instruments: () => readonly ConnectedSource[];

  /** `instruments` tells which are connected at the start of a run. */
  constructor(coreModule: Promise<WebAssembly.Module>, instruments: () => readonly ConnectedSource[] = () => []) {
    this.#coreModule = coreModule;
    this.#instruments = instruments;
  }

  async start(setup: Setup, files: SetupFiles): Promise<PipelineRun> {
    const [module, runs, moduleTexts] = await Promise.all([
      this.#coreModule,
      openRunFolders(),
      readModules(setup, files),
    ]);
    const { name, folder, release } = await makeRunFolder(runs);
    try {
      await writeTextFile(folder, 'setup.yaml', dumpPythonYaml(setup.document));
      await writeTextFile(folder, 'data_flow.svg', dataFlowSvg(setup));
      const instruments = this.#instruments();
      // before there are threads: without the memory for it nothing has begun
      const feeds = createFeeds(module, instruments, setup.workers);
      const engine = new Engine(setup, createHost({ module, runName: name, files, moduleTexts, instruments, feeds }));
      const record = new RunRecord(engine, folder, name);
      const finished = record.finished.finally(release);
      finished.catch(() => undefined); // told to whoever waits for the end
      return { name, engine, finished, unwritten: record.unwritten, file: (path) => fileIn(folder, path) };
    } catch (error) {
      release();
      await this.remove(name);
      throw error;
    }
  }

  async list(): Promise<readonly string[]> {
    const names: string[] = [];
    try {
      for await (const [name, handle] of (await presentRunFolders())?.entries() ?? [])
        if (handle.kind === 'directory') names.push(name);
    } catch (error) {
      throw storageError(error, 'Reading the list of runs');
    }
    return names.sort().reverse();
  }

  async files(name: string): Promise<ReadonlyMap<string, File>> {
    const found = new Map<string, File>();
    try {
      await collect(await (await openRunFolders()).getDirectoryHandle(name), '', found);
    } catch (error) {
      throw storageError(error, `Reading ${name}`);
    }
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
    const release = await takeLock(runLock(name));
    if (!release) {
      throw new LabError('run/state', `${name} is still running, perhaps in another tab. Nothing was deleted.`);
    }
    try {
      await (await openRunFolders()).removeEntry(name, { recursive: true });
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'NotFoundError'))
        throw storageError(error, `Deleting ${name}`);
    } finally {
      release();
    }
  }
}

async function collect(folder: FileSystemDirectoryHandle, prefix: string, found: Map<string, File>): Promise<void> {
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === 'file') found.set(prefix + name, await (handle as FileSystemFileHandle).getFile());
    else await collect(handle as FileSystemDirectoryHandle, `${prefix}${name}/`, found);
  }
}

interface RunPlace {
  readonly name: string;
  readonly folder: FileSystemDirectoryHandle;
  /** Gives the run's lock back: nobody deletes it while it is held. */
  readonly release: () => void;
}

/**
 * A second run within the same second takes the next one's name. Looking and making are one step for all tabs: the
 * file system has no "make only if it is not there".
 */
function makeRunFolder(runs: FileSystemDirectoryHandle): Promise<RunPlace> {
  return navigator.locks.request(NAMING_LOCK, async () => {
    try {
      const taken = new Set<string>();
      for await (const name of runs.keys()) taken.add(name);
      let startMs = Date.now();
      while (taken.has(runDirectoryName(new Date(startMs)))) startMs += 1000;
      const name = runDirectoryName(new Date(startMs));
      const release = await takeLock(runLock(name));
      assert(release, 'a new run has its lock to itself');
      return { name, folder: await runs.getDirectoryHandle(name, { create: true }), release };
    } catch (error) {
      throw storageError(error, 'Making a folder for the run');
    }
  });
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
  readonly instruments: readonly ConnectedSource[];
  /** By the name of the worker; its first thread runs it. */
  readonly feeds: ReadonlyMap<string, TraceFeed>;
}

function createHost({ module, runName, files, moduleTexts, instruments, feeds }: HostParts): EngineHost {
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
      const feed = job.processIndex === 0 ? feeds.get(job.workerName) : undefined;
      void feed?.run();
      void life.started.then((worker) => {
        worker.addEventListener('message', ({ data }: MessageEvent<ThreadMessage>) => listener.onMessage(data));
        const start: PipelineThreadStart = {
          job,
          runName,
          setupFiles: files,
          instruments: forThread(instruments, feed),
          modulePort: door?.port1,
        };
        worker.postMessage(start, door ? [door.port1] : []);
      });
      let reason = '';
      void Promise.race([life.died, ...(frame ? [frame.died] : [])]).then((why) => {
        reason = why;
        life.terminate();
      });
      void life.gone.then(() => {
        frame?.remove();
        feed?.stop();
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
