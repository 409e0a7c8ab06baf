// What a format's folder says of itself: how to know a file of it and how to open one (rows listed in detect.ts), and
// how to write one (rows listed in writers.ts).

import type { Workspace } from '../core/workspace.ts';
import type { ExportFormat } from '../model/ports.ts';
import type { ReadChoice } from '../model/read-choice.ts';
import type { ExportOptions, ExportReport } from './export/selection.ts';
import type { FormatReader } from './reader.ts';
import type { AppendSink, RandomAccess } from './source.ts';

/** Bytes from the start of the file that a row may look at: HDF5's signature may stand at 8192. */
export const HEAD_BYTES = 8200;

/** What is known of a file beside its bytes. */
export interface OpenContext {
  /** Its own name, such as `run.Wfm.bin`; empty when it has none. Only to find what belongs to it. */
  readonly name: string;
  /** What the user says of it. */
  readonly choice: ReadChoice;
  /** Another file that lies beside it, such as the samples to a head; undefined when it is not at hand. */
  neighbour(name: string): Promise<RandomAccess | undefined>;
  /** How many archives it lies in; none when left out. */
  readonly archiveDepth?: number;
  /** Told from time to time how much of a long file has been read: its share, 0…1. */
  onRead?(share: number): void;
}

/** Archives in archives that are followed: a packed table in a zip, a zip of sessions. */
export const MAX_ARCHIVE_DEPTH = 2;

/** Nothing is known but the bytes. */
export const NO_CONTEXT: OpenContext = { name: '', choice: {}, neighbour: () => Promise.resolve(undefined) };

/** One format: how to know it and how to open it. */
export interface FormatRow {
  readonly id: string;
  readonly label: string;
  /** Its content has no signature: only opening tells whether a file is one. */
  readonly isGuess?: boolean;
  /** It only holds other files. */
  readonly isArchive?: boolean;
  /** `head` is the first HEAD_BYTES of the file, or all of a shorter one. */
  matches(head: Uint8Array, sizeBytes: number): boolean;
  /** Rejects with a FormatError when the file cannot be used at all. */
  open(source: RandomAccess, workspace: Workspace, context: OpenContext): Promise<FormatReader>;
  /** Bytes from which opening takes so long that its beginning is looked at before. */
  readonly longBytes?: number;
  /**
   * Present where opening reads all of a file: what stands whole at its start, as a file of its own that does not need
   * `source` any more; undefined where nothing does. Rejects as `open` does.
   */
  openBeginning?(source: RandomAccess, workspace: Workspace, context: OpenContext): Promise<FormatReader | undefined>;
}

/** One kind of file that data can be written as. */
export interface WriteRow extends ExportFormat {
  /** Has a place for the name and unit of an axis that is not time. */
  readonly keepsAxis?: boolean;
  /** Leaves `sink` open. Rejects with a FormatError when the selection does not fit. */
  write(reader: FormatReader, sink: AppendSink, workspace: Workspace, options: ExportOptions): Promise<ExportReport>;
}
