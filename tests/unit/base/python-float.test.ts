// Python's text of numbers, from a table that Python wrote.

import { expect, test } from 'vitest';
import { pythonFloatText } from '../../../src/base/python-float.ts';
import { goldenBytes } from '../../support/golden.ts';

const cells = new TextDecoder()
  .decode(goldenBytes('mimo/pipeline/csv_float_format/In.csv'))
  .trim()
  .split('\n')
  .slice(1)
  .flatMap((line) => line.split(','))
  .filter((cell) => cell !== '');

test.each([...new Set(cells)])('%s', (cell) => {
  const value = Number(cell.replace('inf', 'Infinity'));
  expect(pythonFloatText(value)).toBe(cell);
});

test('exponents have two digits at least, not a number is nan', () => {
  expect([5e-324, 1e100, 123456789012345680000, Number.NaN].map(pythonFloatText)).toEqual([
    '5e-324',
    '1e+100',
    '1.2345678901234568e+20',
    'nan',
  ]);
});
