// Reads a value change dump word by word (IEEE 1364-2005, 18): declarations, then times and changes.

import type { Diagnostic } from '../../model/signal-store.ts';
import { inSeconds } from '../time-axis.ts';
import { secondsPerTimeUnit } from '../time-names.ts';
import { bitsValue, Variable, type VariableKind } from './variable.ts';

/** Variables that are shown, at most. */
const MAX_VARIABLES = 1024;
/** Changes that are held in memory, at most: 9 bytes each of a bit, 16 of others. */
const MAX_CHANGES = 2 ** 25;
/** Letters of a text of the head that are kept. */
const MAX_TEXT = 4096;
/** Scopes inside of each other. */
const MAX_SCOPES = 256;
/** Ports of an extended dump (18.4.3.1): what is driven high and low; the rest is not known. */
const PORT_LEVELS: Readonly<Record<string, string>> = {
  D: '0',
  L: '0',
  d: '0',
  l: '0',
  0: '0',
  U: '1',
  H: '1',
  u: '1',
  h: '1',
  1: '1',
};

export interface NamedVariable {
  readonly name: string;
  readonly variable: Variable;
}

export class VcdParser {
  readonly variables: NamedVariable[] = [];
  readonly texts: Record<string, string> = {};
  readonly diagnostics: Diagnostic[] = [];
  /** Seconds per tick; undefined until the dump says it. */
  tickS: number | undefined;
  /** The last time in the dump, in seconds; in ticks where nobody says how long one is. */
  lastS = 0;
  #tick = 0;
  #scopes: string[] = [];
  readonly #byId = new Map<string, Variable | undefined>();
  /** The keyword whose words are collected, and these. */
  #section = '';
  #words: string[] = [];
  #wordsLength = 0;
  /** A value that waits for the id behind it. */
  #value: string | undefined;
  #skipWords = 0;
  #changeCount = 0;
  #strangeCount = 0;
  #textCount = 0;
  #omittedCount = 0;

  /** False when nothing that follows can be used. */
  take(token: string, offset: number): boolean {
    if (this.#section !== '') return this.#collect(token);
    if (this.#value !== undefined) return this.#finish(token, offset);
    const letter = token[0]!;
    switch (letter) {
      case '#':
        return this.#time(token, offset);
      case '0':
      case '1':
      case 'x':
      case 'X':
      case 'z':
      case 'Z':
        return this.#change(token.slice(1), letter, offset);
      case 'b':
      case 'B':
      case 'r':
      case 'R':
      case 's':
      case 'S':
      case 'p':
        this.#value = token;
        // two strengths stand between the states of a port and its id
        this.#skipWords = letter === 'p' ? 2 : 0;
        return true;
      case '$':
        this.#keyword(token);
        return true;
      default:
        this.#strange(offset);
        return true;
    }
  }

  /** Call when all words were taken. */
  end(): void {
    const warn = (code: string, message: string): void =>
      void this.diagnostics.push({ severity: 'warning', code, message });
    if (this.#omittedCount > 0) {
      warn('vcd/too-many', `${this.#omittedCount} more variables are left out: ${MAX_VARIABLES} are shown.`);
    }
    if (this.#textCount > 0) {
      this.diagnostics.push({
        severity: 'info',
        code: 'vcd/texts',
        message: `${this.#textCount} changes of texts are not shown.`,
      });
    }
    if (this.#strangeCount > 1)
      warn('vcd/damaged', `${this.#strangeCount} words are no change, the first is named above.`);
  }

  #keyword(token: string): void {
    switch (token) {
      case '$end':
      case '$dumpvars':
      case '$dumpall':
      case '$dumpon':
      case '$dumpoff':
      case '$dumpports':
      case '$dumpportsall':
      case '$dumpportson':
      case '$dumpportsoff':
        return;
      default:
        this.#section = token;
        this.#words = [];
        this.#wordsLength = 0;
    }
  }

  #collect(token: string): boolean {
    if (token === '$end') {
      const section = this.#section;
      this.#section = '';
      this.#close(section, this.#words);
    } else if (this.#wordsLength < MAX_TEXT) {
      this.#words.push(token);
      this.#wordsLength += token.length + 1;
    }
    return true;
  }

  #close(section: string, words: readonly string[]): void {
    switch (section) {
      case '$scope':
        if (this.#scopes.length < MAX_SCOPES) this.#scopes = [...this.#scopes, words[1] ?? ''];
        return;
      case '$upscope':
        this.#scopes = this.#scopes.slice(0, -1);
        return;
      case '$var':
        this.#declare(words);
        return;
      case '$timescale':
        this.#timescale(words.join(''));
        return;
      case '$date':
      case '$version':
      case '$comment':
        this.texts[section.slice(1)] = words.join(' ').slice(0, MAX_TEXT);
    }
  }

  #timescale(text: string): void {
    const [, count = '', unit = ''] = /^(\d{1,9})([munpf]?s)$/.exec(text) ?? [];
    const unitS = unit === 'fs' ? 1e-15 : secondsPerTimeUnit(unit);
    if (Number(count) > 0 && unitS !== undefined) this.tickS = Number(count) * unitS;
    this.texts['timescale'] = text.slice(0, MAX_TEXT);
  }

