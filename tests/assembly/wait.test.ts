// In V8 11.3 (Node 20) code that is not optimised yet finds its locals overwritten after the instruction that waits. The
// core must not use it.

import { expect, test } from 'vitest';
import { coreBytes } from '../support/core.ts';

/** `memory.atomic.wait32` with the alignment that it must have and no offset (WebAssembly's threads proposal). */
const WAIT32 = Buffer.of(0xfe, 0x01, 0x02, 0x00);

test.each(['debug', 'release'] as const)('the %s core does not use the instruction', (target) => {
  const bytes = Buffer.from(coreBytes(target));
  expect(bytes.includes(WAIT32)).toBe(false);
});
