// Where the user was in each file, kept in this browser: the newest few, so that the store cannot fill up.

import * as v from 'valibot';
import { type KeyValueStore, loadDocument, saveDocument } from './persisted.ts';

const KEY = 'pulsebench.views';
const MAX_VIEWS = 40;

const schema = v.object({ version: v.literal(1), views: v.array(v.object({ key: v.string(), view: v.unknown() })) });

/** Views by a key of the data. What a view holds is its own business. */
export class SavedViews {
  readonly #store: KeyValueStore;

  constructor(store: KeyValueStore) {
    this.#store = store;
  }

  get(key: string): unknown {
    return this.#load().find((saved) => saved.key === key)?.view;
  }

  set(key: string, view: unknown): void {
    const others = this.#load().filter((saved) => saved.key !== key);
    saveDocument(this.#store, KEY, { version: 1, views: [{ key, view }, ...others].slice(0, MAX_VIEWS) });
  }

  #load(): readonly { readonly key: string; readonly view?: unknown }[] {
    return loadDocument(this.#store, KEY, schema)?.views ?? [];
  }
}
