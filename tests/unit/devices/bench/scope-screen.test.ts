// What an offset means on the screen, family by family, from their programming manuals: Keysight and Rohde & Schwarz name the
// value at the centre, older Tektronix scopes a position in divisions, Rigol shifts the trace up.

import { expect, test } from 'vitest';
import { screenMiddles } from '../../../../src/devices/bench/scope-parameters.ts';
import { SCOPE_DIALECTS } from '../../../../src/devices/scope/dialects.ts';

const VALUES = { run: 'run', '1.scale': 0.5, '1.offset': 2, '2.scale': 0.1, '2.offset': -3, timeScale: 1e-3 };

test.each([
  ['keysight', { '1.middle': 2, '2.middle': -3 }],
  ['rohde-schwarz', { '1.middle': 2, '2.middle': -3 }],
  ['tektronix', { '1.middle': 2, '2.middle': -3 }],
  ['tektronix-tds', { '1.middle': -1, '2.middle': expect.closeTo(0.3, 12) }],
  ['rigol', {}],
  ['siglent', {}],
  ['lecroy', {}],
])('%s', (id, middles) => {
  expect(screenMiddles(SCOPE_DIALECTS.find((dialect) => dialect.id === id)!, VALUES)).toEqual(middles);
});
