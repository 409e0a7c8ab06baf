// YAML as PyYAML 6.0.3 reads it (tests/golden/mimo/yaml.json), and what we write read again.

import { describe, expect, it } from 'vitest';
import { pythonFloatText } from '../../src/base/python-float.ts';
import { dumpPythonYaml } from '../../src/base/yaml/python-dump.ts';
import { isPythonDate, isPythonMap, type PythonValue } from '../../src/base/yaml/python-value.ts';
import { loadPythonYaml } from '../../src/base/yaml/python-yaml.ts';
import { goldenJson } from '../support/golden.ts';

type Golden = readonly [type: string, value?: unknown];

const cases = goldenJson<{ text: string; value: Golden | null }[]>('mimo/yaml.json');

function golden(value: PythonValue): Golden {
  if (value === null) return ['null'];
  if (isPythonDate(value)) return ['date'];
  if (isPythonMap(value)) return ['dict', [...value].map(([key, item]) => [golden(key), golden(item)])];
  if (Array.isArray(value)) return ['list', value.map(golden)];
  switch (typeof value) {
    case 'bigint':
      return ['int', String(value)];
    case 'number':
      return ['float', Number.isNaN(value) ? 'nan' : pythonFloatText(value)];
    case 'boolean':
      return ['bool', value];
    default:
      return ['str', value];
  }
}

function load(text: string) {
  const { value, problems } = loadPythonYaml(text);
  return { value, errors: problems.filter(({ severity }) => severity === 'error') };
}

describe('a text that Python reads', () => {
  it.each(cases.filter(({ value }) => value !== null))('$text', ({ text, value: expected }) => {
    const { value, errors } = load(text);
    expect(errors).toEqual([]);
    expect(golden(value!)).toEqual(expected);
    const again = load(dumpPythonYaml(value!));
    expect(again.errors).toEqual([]);
    expect(golden(again.value!)).toEqual(expected);
  });
});

describe('a text that Python refuses', () => {
  it.each(cases.filter(({ value }) => value === null))('$text', ({ text }) => {
    const { errors } = load(text);
    expect(errors.length).toBeGreaterThan(0);
    const lineCount = text.split('\n').length;
    for (const { line, column } of errors) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lineCount);
      expect(column).toBeGreaterThanOrEqual(1);
    }
  });
});

it('a tab is shown where it stands', () => {
  expect(load('a: 1\nb:\n  c: x\ty').errors).toEqual([
    expect.objectContaining({ line: 3, column: 7, message: expect.stringContaining('tab') }),
  ]);
});
