import { describe, expect, test } from 'vitest';
import { numberText, tableLine } from '../../../src/scan/table.ts';
import { goldenJson } from '../../support/golden.ts';

const { tables } = goldenJson<{
  tables: readonly {
    readonly labels: readonly string[];
    readonly rows: readonly (readonly (number | 'NaN')[])[];
    readonly expected_lines: readonly string[];
  }[];
}>('scans/table.json');

test.each(tables.map((table, i) => [i, table] as const))('golden table %i', (_i, { labels, rows, expected_lines }) => {
  const lines = rows.map((row) => tableLine(labels, row.map(Number)));
  expect([tableLine(labels, labels), ...lines]).toEqual(expected_lines);
});

// from printf("%g") of the C library
describe('numbers', () => {
  test.each([
    [999999.5, '1e+06'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [0.99999951, '1'],
    [9999.995, '10000'],
    [-0, '-0'],
    [1.5e300, '1.5e+300'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ])('%d', (value, text) => {
    expect(numberText(value)).toBe(text);
  });
});
