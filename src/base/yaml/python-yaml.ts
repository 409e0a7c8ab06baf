// YAML text to the value that PyYAML's safe_load would give, with the place of every node. The `yaml` package
// parses (it knows lines and columns and goes on after an error); every scalar is resolved here.

import {
  type Alias,
  Composer,
  CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  type YAMLMap,
} from 'yaml';
import { LabError } from '../errors.ts';
import {
  isRealDate,
  resolvePlain,
  resolveTagged,
  SCALAR_TAGS,
  type ScalarTag,
  suggestNumber,
} from './python-scalar.ts';
import { isPythonDate, type PythonMap, type PythonValue } from './python-value.ts';

/** A place in a text; line and column count from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

export interface YamlProblem extends TextPlace {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** Dotted path to the node, empty for the document. */
  readonly path: string;
}

export interface PythonYaml {
  /** `undefined` when the text is not YAML at all. */
  readonly value: PythonValue | undefined;
  readonly problems: readonly YamlProblem[];
  /** Place of the value at a path such as `Workers.imp.config`; of its nearest parent when there is none. */
  placeOf(path: readonly string[]): TextPlace;
}

/** Prefix of the tags that YAML itself defines. */
const STANDARD = 'tag:yaml.org,2002:';
/** What the lexer says beside the text: byte order mark, document, end of a flow with an error, scalar. */
const LEXER_MARKS: ReadonlySet<string> = new Set([CST.BOM, CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);

type ScalarNode = Node & { value: unknown; type?: string; tag?: string | undefined };

/** A setup or configuration is a page of text; anything larger is a mistake. */
const MAX_TEXT_LENGTH = 4 * 1024 * 1024;

/** Values that aliases may stand for in all. Setups have some tens; what is dumped or merged is as large as this. */
const MAX_ALIASED_VALUES = 100_000;
/** Lists and mappings within each other; a setup has about six. */
const MAX_DEPTH = 100;

/**
 * Loads one document. Never throws for bad YAML: the problems say what is wrong. Throws `setup/invalid` for a text that
 * is too long, nested too deeply or swollen by aliases.
 */
export function loadPythonYaml(text: string): PythonYaml {
  if (text.length > MAX_TEXT_LENGTH) {
    throw new LabError(
      'setup/invalid',
      `This file is ${text.length} characters long. At most ${MAX_TEXT_LENGTH} are read.`,
    );
  }
  const lineCounter = new LineCounter();
  const builder = new Builder(text, lineCounter);
  const [document, second] = parse(text, lineCounter);
  for (const error of document!.errors) builder.report('error', `${error.message}.`, error.pos[0], []);
  if (second) builder.report('error', 'A second document begins here; there may be only one.', second.range[0], []);
  const unreadable = builder.problems.length > 0 ? undefined : findUnreadable(text);
  if (unreadable) builder.report('error', unreadable.message, unreadable.offset, []);
  const hasErrors = builder.problems.length > 0;
  const value = hasErrors ? undefined : builder.build(document!.contents as Node | null, []);
  return {
    value,
    problems: builder.problems,
    placeOf: (path) => placeAt(document!.contents as Node | null, path, lineCounter),
  };
}

/** At least one document. */
function parse(text: string, lineCounter: LineCounter): readonly Document.Parsed[] {
  const composer = new Composer({
    version: '1.1',
    schema: 'failsafe',
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
    lineCounter,
  });
  return [...composer.compose(parseTokens(text, lineCounter), true, text.length)] as Document.Parsed[];
}

function tooDeep(line: number): LabError {
  const message = `Lists and mappings lie more than ${MAX_DEPTH} deep within each other here. A few are enough.`;
  return new LabError('setup/invalid', message, { context: { line } });
}

/**
 * A lone dash in a flow, as in `[+, -]`, is text for Python; the lexer takes it for the mark of a list item, with an empty
 * item behind it when a comma follows.
 */
function* parseTokens(text: string, lineCounter: LineCounter): Generator<CST.Token> {
  lineCounter.addNewLine(0);
  const parser = new Parser(lineCounter.addNewLine);
  const lexemes = new Lexer().lex(text);
  let flowLevel = 0;
  let offset = 0;
  let isScalar = false;
  for (const lexeme of lexemes) {
    const isMark = LEXER_MARKS.has(lexeme);
    const next = text[offset + lexeme.length] ?? '';
    const isDash = !isMark && !isScalar && lexeme === '-' && flowLevel > 0 && /[,[\]{}]/.test(next);
    if (isDash) yield* parser.next(CST.SCALAR);
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_DEPTH) throw tooDeep(lineCounter.linePos(offset).line);
    if (isDash && next === ',') for (const _ of [CST.SCALAR, '']) lexemes.next();
    if (!isMark && !isScalar && /^[[{]$/.test(lexeme)) flowLevel++;
    if (!isMark && !isScalar && /^[\]}]$/.test(lexeme)) flowLevel--;
    if (!isMark) offset += lexeme.length;
    isScalar = lexeme === CST.SCALAR;
  }
  yield* parser.end();
}

