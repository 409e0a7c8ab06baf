// How a file was read where there was something to choose: what a dialog shows and lets the user change.

import type { ColumnRole, ReadChoice } from './read-choice.ts';

/** One column, array or dataset of the file, in its order. */
export interface ReadColumn {
  /** What `ReadChoice.time` calls it. */
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly role: ColumnRole;
}

/** A part of the file that can be opened alone. */
export interface ReadPart {
  /** What `ReadChoice.parts` calls it. */
  readonly id: string;
  /** What it holds, for people, such as `CSV table, 2.1 MB`. */
  readonly detail: string;
  readonly isOpen: boolean;
}

export interface Reading {
  /** Equal for files that are written alike: what the user chose for one holds for the others. */
  readonly form: string;
  /** What had to be guessed, in sentences; empty when the file says everything. */
  readonly guesses: readonly string[];
  /** Everything that was used, found or chosen: opening the file with it gives the same. */
  readonly choice: ReadChoice;
  /** Of tables and arrays. */
  readonly columns?: readonly ReadColumn[];
  /** The first lines of a table of text, head included, split into cells. */
  readonly lines?: readonly (readonly string[])[];
  /** Present when the file holds more than one thing that can be opened. */
  readonly parts?: readonly ReadPart[];
}
