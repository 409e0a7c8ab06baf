// A worker's configuration as its function reads it: typed look-ups with defaults, and errors that name the key.

import { LabError } from '../base/errors.ts';
import { isPythonList, isPythonMap, type PythonMap, type PythonValue, pythonText } from '../base/yaml/python-value.ts';

export class WorkerConfig {
  readonly #values: PythonMap;

  constructor(values: PythonMap) {
    this.#values = values;
  }

  has(key: string): boolean {
    const value = this.#values.get(key);
    return value !== undefined && value !== null;
  }

  /** The raw value; `undefined` when the key is missing. */
  raw(key: string): PythonValue | undefined {
    return this.#values.get(key);
  }

  /** A number, int or float. Rejects when the key is missing and there is no default. */
  number(key: string, fallback?: number): number {
    const value = this.#values.get(key);
    if (value === undefined) return this.#fallback(key, fallback);
    return toNumber(key, value);
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.#values.get(key);
    return value === undefined
      ? fallback
      : value !== false && value !== null && value !== 0n && value !== 0 && value !== '';
  }

  text(key: string, fallback?: string): string {
    const value = this.#values.get(key);
    if (value === undefined) return this.#fallback(key, fallback);
    if (typeof value === 'string') return value;
    throw wrongType(key, 'a text', value);
  }

  /** A list of numbers; a single number counts as a list of one. */
  numbers(key: string, fallback?: readonly number[]): readonly number[] {
    const value = this.#values.get(key);
    if (value === undefined) return this.#fallback(key, fallback);
    return isPythonList(value) ? value.map((item) => toNumber(key, item)) : [toNumber(key, value)];
  }

  map(key: string): PythonMap {
    const value = this.#values.get(key);
    if (value === undefined) return this.#fallback<PythonMap>(key, undefined);
    if (isPythonMap(value)) return value;
    throw wrongType(key, 'a mapping', value);
  }

  #fallback<T>(key: string, fallback: T | undefined): T {
    if (fallback !== undefined) return fallback;
    throw new LabError('setup/invalid', `The configuration has no key '${key}'. Add it under the worker's config.`, {
      context: { key },
    });
  }
}

export function toNumber(key: string, value: PythonValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  throw wrongType(key, 'a number', value);
}

function wrongType(key: string, wanted: string, value: PythonValue): LabError {
  return new LabError('setup/invalid', `'${key}' must be ${wanted}, not ${pythonText(value)}.`, { context: { key } });
}