  #declare([type = '', size = '', id = '', reference = '', ...range]: readonly string[]): void {
    if (this.variables.length >= MAX_VARIABLES) {
      this.#omittedCount++;
      return;
    }
    const bits = /^\d{1,7}$/.test(size) ? Number(size) : 1;
    const variable = this.#byId.get(id) ?? (id === '' ? undefined : variableOf(type, bits));
    this.#byId.set(id, variable);
    if (!variable) return;
    // a single bit of a vector is a signal of its own; a range says what the width says
    const select = range.join('');
    const name =
      [...this.#scopes, reference].filter((part) => part !== '').join('.') + (/^\[\d+\]$/.test(select) ? select : '');
    this.variables.push({ name, variable });
  }

  #time(token: string, offset: number): boolean {
    const tick = Number(token.slice(1));
    if (!/^#\d{1,20}$/.test(token)) {
      this.#strange(offset);
      return true;
    }
    if (tick < this.#tick) {
      const message = `The times step back at ${token}; that and what follows is left out.`;
      this.diagnostics.push({ severity: 'warning', code: 'vcd/time-steps-back', message, offsetBytes: offset });
      return false;
    }
    this.#tick = tick;
    this.lastS = this.tickS === undefined ? tick : inSeconds(tick, this.tickS);
    return true;
  }

  /** The word behind a value. */
  #finish(token: string, offset: number): boolean {
    if (this.#skipWords > 0) {
      this.#skipWords--;
      return true;
    }
    const value = this.#value!;
    this.#value = undefined;
    return this.#change(token, value, offset);
  }

  #change(id: string, value: string, offset: number): boolean {
    const variable = this.#byId.get(id);
    if (!variable) {
      if (value[0]?.toLowerCase() === 's') this.#textCount++;
      else if (!this.#byId.has(id) && this.#omittedCount === 0) this.#strange(offset);
      return true;
    }
    if (this.#changeCount >= MAX_CHANGES) {
      const message = `There are more than ${MAX_CHANGES} changes, which is the most that is held: those after #${this.#tick} are left out.`;
      this.diagnostics.push({ severity: 'warning', code: 'vcd/too-long', message, offsetBytes: offset });
      return false;
    }
    this.#changeCount++;
    variable.add(this.lastS, numberOf(value, variable));
    return true;
  }

  #strange(offset: number): void {
    this.#strangeCount++;
    if (this.#strangeCount > 1) return;
    const message = 'A word is neither a time nor a change of a variable; it is passed over.';
    this.diagnostics.push({ severity: 'warning', code: 'vcd/damaged', message, offsetBytes: offset });
  }
}

/** Undefined for variables that are no numbers. */
function variableOf(type: string, bits: number): Variable | undefined {
  const kinds: Readonly<Record<string, VariableKind>> = { real: 'real', realtime: 'real', integer: 'signed' };
  if (type === 'string') return undefined;
  return new Variable(kinds[type] ?? (bits === 1 ? 'bit' : 'vector'), bits);
}

function numberOf(value: string, variable: Variable): number {
  switch (value[0]) {
    case 'r':
    case 'R':
      return value.length > 1 ? Number(value.slice(1)) : Number.NaN;
    case 'b':
    case 'B':
      return bitsValue(value, 1, variable);
    case 'p':
      return bitsValue(Array.from(value.slice(1), (state) => PORT_LEVELS[state] ?? 'x').join(''), 0, variable);
    case 's':
    case 'S':
      return Number.NaN;
    default:
      return bitsValue(value, 0, variable);
  }
}
