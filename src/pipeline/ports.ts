// What the application needs to run setups; the browser's side is handed in.

import type { LabError } from '../base/errors.ts';
import type { CopyProgress } from '../model/ports.ts';
import type { Engine } from './engine/engine.ts';
import type { Computer } from './setup/load.ts';
import type { Setup } from './setup/setup.ts';

/** Files of the setup's folder by their path relative to it. */
export type SetupFiles = ReadonlyMap<string, Blob>;

export interface PipelineRun {
  /** Name of the run directory. */
  readonly name: string;
  readonly engine: Pick<Engine, 'status' | 'onLog' | 'onPicture' | 'pause' | 'resume' | 'shutdown' | 'kill'>;
  /** Resolves when every thread has ended and the run directory is complete; rejects with `storage/*` when it is not. */
  readonly finished: Promise<void>;
  /** Resolves with the reason when the directory cannot be written any more; the run itself goes on. */
  readonly unwritten: Promise<LabError>;
  /** A file of the run directory as far as it is written; `undefined` when it is not there yet. */
  file(path: string): Promise<File | undefined>;
}

/** A folder that the user picked for copies of run directories. */
export interface RunFolder {
  readonly name: string;
  /** Rejects with `cancelled` or `storage/*`; files that were already copied stay. */
  copy(
    runName: string,
    options: { readonly onProgress: (progress: CopyProgress) => void; readonly signal: AbortSignal },
  ): Promise<void>;
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
  /** False where the browser cannot write into a folder of the user's. */
  readonly canPickFolder: boolean;
  /** Asks for a folder; `undefined` when the user closed the picker. From a click. */
  pickFolder(): Promise<RunFolder | undefined>;
  /** Rejects with `run/state` while the run is on, in any tab. */
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
  /** As far as the browser tells. */
  readonly computer?: Computer | undefined;
  /** Why nothing can run in this page, as a sentence; `undefined` when it can. */
  readonly unavailable: string | undefined;
}
