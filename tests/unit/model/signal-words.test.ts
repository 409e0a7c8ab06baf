import { expect, test } from 'vitest';
import { signalWords } from '../../../src/model/signal-words.ts';

test.each([
  ['current', 'Current'],
  ['current_range', 'Current range'],
  ['gpi[0]', 'Input 0'],
  ['gpi[3]', 'Input 3'],
  ['trigger_in', 'Trigger input'],
  ['current_saturated', 'Current at its limit'],
  ['my signal', 'my signal'],
  ['constructor', 'constructor'],
])('%s is shown as %s', (name, words) => {
  expect(signalWords(name)).toBe(words);
});
