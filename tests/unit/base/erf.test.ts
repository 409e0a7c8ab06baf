import { expect, test } from 'vitest';
import { erf } from '../../../src/base/erf.ts';

// Abramowitz and Stegun, table 7.1; erf(3) from the C library
test.each([
  [0, 0],
  [0.5, 0.5204998778],
  [1, 0.8427007929],
  [2, 0.995322265],
  [3, 0.9999779095030014],
])('erf(%d)', (x, value) => {
  expect(Math.abs(erf(x) - value)).toBeLessThan(6e-11);
  expect(erf(-x) + erf(x)).toBe(0);
});

test('far away it is 1, and nothing is nothing', () => {
  expect([erf(6), erf(-40), erf(Number.POSITIVE_INFINITY)]).toEqual([1, -1, 1]);
  expect(erf(Number.NaN)).toBeNaN();
  expect(erf(1e-20) / 1e-20).toBeCloseTo(2 / Math.sqrt(Math.PI), 14);
});
