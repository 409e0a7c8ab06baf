// Whether a function can use its configuration: what would stop it when the run begins, and what would have no effect. Pure.

import { didYouMean } from '../../base/nearest.ts';
import {
  isPythonList,
  isPythonMap,
  type PythonMap,
  type PythonValue,
  pythonText,
} from '../../base/yaml/python-value.ts';
import type { StructDtype } from '../../formats/numpy/dtype.ts';
import type { Declaration, Key } from '../functions/declared.ts';

/** Something to say about a key; `key` is undefined for one that is missing. */
export interface ConfigProblem {
  readonly key: string | undefined;
  /** Further keys down from it. */
  readonly below: readonly string[];
  readonly message: string;
}

export interface CheckedFunction {
  /** As the setup names it. */
  readonly name: string;
  readonly declaration: Declaration;
  /** The items that it reads or observes; `undefined` for a source. */
  readonly input: StructDtype | undefined;
}

export const STOPS = 'It will stop when the run starts.';
const PASSED_OVER = 'It has no effect.';
const COMMA = 'A comma separates items: 0,5 are two. Write 0.5.';

/** All keys that the function knows, those made of its fields included. */
export function knownKeys({ declaration: { keys, perField }, input }: CheckedFunction): readonly string[] {
  const made = perField ? fieldNames(input).map((field) => field + perField.ending) : [];
  return [...Object.keys(keys), ...made];
}

/** `ylims does nothing: observers.oscilloscope has no such key. Did you mean ylim?` */
export function unknownKeyText(key: PythonValue, value: PythonValue | undefined, known: readonly string[]): string {
  const name = pythonText(key);
  // `{rate: 0,5}` is {rate: 0, 5: null}.
  if (typeof key === 'bigint' && value === null) return `${name} is a key of its own here. ${COMMA}`;
  const others = known.length > 0 ? `Keys: ${known.join(', ')}.` : 'There is nothing to configure.';
  return `${name} has no effect: no such key is read.${didYouMean(name, known) || ` ${others}`}`;
}

export function checkConfig(checked: CheckedFunction, config: PythonMap): ConfigProblem[] {
  const { declaration, input } = checked;
  const problems: ConfigProblem[] = [];
  const perField = declaration.perField;
  const keys = new Map<string, Key>(Object.entries(declaration.keys));
  if (perField) for (const field of fieldNames(input)) keys.set(field + perField.ending, perField.key);
  for (const [name, key] of keys) {
    const value = config.get(name);
    if (value === undefined || (value === null && key.canBeNull)) {
      if (!key.isRequired) continue;
      problems.push({ key: undefined, below: [], message: `${checked.name} needs the key ${name}. ${STOPS}` });
    } else if (key.obstacle) problems.push({ key: name, below: [], message: `${name} ${key.obstacle} ${STOPS}` });
    else problems.push(...checkValue(name, key, { value, input }));
  }
  return problems;
}

interface Given {
  readonly value: PythonValue;
  readonly input: StructDtype | undefined;
}

