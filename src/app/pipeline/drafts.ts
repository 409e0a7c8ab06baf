// Setups with edits that lie in no file: kept in this browser with every key stroke until the user throws them away.
// Nothing is left out to make room; what does not fit is said.

import { type ReadonlySignal, signal } from '@preact/signals-core';
import * as v from 'valibot';
import type { SetupFiles } from '../../pipeline/ports.ts';
import { type KeyValueStore, loadDocument, saveDocument } from '../persisted.ts';
import { type OpenedSetup, type OpenedSetupOptions, TEXT_NAME } from './opened-setup.ts';

/** A text file of a folder that goes into a draft of it has at most this size. */
const MAX_BASE_BYTES = 200_000;
const KEY = 'pulsebench.drafts';

const texts = v.record(v.string(), v.string());

const schema = v.object({
  version: v.literal(1),
  drafts: v.array(
    v.object({
      id: v.string(),
      /** The setup's name: that of the example, the folder or the link. */
      name: v.string(),
      /** The example whose files lie beside it; empty for none. */
      exampleId: v.string(),
      /** The setup that was chosen first. */
      setupPaths: v.array(v.string()),
      savedUnixMs: v.number(),
      /** Text files of the folder as they were opened, by path; those of an example come with the program. */
      base: texts,
      /** Texts that differ from it. */
      edits: texts,
    }),
  ),
});

export type Draft = v.InferOutput<typeof schema>['drafts'][number];

export interface DraftPlace {
  readonly id: string;
  /** Text files of the folder as they were opened. */
  readonly base: Readonly<Record<string, string>>;
  readonly nowUnixMs: number;
}

export class Drafts {
  readonly #store: KeyValueStore;
  readonly #list = signal<readonly Draft[]>([]);

  constructor(store: KeyValueStore) {
    this.#store = store;
    this.#list.value = this.#load();
  }

  /** Newest first. */
  get list(): ReadonlySignal<readonly Draft[]> {
    return this.#list;
  }

  get(id: string): Draft | undefined {
    return this.#list.value.find((draft) => draft.id === id);
  }

  /** The draft that has just these edits. */
  find({
    name,
    exampleId,
    edits = new Map(),
  }: Pick<OpenedSetupOptions, 'name' | 'exampleId' | 'edits'>): Draft | undefined {
    return this.#list.value.find(
      (draft) => draft.name === name && draft.exampleId === exampleId && isSame(draft.edits, edits),
    );
  }

  /** Keeps the edits of a setup in place of the draft `id`. False when the browser has no room for them. */
  keepEdits(opened: OpenedSetup, { id, base, nowUnixMs }: DraftPlace): boolean {
    const edits = Object.fromEntries(opened.edits.value);
    const others = this.#others(id);
    if (opened.edits.value.size === 0) return this.#save(others);
    const { name, exampleId, setupPaths } = opened;
    const chosen = opened.setupPath.value;
    const paths = [chosen, ...setupPaths.filter((path) => path !== chosen)];
    return this.#save([{ id, name, exampleId, setupPaths: paths, savedUnixMs: nowUnixMs, base, edits }, ...others]);
  }

  /** Takes a draft back that was discarded. */
  restore(draft: Draft): void {
    this.#save([draft, ...this.#others(draft.id)]);
  }

  discard(id: string): void {
    this.#save(this.#others(id));
  }

  /** Read anew each time: another tab may have kept one. */
  #others(id: string): readonly Draft[] {
    return this.#load().filter((draft) => draft.id !== id);
  }

  #load(): readonly Draft[] {
    return loadDocument(this.#store, KEY, schema)?.drafts ?? [];
  }

  #save(drafts: readonly Draft[]): boolean {
    this.#list.value = drafts;
    return saveDocument(this.#store, KEY, { version: 1, drafts });
  }
}

/** Texts of the files that can be edited, for a draft; larger ones have to be dropped again. */
export async function textsOf(files: SetupFiles): Promise<Readonly<Record<string, string>>> {
  const small = [...files].filter(([path, { size }]) => TEXT_NAME.test(path) && size <= MAX_BASE_BYTES);
  return Object.fromEntries(await Promise.all(small.map(async ([path, blob]) => [path, await blob.text()] as const)));
}

/** Those of `texts` that are not what lies in `files`. */
export async function differing(
  files: SetupFiles,
  texts: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const entries = [...texts].map(async ([path, text]) => [path, text, await files.get(path)?.text()] as const);
  return new Map(
    (await Promise.all(entries)).flatMap(([path, text, base]) => (text === base ? [] : [[path, text] as const])),
  );
}

function isSame(texts: Readonly<Record<string, string>>, others: ReadonlyMap<string, string>): boolean {
  const entries = Object.entries(texts);
  return entries.length === others.size && entries.every(([path, text]) => others.get(path) === text);
}
