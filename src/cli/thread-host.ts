// Runs pipeline threads on Node: the engine's side, which starts worker threads, and the folder of files they use.

import { lstatSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { FormatError, LabError } from '../base/errors.ts';
import type { AppendSink, RandomAccess } from '../formats/source.ts';
import type { EngineHost } from '../pipeline/engine/engine.ts';
import type { FunctionSource, ThreadJob, ThreadMessage } from '../pipeline/engine/job.ts';
import { builtinSource } from '../pipeline/functions/catalogue.ts';
import type { WorkerFiles } from '../pipeline/functions/template.ts';
import { runPathParts } from '../pipeline/record/run-path.ts';
import type { WorkerSetup } from '../pipeline/setup/setup.ts';
import { NodeFile, NodeSink } from './node-file.ts';
import { isBelow, realFolder } from './real-path.ts';
import { findRecording } from './setup-folder.ts';
import { modulePathOf } from './setup-modules.ts';

/** What a Node thread gets as its workerData. */
export interface NodeThreadData {
  readonly job: ThreadJob;
  readonly runDirectory: string;
  readonly setupDirectory: string;
  /** The bundled `module-hooks.ts`. */
  readonly hooksUrl: string;
}

export interface NodeEngineOptions {
  readonly module: WebAssembly.Module;
  /** The bundled thread entry. */
  readonly threadUrl: URL;
  /** The bundled `module-hooks.ts`. */
  readonly hooksUrl: URL;
  readonly runDirectory: string;
  readonly setupDirectory: string;
}

/** What a setup's own function may hold in JavaScript objects, beside its buffers: an endless list ends its thread alone. */
const MODULE_HEAP_MB = 512;

/** An engine host over worker_threads. */
export function createNodeEngineHost(options: NodeEngineOptions): EngineHost {
  return {
    module: options.module,
    now: () => (performance.timeOrigin + performance.now()) / 1000,
    resolveFunction: (worker) => builtinSource(worker) ?? moduleSource(worker, options.setupDirectory),
    startThread: (job, listener) => {
      const workerData: NodeThreadData = {
        job,
        runDirectory: options.runDirectory,
        setupDirectory: options.setupDirectory,
        hooksUrl: options.hooksUrl.href,
      };
      const resourceLimits = job.source.kind === 'module' ? { maxOldGenerationSizeMb: MODULE_HEAP_MB } : {};
      const worker = new Worker(options.threadUrl, { workerData, resourceLimits });
      let reason: string | undefined;
      worker.on('message', (message: ThreadMessage) => listener.onMessage(message));
      worker.on('messageerror', ({ message }: Error) => {
        reason ??= message;
        void worker.terminate();
      });
      worker.on('error', ({ code, message }: NodeJS.ErrnoException) => {
        reason ??=
          code === 'ERR_WORKER_OUT_OF_MEMORY' ? `it took more than the ${MODULE_HEAP_MB} MB of a thread` : message;
      });
      // Node says so when the thread has been joined.
      worker.on('exit', (code) => listener.onGone(reason ?? `its thread ended with code ${code}`));
      return { terminate: () => void worker.terminate() };
    },
  };
}

function moduleSource(worker: WorkerSetup, setupDirectory: string): FunctionSource {
  const url = pathToFileURL(modulePathOf(worker, setupDirectory)).href;
  return { kind: 'module', url, exportName: worker.function };
}

/** Files of a Node thread: created in the run directory, read beside the setup or from the working directory. */
export class NodeWorkerFiles implements WorkerFiles {
  readonly #runDirectory: string;
  readonly #setupDirectory: string;
  readonly #open: { close(): void }[] = [];

  constructor(runDirectory: string, setupDirectory: string) {
    this.#runDirectory = runDirectory;
    this.#setupDirectory = setupDirectory;
  }

  async create(path: string): Promise<AppendSink> {
    const sink = new NodeSink(placeIn(this.#runDirectory, path));
    this.#open.push(sink);
    return sink;
  }

  open(path: string): Promise<RandomAccess> {
    const found = findRecording(this.#setupDirectory, path);
    if (!found)
      return Promise.reject(new FormatError('format/not-found', `There is no file ${path} beside the setup.`));
    const file = new NodeFile(found);
    this.#open.push(file);
    return Promise.resolve(file);
  }

  closeAll(): void {
    for (const file of this.#open.splice(0)) file.close();
  }
}

/** Where a file of that name lies in the run directory; its folders are made. Throws where that would be somewhere else. */
function placeIn(runDirectory: string, path: string): string {
  const full = join(runDirectory, ...runPathParts(path));
  mkdirSync(dirname(full), { recursive: true });
  const root = realFolder(runDirectory);
  const folder = realFolder(dirname(full));
  const isLink = lstatSync(full, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (!isLink && (folder === root || isBelow(folder, root))) return full;
  throw new LabError('storage/denied', `${path} is a link out of the run directory and is not written.`);
}
