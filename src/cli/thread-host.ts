// Runs pipeline threads on Node: the engine's side, which starts worker threads, and the folder of files they use.

import { mkdirSync, statSync } from 'node:fs';
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
import type { WorkerSetup } from '../pipeline/setup/setup.ts';
import { NodeFile, NodeSink } from './node-file.ts';
import { findRecording, resolveSetupPath } from './setup-folder.ts';

/** What a Node thread gets as its workerData. */
export interface NodeThreadData {
  readonly job: ThreadJob;
  readonly runDirectory: string;
  readonly setupDirectory: string;
}

export interface NodeEngineOptions {
  readonly module: WebAssembly.Module;
  /** The bundled thread entry. */
  readonly threadUrl: URL;
  readonly runDirectory: string;
  readonly setupDirectory: string;
}

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
      };
      const worker = new Worker(options.threadUrl, { workerData });
      let reason: string | undefined;
      worker.on('message', (message: ThreadMessage) => listener.onMessage(message));
      worker.on('messageerror', ({ message }: Error) => {
        reason ??= message;
        void worker.terminate();
      });
      worker.on('error', ({ message }: Error) => {
        reason ??= message;
      });
      // Node says so when the thread has been joined.
      worker.on('exit', (code) => listener.onGone(reason ?? `its thread ended with code ${code}`));
      return { terminate: () => void worker.terminate() };
    },
  };
}

/** A JavaScript module beside the setup (`functions.js` stands in for `functions.py`). */
function moduleSource({ name, file, function: exportName }: WorkerSetup, setupDirectory: string): FunctionSource {
  const moduleFile = file.replace(/\.py$/, '.js');
  const modulePath = resolveSetupPath(setupDirectory, moduleFile);
  if (statSync(modulePath, { throwIfNoEntry: false })?.isFile()) {
    return { kind: 'module', url: pathToFileURL(modulePath).href, exportName };
  }
  throw new LabError(
    'setup/invalid',
    `${file} of ${name} is Python, which does not run here. Put ${moduleFile} with the same function beside it.`,
  );
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

  create(path: string): Promise<AppendSink> {
    const fullPath = join(this.#runDirectory, path);
    mkdirSync(dirname(fullPath), { recursive: true });
    const sink = new NodeSink(fullPath);
    this.#open.push(sink);
    return Promise.resolve(sink);
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
