// How files are read that are written alike: what the user chose for one holds for the next. Kept in this browser, the
// newest few, so that the store cannot fill up.

import * as v from 'valibot';
import type { ReadChoice } from '../model/read-choice.ts';
import { type KeyValueStore, keepDocument, loadDocument } from './persisted.ts';
import { readChoiceSchema } from './read-choice-schema.ts';

const KEY = 'pulsebench.reading';
const MAX_FORMS = 60;

const schema = v.object({
  version: v.literal(1),
  forms: v.array(v.object({ form: v.string(), choice: readChoiceSchema })),
});

export class ReadMemory {
  readonly #store: KeyValueStore;

  constructor(store: KeyValueStore) {
    this.#store = store;
  }

  /** What was chosen for files of this form (`Reading.form`). */
  get(form: string): ReadChoice | undefined {
    return this.#load().find((row) => row.form === form)?.choice;
  }

  /** Which parts of a file are open is a matter of that file; a choice without anything else is forgotten. */
  set(form: string, { parts: _, ...choice }: ReadChoice): void {
    const others = this.#load().filter((row) => row.form !== form);
    const rows = Object.keys(choice).length > 0 ? [{ form, choice }, ...others] : others;
    keepDocument(this.#store, KEY, { version: 1, forms: rows.slice(0, MAX_FORMS) });
  }

  forget(form: string): void {
    this.set(form, {});
  }

  #load(): readonly { readonly form: string; readonly choice: ReadChoice }[] {
    return loadDocument(this.#store, KEY, schema)?.forms ?? [];
  }
}
