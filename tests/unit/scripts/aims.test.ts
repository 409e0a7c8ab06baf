import { expect, test } from 'vitest';
import { isMissed } from '../../../scripts/aims.mjs';

test.each([
  [4, '≥ 4', false],
  [3.9, '≥ 4', true],
  [29, '≥ 30 ×', true],
  [16.7, '≤ 16.7', false],
  [16.8, '≤ 16.7', true],
  [25, '< 25', true],
  [45, '> 45', true],
  [0, '0', false],
  [1, '0', true],
  [1, 'flat', false],
  [1, undefined, false],
])('%d with the aim %s is missed: %s', (value, aim, missed) => {
  expect(isMissed(value, aim)).toBe(missed);
});
