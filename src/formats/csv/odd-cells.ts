// Cells among the rows that are no plain numbers: with a unit, thousands marks, a word for a missing value, a switch.
// What they mean is remembered: the same few come again and again.

import { unitParts } from '../units.ts';
import { cellNumber, cleanCell, isMissingWord, type NumberStyle, switchValue } from './cells.ts';
import { decodeText } from './encoding.ts';

export interface OddColumn {
  readonly name: string;
  readonly isSwitch: boolean;
  /** Of the column; cells in another prefix of it are converted. */
  readonly unit: string;
}

/** What a cell was worth. */
interface Meaning {
  readonly value: number;
  readonly isMissing: boolean;
  readonly isText: boolean;
}

/** Cells whose meaning is remembered, per table. */
const MOST_REMEMBERED = 4096;

export class OddCells {
  readonly #style: NumberStyle;
  readonly #encoding: 'utf-8' | 'latin1';
  readonly #columns: readonly OddColumn[];
  readonly #known = new Map<string, Meaning>();
  readonly #counts: { words: number; texts: number; example: string }[];

  constructor(style: NumberStyle, encoding: 'utf-8' | 'latin1', columns: readonly OddColumn[]) {
    this.#style = style;
    this.#encoding = encoding;
    this.#columns = columns;
    this.#counts = columns.map(() => ({ words: 0, texts: 0, example: '' }));
  }

  /** The number that a cell stands for, NaN when for none; counted when `isNew`. */
  value(column: number, bytes: Uint8Array, isNew: boolean): number {
    const meaning = this.#meaning(column, bytes);
    if (isNew && (meaning.isMissing || meaning.isText)) {
      const counts = this.#counts[column]!;
      if (meaning.isMissing) counts.words++;
      else counts.texts++;
      counts.example ||= cleanCell(decodeText(bytes, this.#encoding)).slice(0, 40);
    }
    return meaning.value;
  }

  #meaning(column: number, bytes: Uint8Array): Meaning {
    const key = bytes.length <= 24 ? `${column}:${String.fromCharCode(...bytes)}` : '';
    const known = key === '' ? undefined : this.#known.get(key);
    if (known) return known;
    const meaning = this.#look(this.#columns[column]!, cleanCell(decodeText(bytes, this.#encoding)));
    if (key !== '' && this.#known.size < MOST_REMEMBERED) this.#known.set(key, meaning);
    return meaning;
  }

  #look({ isSwitch, unit }: OddColumn, text: string): Meaning {
    const number = cellNumber(text, this.#style);
    const inUnit = number && convert(number.value, number.unit, unit);
    if (inUnit !== undefined) return { value: inUnit, isMissing: false, isText: false };
    const state = isSwitch ? switchValue(text) : undefined;
    if (state !== undefined) return { value: state, isMissing: false, isText: false };
    const isMissing = text === '' || isMissingWord(text);
    return { value: Number.NaN, isMissing: isMissing && text !== '', isText: !isMissing };
  }

  /** Of each column, how many cells stand for no value, in words. */
  sentences(): readonly string[] {
    return this.#columns.flatMap(({ name }, column) => {
      const { words, texts, example } = this.#counts[column]!;
      const count = words + texts;
      if (count === 0) return [];
      return [
        `${count} ${count === 1 ? 'cell' : 'cells'} of "${name}" hold no number (such as "${example}"): missing samples.`,
      ];
    });
  }
}

/** A value with the unit of its cell, in the unit of the column; undefined where they do not fit. */
function convert(value: number, from: string, to: string): number | undefined {
  if (from === '' || from === to) return value;
  const a = unitParts(from);
  const b = unitParts(to);
  if (a && b && a.base === b.base) return a.factor === b.factor ? value : value * (a.factor / b.factor);
  return a && to === '' ? value : undefined;
}
