// Counters that are calculated from others, such as `diode / monitor`: value, unit, and the uncertainty that follows from
// those of the others. A formula is read into a tree; nothing of it is ever run as code.

import { LabError } from '../base/errors.ts';
import type { Uncertain } from '../model/poisson-fit.ts';
import { isSameUnit, multiplied, NO_UNIT, raised, type UnitPowers } from './unit-algebra.ts';

export interface Formula {
  readonly text: string;
  /** Names that it needs, each once, as they are written. */
  readonly names: readonly string[];
  /** Throws `setup/invalid` where units do not go together. */
  unit(of: (name: string) => UnitPowers): UnitPowers;
  /**
   * To first order; the names are taken as independent of each other, a name as the same wherever it stands. NaN where
   * there is no value.
   */
  evaluate(of: (name: string) => Uncertain): Uncertain;
}

type Node =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'sum'; readonly sign: 1 | -1; readonly left: Node; readonly right: Node }
  | { readonly kind: 'product'; readonly exponent: 1 | -1; readonly left: Node; readonly right: Node }
  | { readonly kind: 'power'; readonly of: Node; readonly exponent: number }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly of: Node };

/** Of bare numbers only. Each gives value and derivative. */
const FUNCTIONS = {
  exp: (x: number) => [Math.exp(x), Math.exp(x)],
  log: (x: number) => [Math.log(x), 1 / x],
  log10: (x: number) => [Math.log10(x), 1 / (x * Math.LN10)],
} as const satisfies Record<string, (x: number) => readonly [number, number]>;
type FunctionName = keyof typeof FUNCTIONS;

/** Deeper formulas are a mistake, and would not fit on the stack. */
const MAX_DEPTH = 100;

const TOKEN = /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_:]*)|(\*\*|[-+*/^()]))/uy;

interface Token {
  readonly kind: 'number' | 'name' | 'sign';
  readonly text: string;
  /** Where it begins, from 1. */
  readonly column: number;
}

/**
 * Reads a formula of numbers, names, + - * / ^ (also **, with a number as exponent), brackets, sqrt, abs, exp, log and log10.
 * Throws `setup/invalid` with the column of what is wrong.
 */
export function parseFormula(text: string): Formula {
  const root = new Parser(text).parse();
  const names = [...new Set(namesOf(root))];
  return {
    text,
    names,
    unit: (of) => unitOf(root, of),
    evaluate: (of) => {
      const inputs = new Map(names.map((name) => [name, of(name)]));
      const { value, slopes } = evaluate(root, (name) => inputs.get(name)!.value);
      const parts = [...slopes].map(([name, slope]) => slope * inputs.get(name)!.uncertainty);
      return { value, uncertainty: Math.hypot(...parts) };
    },
  };
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = this.#tokensOf(text);
  }

  parse(): Node {
    const root = this.#sum();
    if (this.#at < this.#tokens.length) this.#fail('something is missing or too much');
    return root;
  }

  #tokensOf(text: string): readonly Token[] {
    const tokens: Token[] = [];
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.trimEnd().length) {
      const start = TOKEN.lastIndex;
      const match = TOKEN.exec(text);
      if (!match) {
        const column = start + text.slice(start).search(/\S/) + 1;
        throw new LabError('setup/invalid', `"${text}" cannot be read at column ${column}: unknown character.`);
      }
      const [whole, number, name, sign] = match;
      const part = (number ?? name ?? sign)!;
      const kind = number !== undefined ? 'number' : name !== undefined ? 'name' : 'sign';
      tokens.push({ kind, text: part, column: start + whole.length - part.length + 1 });
    }
    return tokens;
  }

  #fail(what: string): never {
    const column = this.#tokens[this.#at]?.column ?? this.#text.length + 1;
    throw new LabError('setup/invalid', `"${this.#text}" cannot be read at column ${column}: ${what}.`);
  }

  #take(...signs: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'sign' || !signs.includes(token.text)) return undefined;
    this.#at++;
    return token.text;
  }

  #sum(): Node {
    if (++this.#depth > MAX_DEPTH) this.#fail(`more than ${MAX_DEPTH} brackets in each other`);
    let node = this.#product();
    for (let sign = this.#take('+', '-'); sign; sign = this.#take('+', '-')) {
      node = { kind: 'sum', sign: sign === '+' ? 1 : -1, left: node, right: this.#product() };
    }
    this.#depth--;
    return node;
  }

  #product(): Node {
    let node = this.#signed();
    for (let sign = this.#take('*', '/'); sign; sign = this.#take('*', '/')) {
      node = { kind: 'product', exponent: sign === '*' ? 1 : -1, left: node, right: this.#signed() };
    }
    return node;
  }

  /** As in mathematics and Python, -x^2 is -(x^2). */
  #signed(): Node {
    let isNegative = false;
    while (this.#take('-')) isNegative = !isNegative;
    const node = this.#power();
    return isNegative ? { kind: 'product', exponent: 1, left: { kind: 'number', value: -1 }, right: node } : node;
  }

  #power(): Node {
    const node = this.#primary();
    if (!this.#take('^', '**')) return node;
    const sign = this.#take('-') ? -1 : 1;
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'number') this.#fail('an exponent must be a number');
    this.#at++;
    return { kind: 'power', of: node, exponent: sign * Number(token.text) };
  }

  #primary(): Node {
    const token = this.#tokens[this.#at];
    if (this.#take('(')) return this.#closed();
    if (!token || token.kind === 'sign') this.#fail('a number, a name or a bracket is missing');
    this.#at++;
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (!this.#take('(')) return { kind: 'name', name: token.text };
    const of = this.#closed();
    if (token.text === 'sqrt') return { kind: 'power', of, exponent: 0.5 };
    // |x| is the root of its square, with the same unit and derivative
    if (token.text === 'abs') return { kind: 'power', of: { kind: 'power', of, exponent: 2 }, exponent: 0.5 };
    if (Object.hasOwn(FUNCTIONS, token.text)) return { kind: 'call', name: token.text as FunctionName, of };
    throw new LabError(
      'setup/invalid',
      `"${this.#text}" cannot be read at column ${token.column}: no function "${token.text}".`,
    );
  }

  #closed(): Node {
    const node = this.#sum();
    if (!this.#take(')')) this.#fail('a closing bracket is missing');
    return node;
  }
}

