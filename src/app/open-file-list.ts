// Which files were open, so that they open again when the page is loaded again.

import * as v from 'valibot';
import type { ReadChoice } from '../model/read-choice.ts';
import { type KeyValueStore, loadDocument, saveDocument } from './persisted.ts';
import { readChoiceSchema } from './read-choice-schema.ts';

const KEY = 'pulsebench.open-files';

const rowSchema = v.object({
  key: v.pipe(v.string(), v.regex(/^\d{1,9}$/)),
  place: v.object({ kind: v.picklist(['recording', 'recent']), id: v.string() }),
  choice: v.optional(readChoiceSchema, {}),
});
const schema = v.object({ version: v.literal(1), files: v.array(rowSchema) });

/** Where a file is found again: a recording of this browser, or a row of the recent files. */
export interface FilePlace {
  readonly kind: 'recording' | 'recent';
  readonly id: string;
}

export interface OpenFileRow {
  /** Its name in the address. */
  readonly key: string;
  readonly place: FilePlace;
  /** What the user says of it. */
  readonly choice: ReadChoice;
}

export class OpenFileList {
  readonly #store: KeyValueStore;

  /** `store` should live as long as the tab: two tabs have files of their own. */
  constructor(store: KeyValueStore) {
    this.#store = store;
  }

  load(): readonly OpenFileRow[] {
    return loadDocument(this.#store, KEY, schema)?.files ?? [];
  }

  save(files: readonly OpenFileRow[]): void {
    saveDocument(this.#store, KEY, { version: 1, files });
  }
}
