// Where the user was in each file, kept in this browser: the newest few, so that the store cannot fill up.

import * as v from 'valibot';
import { type KeyValueStore, keepDocument, loadDocument } from './persisted.ts';

const KEY = 'pulsebench.views';
const MAX_VIEWS = 40;
const SEPARATOR = ' + ';

const schema = v.object({ version: v.literal(1), views: v.array(v.object({ key: v.string(), view: v.unknown() })) });

/** The key of what was looked at in a recording of this browser, under whatever name. */
export const recordingViewKey = (id: string): string => `recording ${id}`;

/** Joins the keys of data that are shown as one. */
export const joinViewKeys = (keys: readonly string[]): string => keys.join(SEPARATOR);

/** Views by a key of the data. What a view holds is its own business. */
export class SavedViews {
  readonly #store: KeyValueStore;

  constructor(store: KeyValueStore) {
    this.#store = store;
  }

  get(key: string): unknown {
    return this.#load().find((saved) => saved.key === key)?.view;
  }

  /** The newest view of these data, alone or joined with others. */
  newest(key: string): unknown {
    return this.#load().find((saved) => `${saved.key}${SEPARATOR}`.startsWith(`${key}${SEPARATOR}`))?.view;
  }

  set(key: string, view: unknown): void {
    const others = this.#load().filter((saved) => saved.key !== key);
    keepDocument(this.#store, KEY, { version: 1, views: [{ key, view }, ...others].slice(0, MAX_VIEWS) });
  }

  #load(): readonly { readonly key: string; readonly view?: unknown }[] {
    return loadDocument(this.#store, KEY, schema)?.views ?? [];
  }
}
