// Files as the user gives them, and as they are open.

import type { LabError } from '../base/errors.ts';
import type { ReadChoice } from '../model/read-choice.ts';
import type { FilePlace } from './open-file-list.ts';
import type { OpenFile } from './ports.ts';

export interface OpenedFile {
  /** Names it in the address while the page lives. */
  readonly key: string;
  readonly source: File;
  /** It is a recording of this browser. */
  readonly recordingId: string | undefined;
  /** Files of markers and notes that were opened with it. */
  readonly beside: readonly File[];
  /** Files that came with it, in which parts of it may lie. */
  readonly neighbours: readonly File[];
  /** What the user says of it. */
  readonly choice: ReadChoice;
  /** The choice was made for another file of its form. */
  readonly isAsRemembered: boolean;
  /** `Reading.form` of what is found without a choice, as far as it was read so. */
  readonly form: string | undefined;
  readonly content: OpenFile;
  /** The file as it is on disk by now, where it is another. */
  readonly newer: File | undefined;
  /** Why nothing can be read of it any more: what read it died. `undefined` while it can. */
  readonly failure: LabError | undefined;
}

/** A file as the user gave it; with a handle it can be opened again in another visit. */
export interface PickedFile {
  readonly file: File;
  readonly handle?: FileSystemFileHandle | undefined;
  /** Where it is found again, if that is known. */
  readonly place?: FilePlace;
  /** What the user says of it. */
  readonly choice?: ReadChoice;
  /** An open file whose place it takes. */
  readonly inPlaceOf?: OpenedFile;
}
