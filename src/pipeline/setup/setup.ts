// A mimoCoRB2 setup: buffers and workers, checked as a whole. The reference stops at the first mistake and says it in
// Python's words; here everything that is wrong is reported at once, with line and column, in words for the user.
// Keys, defaults and merging follow mimoCoRB2 (control.py, mimo_worker.py).

import type { PythonMap } from '../../base/yaml/python-value.ts';
import type { StructDtype } from '../../formats/numpy/dtype.ts';

export interface BufferSetup {
  readonly name: string;
  /** Events that the buffer holds, > 0. */
  readonly slotCount: number;
  /** Items of the dtype per event, ≥ 0. */
  readonly dataLength: number;
  readonly dtype: StructDtype;
}

export interface WorkerSetup {
  readonly name: string;
  /** `module.function` of a prebuilt function, or a function's name in `file`. */
  readonly function: string;
  /** Path relative to the setup; empty for prebuilt functions. */
  readonly file: string;
  /** Threads that run the function; 0 is allowed and runs nothing. */
  readonly processCount: number;
  readonly sources: readonly string[];
  readonly sinks: readonly string[];
  readonly observes: readonly string[];
  /** base_config with the worker's own configuration merged over it, key by key. */
  readonly config: PythonMap;
}

export interface Setup {
  readonly buffers: readonly BufferSetup[];
  readonly workers: readonly WorkerSetup[];
  /** Buffers that data enter from outside: sinks of workers with neither sources nor observes. */
  readonly rootBuffers: readonly string[];
  readonly targetDirectory: string;
  /** The whole document with every worker's merged `config`: what a run directory's setup.yaml holds. */
  readonly document: PythonMap;
}

export interface SetupDiagnostic {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** Dotted path, such as `Workers.imp.sinks`; prefixed with the file's name for a configuration file. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export interface LoadedSetup {
  /** Present when there is no error. */
  readonly setup: Setup | undefined;
  readonly diagnostics: readonly SetupDiagnostic[];
}

/** The folder that a setup lies in. Paths are as written in the setup: relative to it, absolute or from `~`. */
export interface SetupFolder {
  /** A file's text; `undefined` when there is no such file. Rejects with `setup/invalid` when it is not UTF-8. */
  readText(path: string): Promise<string | undefined>;
  /** At most so many bytes from the beginning of a file that a source reads; `undefined` when there is no such file. */
  readHead?(path: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
}
