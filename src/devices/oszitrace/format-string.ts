// Format strings, the opposite of Python's str.format, as the package `parse` 1.21.0 reads them: the whole answer must fit,
// case does not count, fields take as little as lets the rest fit. Python makes a regular expression of it; that can take
// for ever on an answer that does not fit, so the search here is its own, counts its steps and remembers what failed.

import { LabError } from '../../base/errors.ts';
import { escapePattern, type Field, type FieldValue, invalid, makeField } from './format-field.ts';

/** A value that init-talk found, by name; `a[0]` is `{a: {0: …}}`. */
export type ParameterValue = FieldValue | { readonly [name: string]: ParameterValue };
export type Parameters = Readonly<Record<string, ParameterValue>>;

export interface FormatMatch {
  /** Of fields without a name, in order. */
  readonly fixed: readonly FieldValue[];
  readonly named: Parameters;
}

/** A longer answer is not looked at. */
export const MAX_ANSWER_LETTERS = 64 * 1024;
const MAX_FIELDS = 32;
/** Ends of fields that are tried for one answer; some tenths of a second. */
const MAX_STEPS = 1_000_000;
/** Letters that are compared in the time of one try. */
const LETTERS_PER_STEP = 32;

type Piece =
  | { readonly kind: 'text'; readonly pattern: RegExp }
  | { readonly kind: 'padding'; readonly fill: string }
  | { readonly kind: 'field'; readonly field: Field; readonly name: string | undefined }
  /** What the field at `of` took, once more. */
  | { readonly kind: 'again'; readonly of: number };

/** Braces of a field, doubled braces, and the text between them. */
const PARTS = /(\{\{|\}\}|\{[\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_-]+|\[[^\]]+\])*(?::[^}]+)?\})/u;

export class FormatString {
  readonly format: string;
  readonly #pieces: readonly Piece[];
  readonly #hasRepeats: boolean;

  /** Throws `setup/invalid` for a field that is none. Braces that do not close are text. */
  constructor(format: string) {
    this.format = format;
    this.#pieces = piecesOf(format);
    this.#hasRepeats = this.#pieces.some(({ kind }) => kind === 'again');
  }

  /**
   * `undefined` when the text does not fit. Throws `device/protocol` for an answer that is too long, or that could fit in
   * so many ways that the search was given up.
   */
  match(text: string): FormatMatch | undefined {
    if (text.length > MAX_ANSWER_LETTERS) {
      const message = `The answer has ${text.length} letters; at most ${MAX_ANSWER_LETTERS} are looked at. Ask for less.`;
      throw new LabError('device/protocol', message);
    }
    const taken = new Search(text, this.#pieces, !this.#hasRepeats).run();
    return taken && this.#result(text, taken);
  }

  #result(text: string, taken: readonly Span[]): FormatMatch | undefined {
    const fixed: FieldValue[] = [];
    const named: Nested = Object.create(null);
    for (const [index, piece] of this.#pieces.entries()) {
      if (piece.kind !== 'field') continue;
      const { start, end } = taken[index]!;
      const value = piece.field.convert(text.slice(start, end));
      if (value === undefined) return undefined;
      if (piece.name === undefined) fixed.push(value);
      else put(named, piece.name, value);
    }
    return { fixed, named };
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
}

class Search {
  readonly #text: string;
  /** Letter for letter that of the text. */
  readonly #lowerCase: string;
  readonly #pieces: readonly Piece[];
  /** Whether a piece that failed at a place fails there always: not where a later one repeats an earlier. */
  readonly #remembers: boolean;
  readonly #failed = new Set<number>();
  /** By piece: the first place at which an open field failed. */
  readonly #failedFrom: number[];
  readonly #taken: Span[] = [];
  #steps = 0;

  constructor(text: string, pieces: readonly Piece[], remembers: boolean) {
    this.#text = text;
    const lowerCase = text.toLowerCase();
    this.#lowerCase = lowerCase.length === text.length ? lowerCase : text;
    this.#pieces = pieces;
    this.#remembers = remembers;
    this.#failedFrom = pieces.map(() => Number.POSITIVE_INFINITY);
  }

