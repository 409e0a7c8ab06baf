// Damaged files end in words, and in no time: a few of each kind; `npm run soak files` plays 20 000, and watches memory.

import { expect, test } from 'vitest';
import { mutationCases, rawError } from '../../mutations/cases.ts';
import { mutated } from '../../mutations/mutate.ts';
import { coreBytes } from '../../support/core.ts';

const COUNT = 60;
const CASES = await mutationCases(new WebAssembly.Module(coreBytes()));

test.each(CASES)('$name, damaged', async ({ bytes, use }) => {
  await use(new Uint8Array(bytes));
  const faults: string[] = [];
  for (let seed = 0; seed < COUNT; seed++) {
    try {
      await use(mutated(bytes, seed));
    } catch (thrown) {
      const what = rawError(thrown);
      if (what !== undefined) faults.push(`seed ${seed}: ${what}`);
    }
  }
  expect(faults).toEqual([]);
});
