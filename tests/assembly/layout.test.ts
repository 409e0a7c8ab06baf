// The byte layout of shared memory is written twice, in AssemblyScript and in TypeScript. This holds them equal.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as mirror from '../../src/core/layout.ts';

function assemblyConstants(): Record<string, number> {
  const text = readFileSync(new URL('../../assembly/layout.ts', import.meta.url), 'utf8');
  const constants: Record<string, number> = {};
  for (const [, name, expression] of text.matchAll(/^export const (\w+)(?::\s*\w+)? = ([^;]+);/gm)) {
    const value = expression!.replace(/\b[A-Z]\w*\b/g, (used) => String(constants[used])).replace(/_/g, '');
    if (!/^[\d\s()+*<-]+$/.test(value))
      throw new Error(`layout.ts: ${name} is not a plain sum or product: ${expression}`);
    constants[name!] = Number(new Function(`return ${value}`)());
  }
  return constants;
}

test('assembly/layout.ts and src/core/layout.ts hold the same names and numbers', () => {
  const constants = assemblyConstants();
  expect(Object.keys(constants).length).toBeGreaterThan(0);
  expect({ ...mirror }).toEqual(constants);
});
