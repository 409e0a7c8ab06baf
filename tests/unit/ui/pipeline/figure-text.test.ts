import { expect, it } from 'vitest';
import { shortName } from '../../../../src/ui/views/pipeline/figure-text.ts';

it.each([
  ['short', 9, 'short'],
  ['histogram', 9, 'histogram'],
  ['histogram_up', 9, 'his…am_up'],
  ['histogram_down', 9, 'his…_down'],
  ['PulseParametersDown', 15, 'Pulse…etersDown'],
])('%s in %i letters is %s', (name, maxChars, expected) => {
  expect(shortName(name, maxChars)).toBe(expected);
  expect(shortName(name, maxChars).length).toBeLessThanOrEqual(maxChars);
});
