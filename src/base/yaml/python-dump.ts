// Writes a value as PyYAML's safe_dump(…, default_flow_style=False, sort_keys=False) does, so that the setup.yaml in
// a run directory equals the reference's to the byte: block style, &id001 for what appears twice, quotes only where
// Python would otherwise read something else.

import { pythonFloatText } from '../python-float.ts';
import { isAmbiguousPlain } from './python-scalar.ts';
import { isPythonDate, type PythonDate, type PythonList, type PythonMap, type PythonValue } from './python-value.ts';

/** PyYAML folds plain and quoted text at spaces beyond this column. */
const BEST_WIDTH = 80;
const INDENT = 2;

type Shareable = PythonList | PythonMap | PythonDate;

/** The document's text, ending in a newline. */
export function dumpPythonYaml(value: PythonValue): string {
  const dumper = new Dumper(value);
  return dumper.text();
}

function isShareable(value: PythonValue): value is Shareable {
  return typeof value === 'object' && value !== null;
}

class Dumper {
  readonly #root: PythonValue;
  readonly #anchorOf = new Map<Shareable, string>();
  readonly #written = new Set<Shareable>();
  #out = '';

  constructor(root: PythonValue) {
    this.#root = root;
    this.#assignAnchors(root, new Set());
  }

  text(): string {
    if (isShareable(this.#root) && !isPythonDate(this.#root)) this.#node(this.#root, -INDENT, 'root');
    else this.#out += `${this.#scalar(this.#root, 0, INDENT)}\n...\n`;
    return this.#out.replace(/^\n/, '');
  }

  /** Anchors are numbered in the order in which something is met for the second time. */
  #assignAnchors(value: PythonValue, met: Set<Shareable>): void {
    if (!isShareable(value)) return;
    if (met.has(value)) {
      if (!this.#anchorOf.has(value))
        this.#anchorOf.set(value, `id${String(this.#anchorOf.size + 1).padStart(3, '0')}`);
      return;
    }
    met.add(value);
    if (value instanceof Map) {
      for (const [key, item] of value) {
        this.#assignAnchors(key, met);
        this.#assignAnchors(item, met);
      }
    } else if (Array.isArray(value)) {
      for (const item of value) this.#assignAnchors(item, met);
    }
  }

  /** Writes a value behind `key:` (with its space and line end), behind `-` or as the root. */
  #node(value: PythonValue, indent: number, place: 'value' | 'item' | 'root'): void {
    const lead = place === 'root' ? '' : ' ';
    if (!isShareable(value)) {
      this.#out += `${lead}${this.#scalar(value, this.#column() + lead.length, indent + INDENT)}\n`;
      return;
    }
    const anchor = this.#anchorOf.get(value);
    if (anchor && this.#written.has(value)) {
      this.#out += `${lead}*${anchor}\n`;
      return;
    }
    this.#written.add(value);
    const mark = anchor ? `${lead}&${anchor}` : '';
    if (isPythonDate(value)) this.#out += `${mark}${lead}${value.text}\n`;
    else if (value instanceof Map) this.#map(value, indent, place, mark);
    else this.#list(value, indent, place, mark);
  }

  #map(map: PythonMap, indent: number, place: 'value' | 'item' | 'root', mark: string): void {
    if (map.size === 0) {
      this.#out += `${mark}${place === 'root' ? '' : ' '}{}\n`;
      return;
    }
    const inner = indent + INDENT;
    let isFirst = true;
    // A mapping as a list item starts on the dash's own line, unless an anchor stands there.
    const continuesLine = place === 'item' && !mark;
    this.#out += continuesLine ? ' ' : `${mark}\n`;
    for (const [key, item] of map) {
      if (!(isFirst && continuesLine)) this.#out += ' '.repeat(inner);
      isFirst = false;
      this.#out += `${this.#scalar(key, inner, inner, true)}:`;
      this.#node(item, inner, 'value');
    }
  }

  #list(list: PythonList, indent: number, place: 'value' | 'item' | 'root', mark: string): void {
    if (list.length === 0) {
      this.#out += `${mark}${place === 'root' ? '' : ' '}[]\n`;
      return;
    }
    // A list below a key is not indented further.
    const dash = place === 'value' ? indent : indent + INDENT;
    const continuesLine = place === 'item' && !mark;
    this.#out += continuesLine ? ' ' : `${mark}\n`;
    list.forEach((item, i) => {
      if (!(i === 0 && continuesLine)) this.#out += ' '.repeat(dash);
      this.#out += '-';
      this.#node(item, dash, 'item');
    });
  }

  #column(): number {
    return this.#out.length - this.#out.lastIndexOf('\n') - 1;
  }

  #scalar(value: PythonValue, column: number, indent: number, isKey = false): string {
    if (value === null) return 'null';
    if (typeof value === 'boolean') return value ? 'true' : 'false';
    if (typeof value === 'bigint') return String(value);
    if (typeof value === 'number') return floatText(value);
    if (typeof value === 'string') return stringText(value, column, indent, isKey);
    if (isPythonDate(value)) return value.text;
    throw new Error('internal error: a collection is not a scalar');
  }
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const text = pythonFloatText(value);
  return text.includes('.') ? text : text.replace('e', '.0e');
}

/** Printable in PyYAML's sense when Unicode is not allowed: ASCII and line feed. */
const SPECIAL = /[^\n\x20-\x7e]/;

function stringText(text: string, column: number, indent: number, isKey: boolean): string {
  const isMultiline = text.includes('\n');
  const spaceNextToBreak = /( \n|\n )/.test(text);
  const isSpecial = SPECIAL.test(text) || spaceNextToBreak;
  if (isPlainAllowed(text) && !isMultiline && !isSpecial) return isKey ? text : fold(text, column, indent);
  if (!isSpecial && !(isKey && isMultiline)) return singleQuoted(text, column, indent, isKey);
  return doubleQuoted(text);
}

function isPlainAllowed(text: string): boolean {
  if (text === '' || isAmbiguousPlain(text)) return false;
  if (/^\s|\s$/.test(text)) return false;
  if (/^(---|\.\.\.)/.test(text)) return false;
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text)) return false;
  if (/^[?:-](\s|$)/.test(text)) return false;
  return !/:(\s|$)|\s#/.test(text);
}

/** Breaks a line at single spaces once it has passed the best width. */
function fold(text: string, column: number, indent: number): string {
  let out = '';
  let at = column;
  for (const part of text.split(/( +)/)) {
    const isLast = out.length + part.length === text.length;
    if (part === ' ' && at > BEST_WIDTH && out !== '' && !isLast) {
      out += `\n${' '.repeat(indent)}`;
      at = indent;
    } else {
      out += part;
      at += part.length;
    }
  }
  return out;
}

function singleQuoted(text: string, column: number, indent: number, isKey: boolean): string {
  const quoted = text.replaceAll("'", "''");
  const parts = quoted.split(/(\n+)/).map((part) => {
    // Line feeds in a single-quoted scalar are written as one line break more.
    if (part.startsWith('\n')) return `\n${part}${' '.repeat(indent)}`;
    return isKey ? part : fold(part, column + 1, indent);
  });
  return `'${parts.join('')}'`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function doubleQuoted(text: string): string {
  let out = '"';
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const shorthand = ESCAPES[character];
    if (shorthand) out += shorthand;
    else if (code >= 0x20 && code <= 0x7e) out += character;
    else if (code <= 0xff) out += `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
    else if (code <= 0xffff) out += `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
    else out += `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`;
  }
  return `${out}"`;
}