/** Control characters, and others that PyYAML's reader refuses (yaml.reader.Reader.NON_PRINTABLE). */
const NON_PRINTABLE = /[^\t\n\r\x20-\x7e\x85\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/** What is YAML, but not for PyYAML: characters that it refuses, and tabs outside quotes, blocks and comments. */
function findUnreadable(text: string): { readonly offset: number; readonly message: string } | undefined {
  const bad = NON_PRINTABLE.exec(text);
  if (bad) {
    const code = bad[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    return { offset: bad.index, message: `Python refuses the character U+${code} in YAML.` };
  }
  let offset = 0;
  let isBlock = false;
  for (const token of new Lexer().lex(text)) {
    if (LEXER_MARKS.has(token)) continue;
    const isText = isBlock && !/^[ \t]*(#.*)?$|^\n$/.test(token);
    const tab = /^["'#]/.test(token) || isText ? -1 : token.indexOf('\t');
    if (tab >= 0) {
      return { offset: offset + tab, message: 'Python refuses a tab here. Write spaces, or put the text in quotes.' };
    }
    if (/^[|>]/.test(token)) isBlock = true;
    else if (isText) isBlock = false;
    offset += token.length;
  }
  return undefined;
}

function placeAt(root: Node | null, path: readonly string[], lineCounter: LineCounter): TextPlace {
  let offset = root?.range?.[0] ?? 0;
  let node: Node | null = root;
  for (const step of path) {
    let next: Node | null | undefined;
    if (isMap(node)) {
      const pair = node.items.findLast((item) => isScalar(item.key) && String(item.key.value) === step) as
        | Pair<Node, Node | null>
        | undefined;
      if (pair) offset = pair.value?.range?.[0] ?? pair.key.range?.[0] ?? offset;
      if (pair && !pair.value?.range?.[2]) offset = pair.key.range?.[0] ?? offset;
      next = pair?.value;
    } else if (isSeq(node)) {
      next = node.items[Number(step)] as Node | undefined;
      offset = next?.range?.[0] ?? offset;
    }
    if (!next) break;
    node = next;
  }
  return toPlace(lineCounter, offset);
}

function toPlace(lineCounter: LineCounter, offset: number): TextPlace {
  const { line, col } = lineCounter.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

class Builder {
  readonly problems: YamlProblem[] = [];
  readonly #source: string;
  readonly #lineCounter: LineCounter;
  readonly #built = new Map<Node, PythonValue>();
  readonly #underWay = new Set<Node>();
  readonly #anchors = new Map<string, Node>();
  /** Values that a node stands for, those behind its aliases included. */
  readonly #sizes = new Map<Node, number>();
  #valueCount = 0;
  #aliasedCount = 0;

  constructor(source: string, lineCounter: LineCounter) {
    this.#source = source;
    this.#lineCounter = lineCounter;
  }

  report(severity: 'error' | 'warning', message: string, offset: number, path: readonly string[]): void {
    this.problems.push({ severity, message, path: path.join('.'), ...toPlace(this.#lineCounter, offset) });
  }

  build(node: Node | null | undefined, path: readonly string[]): PythonValue {
    if (!node) return null;
    if (isAlias(node)) return this.#alias(node, path);
    this.#valueCount++;
    const countBefore = this.#valueCount;
    const known = this.#built.get(node);
    if (known !== undefined) return known;
    if ('anchor' in node && typeof node.anchor === 'string') {
      if (this.#anchors.has(node.anchor)) this.#refuse(node, path, `The anchor &${node.anchor} appears twice.`);
      this.#anchors.set(node.anchor, node);
    }
    if (this.#underWay.has(node)) {
      this.report('error', 'This alias points into itself.', node.range?.[0] ?? 0, path);
      return null;
    }
    this.#underWay.add(node);
    const value = this.#construct(node, path);
    this.#underWay.delete(node);
    this.#built.set(node, value);
    this.#sizes.set(node, this.#valueCount - countBefore + 1);
    return value;
  }

  #alias(alias: Alias, path: readonly string[]): PythonValue {
    const target = this.#target(alias, path);
    const size = (target && this.#sizes.get(target)) ?? 0;
    this.#valueCount += size;
    this.#aliasedCount += size;
    if (this.#aliasedCount > MAX_ALIASED_VALUES) {
      const { line } = toPlace(this.#lineCounter, alias.range?.[0] ?? 0);
      const message = `The aliases stand for more than ${MAX_ALIASED_VALUES} values. Write out what is needed.`;
      throw new LabError('setup/invalid', message, { context: { line } });
    }
    return this.build(target, path);
  }

  #target(alias: Alias, path: readonly string[]): Node | null {
    const target = this.#anchors.get(alias.source);
    if (!target) this.report('error', `Unknown alias *${alias.source}.`, alias.range?.[0] ?? 0, path);
    return target ?? null;
  }

  #construct(node: Node, path: readonly string[]): PythonValue {
    if (isScalar(node)) return this.#scalar(node, path);
    if (isMap(node)) return this.#map(node, path);
    if (!isSeq(node)) return null;
    if (node.tag && node.tag !== `${STANDARD}seq`) this.#refuseTag(node, path);
    return node.items.map((item, i) => this.build(item as Node | null, [...path, String(i)]));
  }

  #scalar(node: ScalarNode, path: readonly string[]): PythonValue {
    const text = this.#textOf(node);
    if (node.tag !== undefined) {
      const tag = node.tag.replace(STANDARD, '') as ScalarTag;
      if (!SCALAR_TAGS.includes(tag)) return this.#refuseTag(node, path);
      const value = resolveTagged(tag, text);
      if (value !== undefined) return value;
      return this.#refuse(node, path, `${text === '' ? 'Nothing' : text} is no ${tag}, as its tag says.`);
    }
    if (node.type !== 'PLAIN') return text;
    const suggestion = suggestNumber(text);
    if (suggestion) {
      this.report(
        'warning',
        `Python reads ${text} as text, not as a number. Write ${suggestion} for the number or '${text}' for the text.`,
        node.range?.[0] ?? 0,
        path,
      );
    }
    const value = resolvePlain(text);
    if (isPythonDate(value) && !isRealDate(text)) {
      return this.#refuse(node, path, `There is no such date or time as ${text}. Write '${text}' for the text.`);
    }
    return value;
  }

  /** Without a line feed at the end of the file, a block that ends there has none either. */
  #textOf({ value, type, range }: ScalarNode): string {
    const text = String(value ?? '');
    const isLastBlock = type?.startsWith('BLOCK_') && range?.[1] === this.#source.length;
    return isLastBlock && !this.#source.endsWith('\n') ? text.replace(/\n$/, '') : text;
  }

  #refuseTag(node: Node & { tag?: string | undefined }, path: readonly string[]): null {
    return this.#refuse(node, path, `The tag ${node.tag} cannot be used here: only plain data are read.`);
  }

  #refuse(node: Node, path: readonly string[], message: string): null {
    this.report('error', message, node.range?.[0] ?? 0, path);
    return null;
  }

  #map(node: YAMLMap, path: readonly string[]): PythonMap {
    if (node.tag && node.tag !== `${STANDARD}map`) this.#refuseTag(node, path);
    const own: [PythonValue, PythonValue][] = [];
    const merged: PythonMap[] = [];
    const seen = new Set<PythonValue>();
    for (const item of node.items as Pair<Node, Node | null>[]) {
      const isMerge = isScalar(item.key) && item.key.value === '<<' && item.key.type === 'PLAIN';
      const key = isMerge ? '<<' : this.build(item.key, path);
      const childPath = [...path, keyText(key)];
      const value = this.build(item.value, childPath);
      if (isMerge) {
        merged.push(...this.#mergeSources(value, item, childPath));
        continue;
      }
      if (typeof key === 'object' && key !== null && !isPythonDate(key)) {
        this.report('error', 'A key must be a single value, not a list or a mapping.', item.key.range?.[0] ?? 0, path);
        continue;
      }
      if (seen.has(key)) {
        this.report(
          'warning',
          `The key ${keyText(key)} appears twice; the last one counts.`,
          item.key.range?.[0] ?? 0,
          childPath,
        );
      }
      seen.add(key);
      own.push([key, value]);
    }
    // PyYAML puts merged pairs before the mapping's own, earlier merge sources overriding later ones.
    const result: PythonMap = new Map();
    for (const source of merged.reverse()) for (const [key, value] of source) result.set(key, value);
    for (const [key, value] of own) result.set(key, value);
    return result;
  }

  #mergeSources(value: PythonValue, item: Pair<Node, Node | null>, path: readonly string[]): PythonMap[] {
    const sources = Array.isArray(value) ? value : [value];
    const maps = sources.filter((source) => source instanceof Map);
    if (maps.length !== sources.length) {
      this.report('error', 'Only mappings can be merged with <<.', item.key.range?.[0] ?? 0, path);
    }
    return maps;
  }
}

function keyText(key: PythonValue): string {
  return isPythonDate(key) ? key.text : String(key);
}
