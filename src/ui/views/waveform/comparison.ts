// Files that lie over each other in a view: what each is called, and the differences of them that are shown.

import { toError } from '../../../base/errors.ts';
import type { DifferenceOf, DifferenceOperand } from '../../../model/difference.ts';
import type { SignalStore } from '../../../model/signal-store.ts';
import { keyOf } from './arrangement.ts';
import type { ComparedStore } from './lanes.ts';
import { letterOf } from './legend.ts';
import type { DifferenceChoice, SignalChoice, ViewState } from './state.ts';

/** A file of the view. */
export interface ComparedFile {
  /** What the view's state calls it; empty for the first, which nothing moves. */
  readonly key: string;
  readonly label: string;
  readonly letter: string;
  readonly store: SignalStore;
}

export interface ShownDifference {
  readonly choice: DifferenceChoice;
  /** Behind the files, for its colour; undefined while it is not in the picture. */
  readonly place: number | undefined;
  /** What it is called in the view; empty while it was never made. */
  readonly label: string;
  /** How it was made, or in one sentence why it cannot be. */
  readonly words: string;
  readonly isRefused: boolean;
}

/** What a view is made of now. */
export interface ComparisonParts {
  readonly label: string;
  readonly store: SignalStore | undefined;
  readonly compared: readonly ComparedStore[];
  readonly state: ViewState;
  readonly differenceOf: DifferenceOf | undefined;
}

const BEING_MADE = 'It is being made.';

interface Entry {
  readonly choice: DifferenceChoice;
  /** Of what it was made, or is being made. */
  operands: readonly [DifferenceOperand, DifferenceOperand] | undefined;
  /** Undefined while it is being made: an older one lies under other places. */
  made: ComparedStore | undefined;
  /** Of the newest that was made. */
  label: string;
  problem: string;
}

/** Page only. Differences are made beside it; `onChange` is called when there are others. */
export class Comparison {
  readonly #onChange: () => void;
  #files: readonly ComparedFile[] = [];
  #entries = new Map<string, Entry>();
  #stores: readonly ComparedStore[] = [];
  #state: ViewState | undefined;
  #differenceOf: DifferenceOf | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** The first file first; empty where it is alone. The same array as long as they are the same. */
  get files(): readonly ComparedFile[] {
    return this.#files;
  }

  /** Compared files and differences: the same array as long as they are the same. */
  get stores(): readonly ComparedStore[] {
    return this.#stores;
  }

  get differences(): readonly ShownDifference[] {
    let place = this.#files.length;
    return [...this.#entries.values()].map(({ choice, made, label, problem }) => ({
      choice,
      place: made && place++,
      label,
      words: problem === '' ? (made?.note ?? BEING_MADE) : problem,
      isRefused: problem !== '',
    }));
  }

  /** Takes what the view shows now, and makes what is missing. */
  renew({ label, store, compared, state, differenceOf }: ComparisonParts): void {
    const all =
      store && compared.length > 0
        ? [{ key: '', label, store }, ...compared.map((it) => ({ ...it, key: it.key ?? it.label }))]
        : [];
    const isSameFile = ({ key, store: whole, label: name }: (typeof all)[number], place: number) => {
      const before = this.#files[place];
      return before?.store === whole && before.label === name && before.key === key;
    };
    if (all.length !== this.#files.length || !all.every(isSameFile)) {
      this.#files = all.map((file, place) => ({ ...file, letter: letterOf(place) }));
    }
    this.#state = state;
    this.#differenceOf = differenceOf;
    const before = this.#entries;
    this.#entries = new Map();
    for (const choice of state.differences) {
      const operands = this.#operandsOf(choice);
      if (!operands) continue;
      const key = keyOf(choice);
      const entry = before.get(key) ?? { choice, operands: undefined, made: undefined, label: '', problem: '' };
      this.#entries.set(key, entry);
      if (!entry.operands || !isSame(entry.operands, operands)) {
        Object.assign(entry, { operands, made: undefined, problem: '' });
        void this.#make(entry, operands);
      }
    }
    const stores = [...compared, ...[...this.#entries.values()].flatMap(({ made }) => made ?? [])];
    const isAsBefore = stores.length === this.#stores.length && stores.every((each, i) => each === this.#stores[i]);
    if (!isAsBefore) this.#stores = stores;
  }

  /** Why there is no such difference, in one sentence; empty where there is one. */
  async refusalOf(choice: DifferenceChoice): Promise<string> {
    const operands = this.#operandsOf(choice);
    if (!operands || !this.#differenceOf) return 'One of the two is no longer open: choose another.';
    try {
      await this.#differenceOf(...operands);
      return '';
    } catch (thrown) {
      return toError(thrown).message;
    }
  }

  async #make(entry: Entry, operands: readonly [DifferenceOperand, DifferenceOperand]): Promise<void> {
    try {
      const { store, how } = await this.#differenceOf!(...operands);
      if (entry.operands !== operands) return;
      entry.label = store.signals()[0]!.name;
      entry.made = { store, label: entry.label, note: how };
    } catch (thrown) {
      if (entry.operands !== operands) return;
      entry.problem = toError(thrown).message;
    }
    this.#onChange();
  }

  #operandsOf({ minuend, subtrahend }: DifferenceChoice): readonly [DifferenceOperand, DifferenceOperand] | undefined {
    const [a, b] = [this.#operandOf(minuend), this.#operandOf(subtrahend)];
    return this.#differenceOf && a && b && [a, b];
  }

  #operandOf({ label, signalId }: SignalChoice): DifferenceOperand | undefined {
    const file = this.#files.find(({ key }) => key === label);
    const signal = file?.store.signals().find(({ id }) => id === signalId);
    if (!file || !signal) return undefined;
    const shiftS = file.key === '' ? 0 : (this.#state?.shifts[file.key] ?? 0);
    return { store: file.store, signal, label: file.letter, shiftS };
  }
}

function isSame(before: readonly DifferenceOperand[], now: readonly DifferenceOperand[]): boolean {
  return now.every(({ store, signal, label, shiftS }, i) => {
    const other = before[i];
    return other?.store === store && other.signal.id === signal.id && other.label === label && other.shiftS === shiftS;
  });
}
