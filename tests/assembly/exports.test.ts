// The module's surface is a contract with every thread: a golden list of what it imports and exports.

import { expect, test } from 'vitest';
import { coreBytes } from '../support/core.ts';
import surface from './exports.json' with { type: 'json' };

test.each(['debug', 'release'] as const)('%s core imports and exports what the list says', (target) => {
  const module = new WebAssembly.Module(coreBytes(target));
  const imports = WebAssembly.Module.imports(module).map(({ module: from, name, kind }) => `${kind} ${from}.${name}`);
  const exports = WebAssembly.Module.exports(module).map(({ name, kind }) => `${kind} ${name}`);
  expect(imports.filter((line) => line !== 'function env.abort')).toEqual(surface.imports);
  expect(exports.sort()).toEqual(surface.exports);
});
