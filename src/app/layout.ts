// What panels the user opened and how wide they are, per view, kept in this browser.

import { type Signal, signal } from '@preact/signals-core';
import * as v from 'valibot';
import { type KeyValueStore, keepDocument, loadDocument } from './persisted.ts';

const KEY = 'pulsebench.layout';

const panelSchema = v.object({
  isOpen: v.boolean(),
  /** Width or height along the splitter, CSS pixels. */
  sizePx: v.pipe(v.number(), v.minValue(40), v.maxValue(4000)),
});

const schema = v.object({ version: v.literal(1), panels: v.record(v.string(), panelSchema) });

export type PanelState = v.InferOutput<typeof panelSchema>;

/** Panels by dotted id, such as `live.inspector`. */
export class Layout {
  readonly #store: KeyValueStore;
  readonly #panels: Signal<Readonly<Record<string, PanelState>>>;

  constructor(store: KeyValueStore) {
    this.#store = store;
    this.#panels = signal(loadDocument(store, KEY, schema)?.panels ?? {});
  }

  panel(id: string, initial: PanelState): PanelState {
    return this.#panels.value[id] ?? initial;
  }

  setPanel(id: string, state: PanelState): void {
    this.#panels.value = { ...this.#panels.value, [id]: state };
    // Another tab may have moved others.
    const saved = loadDocument(this.#store, KEY, schema)?.panels ?? {};
    keepDocument(this.#store, KEY, { version: 1, panels: { ...saved, [id]: state } });
  }
}
