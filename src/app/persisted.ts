// Small documents kept in this browser (settings, layout), checked by a schema when they come back.

import * as v from 'valibot';

/** The part of `localStorage` that we use; tests hand in a Map. */
export interface KeyValueStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  /** Called when something is not kept that nobody else speaks of. */
  onRefused?: (() => void) | undefined;
}

/** What the browser keeps for good or for this tab, or memory where the user has blocked it. Page only. */
export function browserStore(kind: 'localStorage' | 'sessionStorage' = 'localStorage'): KeyValueStore {
  try {
    const storage = window[kind];
    return { getItem: (key) => storage.getItem(key), setItem: (key, value) => storage.setItem(key, value) };
  } catch (error) {
    console.warn('Settings cannot be kept in this browser', error);
    const map = new Map<string, string>();
    return { getItem: (key) => map.get(key) ?? null, setItem: (key, value) => void map.set(key, value) };
  }
}

/** The document, or `undefined` if there is none or it no longer fits the schema (then defaults apply). */
export function loadDocument<Schema extends v.GenericSchema>(
  store: KeyValueStore,
  key: string,
  schema: Schema,
): v.InferOutput<Schema> | undefined {
  const text = store.getItem(key);
  if (text === null) return undefined;
  try {
    const result = v.safeParse(schema, JSON.parse(text));
    return result.success ? result.output : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Keeps the document. False where the store is full or blocked: the next visit then finds what was kept before. */
export function saveDocument(store: KeyValueStore, key: string, document: unknown): boolean {
  try {
    store.setItem(key, JSON.stringify(document));
    return true;
  } catch (error) {
    console.warn(`${key} could not be kept in this browser`, error);
    return false;
  }
}

/** Keeps the document, and says so where that is not possible. */
export function keepDocument(store: KeyValueStore, key: string, document: unknown): void {
  if (!saveDocument(store, key, document)) store.onRefused?.();
}
