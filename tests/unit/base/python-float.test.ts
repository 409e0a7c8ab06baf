import { expect, test } from 'vitest';
import { pythonFloatText } from '../../../src/base/python-float.ts';

// Expected texts: what `repr` prints in CPython 3.11.
test.each([
  [0, '0.0'],
  [-0, '-0.0'],
  [1, '1.0'],
  [100, '100.0'],
  [-2.5, '-2.5'],
  [0.1, '0.1'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1.5e-7, '1.5e-07'],
  [123456.789, '123456.789'],
  [1e15, '1000000000000000.0'],
  [1e16, '1e+16'],
  [1.5e300, '1.5e+300'],
  [Math.fround(0.1), '0.10000000149011612'],
  [Number.POSITIVE_INFINITY, 'inf'],
  [Number.NEGATIVE_INFINITY, '-inf'],
  [Number.NaN, 'nan'],
])('%s prints as %s', (value, text) => {
  expect(pythonFloatText(value)).toBe(text);
});
