// YAML text to the value that PyYAML's safe_load would give, with the place of every node. The `yaml` package
// parses (it knows lines and columns and goes on after an error); every scalar is resolved here.

import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { LabError } from '../../base/errors.ts';
import { pythonFloat, pythonInt, resolvePlain, suggestNumber } from './python-scalar.ts';
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

/** A setup or configuration is a page of text; anything larger is a mistake. */
const MAX_TEXT_LENGTH = 4 * 1024 * 1024;

/** Loads one document. Never throws for bad YAML: the problems say what is wrong. */
export function loadPythonYaml(text: string): PythonYaml {
  if (text.length > MAX_TEXT_LENGTH) {
    throw new LabError(
      'setup/invalid',
      `This file is ${text.length} characters long. A setup has at most ${MAX_TEXT_LENGTH}.`,
    );
  }
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    schema: 'failsafe',
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
    lineCounter,
  });
  const builder = new Builder(lineCounter);
  for (const error of document.errors) builder.report('error', `${error.message}.`, error.pos[0], []);
  const hasErrors = document.errors.length > 0;
  const value = hasErrors ? undefined : builder.build(document.contents as Node | null, []);
  return {
    value,
    problems: builder.problems,
    placeOf: (path) => placeAt(document.contents as Node | null, path, lineCounter),
  };
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
  readonly #lineCounter: LineCounter;
  readonly #built = new Map<Node, PythonValue>();
  readonly #underWay = new Set<Node>();
  readonly #anchors = new Map<string, Node>();

  constructor(lineCounter: LineCounter) {
    this.#lineCounter = lineCounter;
  }

  report(severity: 'error' | 'warning', message: string, offset: number, path: readonly string[]): void {
    this.problems.push({ severity, message, path: path.join('.'), ...toPlace(this.#lineCounter, offset) });
  }

  build(node: Node | null | undefined, path: readonly string[]): PythonValue {
    if (!node) return null;
    if (isAlias(node)) return this.build(this.#target(node, path), path);
    const known = this.#built.get(node);
    if (known !== undefined) return known;
    if ('anchor' in node && typeof node.anchor === 'string') this.#anchors.set(node.anchor, node);
    if (this.#underWay.has(node)) {
      this.report('error', 'This alias points into itself.', node.range?.[0] ?? 0, path);
      return null;
    }
    this.#underWay.add(node);
    const value = this.#construct(node, path);
    this.#underWay.delete(node);
    this.#built.set(node, value);
    return value;
  }

  #target(alias: Alias, path: readonly string[]): Node | null {
    const target = this.#anchors.get(alias.source);
    if (!target) this.report('error', `Unknown alias *${alias.source}.`, alias.range?.[0] ?? 0, path);
    return target ?? null;
  }

  #construct(node: Node, path: readonly string[]): PythonValue {
    if (isScalar(node)) return this.#scalar(node, path);
    if (isMap(node)) return this.#map(node, path);
    if (isSeq(node)) return node.items.map((item, i) => this.build(item as Node | null, [...path, String(i)]));
    return null;
  }

  #scalar(
    node: Node & { value: unknown; type?: unknown; tag?: string | undefined; source?: string },
    path: readonly string[],
  ): PythonValue {
    const text = String(node.value ?? '');
    const tag = node.tag?.replace('tag:yaml.org,2002:', '');
    switch (tag) {
      case undefined:
        break;
      case 'str':
        return text;
      case 'int':
        return pythonInt(text);
      case 'float':
        return pythonFloat(text);
      case 'bool':
      case 'null':
      case 'timestamp':
        return resolvePlain(text);
      default:
        this.report(
          'error',
          `The tag ${node.tag} cannot be used here: a setup holds only plain data.`,
          node.range?.[0] ?? 0,
          path,
        );
        return null;
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
    return resolvePlain(text);
  }

  #map(node: YAMLMap, path: readonly string[]): PythonMap {
    if (node.tag && node.tag !== 'tag:yaml.org,2002:map') {
      this.report(
        'error',
        `The tag ${node.tag} cannot be used here: a setup holds only plain data.`,
        node.range?.[0] ?? 0,
        path,
      );
    }
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
