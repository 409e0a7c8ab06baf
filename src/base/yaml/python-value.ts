// What PyYAML's safe_load makes of a document, in JavaScript terms that keep Python's distinctions:
// int is bigint, float is number, dict is Map (any key, order kept), list is Array, date is PythonDate.
// Objects that an alias shares are the same object, as in Python.

/** A YAML timestamp; `text` is how Python's `str` prints it. Plain data, so that it survives a thread's door. */
export interface PythonDate {
  readonly pythonType: 'date';
  readonly text: string;
}

export function pythonDate(text: string): PythonDate {
  return { pythonType: 'date', text };
}

export type PythonMap = Map<PythonValue, PythonValue>;
export type PythonList = PythonValue[];
export type PythonValue = null | boolean | bigint | number | string | PythonDate | PythonList | PythonMap;

export const isPythonDate = (value: PythonValue | undefined): value is PythonDate =>
  typeof value === 'object' && value !== null && 'pythonType' in value;
export const isPythonMap = (value: PythonValue | undefined): value is PythonMap => value instanceof Map;
export const isPythonList = (value: PythonValue | undefined): value is PythonList => Array.isArray(value);

/** The value as Python's `str` prints it, for messages. */
export function pythonText(value: PythonValue): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (isPythonDate(value)) return value.text;
  if (typeof value === 'object') return isPythonList(value) ? 'a list' : 'a mapping';
  return String(value);
}
