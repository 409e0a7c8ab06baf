import { expect, test } from 'vitest';
import { didYouMean, editDistance, nearestOf } from '../../../src/base/nearest.ts';

test.each([
  // One swap of neighbours, one letter too many, one wrong, one missing; and the textbook's pair.
  ['heigth', 'height', 1],
  ['ylims', 'ylim', 1],
  ['exporters.cvs', 'exporters.csv', 1],
  ['chanel', 'channel', 1],
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
])('%s and %s are %d apart', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});

test('the nearest is named only when it is near', () => {
  const keys = ['height', 'width', 'wlen'];
  expect(nearestOf('Heigth', keys)).toBe('height');
  expect(nearestOf('colour', keys)).toBeUndefined();
  expect(didYouMean('widht', keys)).toBe(' Did you mean width?');
  expect(didYouMean('colour', keys)).toBe('');
});