function namesOf(node: Node): readonly string[] {
  switch (node.kind) {
    case 'number':
      return [];
    case 'name':
      return [node.name];
    case 'sum':
    case 'product':
      return [...namesOf(node.left), ...namesOf(node.right)];
    case 'power':
    case 'call':
      return namesOf(node.of);
  }
}

function unitOf(node: Node, of: (name: string) => UnitPowers): UnitPowers {
  switch (node.kind) {
    case 'number':
      return NO_UNIT;
    case 'name':
      return of(node.name);
    case 'sum': {
      const unit = unitOf(node.left, of);
      if (isSameUnit(unit, unitOf(node.right, of))) return unit;
      throw new LabError(
        'setup/invalid',
        'The formula adds or subtracts what has different units. Scale one of them first.',
      );
    }
    case 'product':
      return multiplied(unitOf(node.left, of), raised(unitOf(node.right, of), node.exponent));
    case 'power':
      return raised(unitOf(node.of, of), node.exponent);
    case 'call':
      if (unitOf(node.of, of).size === 0) return NO_UNIT;
      throw new LabError('setup/invalid', `${node.name}() takes a bare number only. Divide by a reference first.`);
  }
}

/** A value, and its derivative by each name. */
interface Sloped {
  readonly value: number;
  readonly slopes: ReadonlyMap<string, number>;
}

function evaluate(node: Node, of: (name: string) => number): Sloped {
  switch (node.kind) {
    case 'number':
      return { value: node.value, slopes: new Map() };
    case 'name':
      return { value: of(node.name), slopes: new Map([[node.name, 1]]) };
    case 'sum': {
      const [left, right] = [evaluate(node.left, of), evaluate(node.right, of)];
      return { value: left.value + node.sign * right.value, slopes: combined(left, 1, right, node.sign) };
    }
    case 'product': {
      const [left, right] = [evaluate(node.left, of), evaluate(node.right, of)];
      if (node.exponent === 1) {
        return { value: left.value * right.value, slopes: combined(left, right.value, right, left.value) };
      }
      const value = left.value / right.value;
      return { value, slopes: combined(left, 1 / right.value, right, -value / right.value) };
    }
    case 'power': {
      const base = evaluate(node.of, of);
      const slope = node.exponent * base.value ** (node.exponent - 1);
      return { value: base.value ** node.exponent, slopes: combined(base, slope) };
    }
    case 'call': {
      const inner = evaluate(node.of, of);
      const [value, slope] = FUNCTIONS[node.name](inner.value);
      return { value, slopes: combined(inner, slope) };
    }
  }
}

function combined(left: Sloped, leftFactor: number, right?: Sloped, rightFactor = 0): ReadonlyMap<string, number> {
  const slopes = new Map([...left.slopes].map(([name, slope]) => [name, slope * leftFactor]));
  for (const [name, slope] of right?.slopes ?? []) slopes.set(name, (slopes.get(name) ?? 0) + slope * rightFactor);
  return slopes;
}