  /** What each piece took; `undefined` when the text does not fit. */
  run(): readonly Span[] | undefined {
    return this.#fits(0, 0) ? this.#taken : undefined;
  }

  #fits(index: number, start: number): boolean {
    const piece = this.#pieces[index];
    if (!piece) return start === this.#text.length;
    const place = start * this.#pieces.length + index;
    if (start >= this.#failedFrom[index]! || this.#failed.has(place)) return false;
    for (const end of this.#ends(piece, start)) {
      if (++this.#steps >= MAX_STEPS) {
        const message =
          'The answer could fit the format in too many ways. Write text between the fields of the format.';
        throw new LabError('device/protocol', message);
      }
      this.#taken[index] = { start, end };
      if (this.#fits(index + 1, end)) return true;
    }
    if (this.#remembers) {
      if (piece.kind === 'field' && piece.field.isOpen) this.#failedFrom[index] = start;
      else if (piece.kind !== 'text') this.#failed.add(place);
    }
    return false;
  }

  *#ends(piece: Piece, start: number): Iterable<number> {
    const text = this.#text;
    switch (piece.kind) {
      case 'text': {
        piece.pattern.lastIndex = start;
        if (piece.pattern.test(text)) yield piece.pattern.lastIndex;
        return;
      }
      case 'padding': {
        const fill = piece.fill.toLowerCase();
        let end = start;
        while (this.#lowerCase[end] === fill) end++;
        for (; end >= start; end--) yield end;
        return;
      }
      case 'field':
        yield* piece.field.ends(text, start);
        return;
      case 'again': {
        const earlier = this.#taken[piece.of]!;
        const word = this.#lowerCase.slice(earlier.start, earlier.end);
        this.#steps += word.length / LETTERS_PER_STEP;
        if (this.#lowerCase.startsWith(word, start)) yield start + word.length;
      }
    }
  }
}

function piecesOf(format: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const seen = new Map<string, { readonly at: number; readonly spec: string }>();
  let fieldCount = 0;
  for (const part of format.split(PARTS)) {
    if (part === '') continue;
    // text that begins and ends with a brace is a field, too, whatever is inside
    if (part === '{{' || part === '}}' || !/^\{.*\}$/s.test(part)) {
      const letters = part === '{{' || part === '}}' ? part[0]! : part;
      pieces.push({ kind: 'text', pattern: new RegExp(escapePattern(letters), 'iuy') });
      continue;
    }
    if (++fieldCount > MAX_FIELDS) throw invalid(`The format has more than ${MAX_FIELDS} fields.`);
    const colon = part.indexOf(':');
    const name = part.slice(1, colon < 0 ? -1 : colon);
    const spec = colon < 0 ? '' : part.slice(colon + 1, -1);
    const isNamed = /^\p{L}/u.test(name);
    const earlier = isNamed ? seen.get(name) : undefined;
    if (earlier) {
      if (earlier.spec !== spec) throw invalid(`The field "${name}" has two types.`);
      pieces.push({ kind: 'again', of: earlier.at });
      continue;
    }
    const field = makeField(spec);
    if (field.padBefore !== '') pieces.push({ kind: 'padding', fill: field.padBefore });
    if (isNamed) seen.set(name, { at: pieces.length, spec });
    pieces.push({ kind: 'field', field, name: isNamed ? name : undefined });
    if (field.padBehind !== '') pieces.push({ kind: 'padding', fill: field.padBehind });
  }
  return pieces;
}

interface Nested {
  [name: string]: ParameterValue;
}

/** `a[b][c]` goes into nested mappings. */
function put(into: Nested, path: string, value: FieldValue): void {
  const bracket = path.indexOf('[');
  const base = bracket < 0 ? path : path.slice(0, bracket);
  const keys = [...path.slice(base.length).matchAll(/\[([^\]]+)\]/g)].map(([, key]) => key!);
  let target = into;
  let name = base;
  for (const key of keys) {
    const inner = target[name];
    const next: Nested = typeof inner === 'object' ? (inner as Nested) : Object.create(null);
    target[name] = next;
    target = next;
    name = key;
  }
  target[name] = value;
}