function checkValue(name: string, key: Key, { value, input }: Given): ConfigProblem[] {
  const told = (message: string, below: readonly string[] = []): ConfigProblem[] => [
    { key: name, below, message: `${message} ${key.isPassedOver ? PASSED_OVER : STOPS}` },
  ];
  const must = (what: string, hint = ''): ConfigProblem[] =>
    told(`${name} is ${what}, not ${shown(value)}.${hint ? ` ${hint}` : ''}`);
  switch (key.kind) {
    case 'truth':
      return [];
    case 'number': {
      const wanted = numberWords(key);
      return isNumber(value) && fits(Number(value), key) ? [] : must(wanted, commaIn(value));
    }
    case 'text':
      return typeof value === 'string' ? [] : must('a text', 'Write it in quotes.');
    case 'texts':
      return isPythonList(value) && value.every((item) => typeof item === 'string') ? [] : must('a list of texts');
    case 'choice': {
      const plain = typeof value === 'bigint' ? Number(value) : value;
      if (key.of.some((choice) => choice === plain)) return [];
      return must(`one of ${key.of.join(', ')}`, didYouMean(pythonText(value), key.of.map(String)).trim());
    }
    case 'numbers': {
      if (key.canBeSingle && isNumber(value)) return [];
      const { min, max } = key;
      return isPythonList(value) && value.every(isNumber) && value.length >= min && value.length <= max
        ? []
        : must(min === max ? `a list of ${min} numbers` : 'a list of numbers', tooLong(value, max));
    }
    case 'interval': {
      if (isNumber(value)) return [];
      const isPair =
        isPythonList(value) && value.length === 2 && value.every((item) => item === null || isNumber(item));
      return isPair ? [] : must('a number or [min, max]', tooLong(value, 2) || commaIn(value));
    }
    case 'scaling': {
      const isScaling =
        isPythonList(value) &&
        value.length === 3 &&
        isNumber(value[0]!) &&
        isNumber(value[1]!) &&
        typeof value[2] === 'string';
      return isScaling ? [] : must('[factor, offset, label]', tooLong(value, 3));
    }
    case 'field':
      return typeof value === 'string' ? fieldProblems(value, input).flatMap((text) => told(text)) : must('a field');
    case 'fields': {
      if (!isPythonList(value)) return must('a list of fields', `Write ${name}: [${pythonText(value)}].`);
      return value.flatMap((item, i) =>
        fieldProblems(pythonText(item), input).flatMap((text) => told(text, [String(i)])),
      );
    }
    case 'bins':
      return isPythonMap(value)
        ? [...value].flatMap(([field, range]) => told1(checkBins(pythonText(field), range, input)))
        : must('a mapping of fields to [min, max, number of edges]');
    case 'signatures': {
      const isSignature = (item: PythonValue) => isPythonList(item) && item.every(isPythonList);
      return isPythonList(value) && value.every(isSignature)
        ? []
        : must("a list of pairs of lists of '+', '-' and '0'");
    }
  }

  function told1(found: BinsProblem | undefined): ConfigProblem[] {
    if (!found) return [];
    return [{ key: name, below: [found.field], message: `${found.message} ${found.stops ? STOPS : PASSED_OVER}` }];
  }
}

interface BinsProblem {
  readonly field: string;
  readonly message: string;
  readonly stops: boolean;
}

function checkBins(field: string, range: PythonValue, input: StructDtype | undefined): BinsProblem | undefined {
  const told = (message: string, stops = true): BinsProblem => ({ field, message, stops });
  const [unknown] = fieldProblems(field, input);
  if (unknown !== undefined) return told(unknown);
  if (!isPythonList(range) || range.length !== 3 || !range.every(isNumber)) {
    const hint = tooLong(range, 3);
    return told(`The bins of ${field} are [min, max, number of edges], not ${shown(range)}.${hint ? ` ${hint}` : ''}`);
  }
  const [min, max, edgeCount] = range.map(Number) as [number, number, number];
  if (!Number.isInteger(edgeCount)) return told(`The number of edges of ${field} is a whole number, not ${edgeCount}.`);
  if (max < min)
    return told(`The bins of ${field} run backwards, from ${min} to ${max}. Write the smaller number first.`);
  if (edgeCount < 2)
    return told(`The bins of ${field} need at least two edges, not ${edgeCount}: nothing is counted.`, false);
  if (max === min) return told(`The bins of ${field} begin and end at ${min}: nothing else is counted.`, false);
  return undefined;
}

function fieldProblems(field: string, input: StructDtype | undefined): string[] {
  const names = fieldNames(input);
  if (!input || names.includes(field)) return [];
  return [`There is no field ${field}.${didYouMean(field, names) || ` Fields: ${names.join(', ')}.`}`];
}

function fieldNames(dtype: StructDtype | undefined): readonly string[] {
  return dtype?.fields.map(({ name }) => name) ?? [];
}

function isNumber(value: PythonValue): boolean {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
}

function fits(value: number, { min, above, isWhole }: Extract<Key, { kind: 'number' }>): boolean {
  if (Number.isNaN(value)) return false;
  return (
    (min === undefined || value >= min) &&
    (above === undefined || value > above) &&
    (!isWhole || Number.isInteger(value))
  );
}

function numberWords({ min, above, isWhole }: Extract<Key, { kind: 'number' }>): string {
  const what = isWhole ? 'a whole number' : 'a number';
  if (above !== undefined) return `${what} above ${above}`;
  return min === undefined ? what : `${what} of at least ${min}`;
}

/** A list as it is written; anything else as Python prints it. */
function shown(value: PythonValue): string {
  return isPythonList(value) ? `[${value.map(pythonText).join(', ')}]` : pythonText(value);
}

function tooLong(value: PythonValue, max: number): string {
  return isPythonList(value) && value.length > max ? COMMA : '';
}

function commaIn(value: PythonValue): string {
  if (isPythonList(value)) return COMMA;
  return typeof value === 'string' && /^[-+]?\d+,\d+$/.test(value.trim()) ? `Write ${value.replace(',', '.')}.` : '';
}
