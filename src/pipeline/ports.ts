// What the application needs to run setups; the browser's side is handed in.

import type { Engine } from './engine/engine.ts';
import type { Setup } from './setup/setup.ts';

/** Files of the setup's folder by their path relative to it. */
export type SetupFiles = ReadonlyMap<string, Blob>;

export interface PipelineRun {
  /** Name of the run directory. */
  readonly name: string;
  readonly engine: Pick<Engine, 'status' | 'onLog' | 'onPicture' | 'pause' | 'resume' | 'shutdown' | 'kill'>;
  /** Resolves when every thread has ended and the run directory is complete. */
  readonly finished: Promise<void>;
}

export interface RunsPort {
  /** Rejects with `setup/invalid` for functions that cannot run here, `wasm/memory` when the buffers do not fit. */
  start(setup: Setup, files: SetupFiles): Promise<PipelineRun>;
  /** Names of the run directories, newest first. */
  list(): Promise<readonly string[]>;
  /** Files of a run directory by path. */
  files(name: string): Promise<ReadonlyMap<string, File>>;
  /** Asks where and writes the run directory there as one zip, streamed. False when the user closed the picker. */
  saveZip(name: string): Promise<boolean>;
  remove(name: string): Promise<void>;
}

/** Files that come with the program, by path below `examples/`. */
export interface ExampleFilesPort {
  /** Rejects with `storage/unavailable` when the file cannot be fetched. */
  read(path: string): Promise<Blob>;
}

export interface PipelinePorts {
  readonly runs: RunsPort;
  readonly exampleFiles: ExampleFilesPort;
  /** Why nothing can run in this page, as a sentence; `undefined` when it can. */
  readonly unavailable: string | undefined;
}
