// The table of built-in functions: every row can be named and loaded, or says why not.

import { expect, test } from 'vitest';
import {
  builtinSource,
  FUNCTIONS,
  isBuiltIn,
  loadBuiltin,
  PREBUILT,
} from '../../../src/pipeline/functions/catalogue.ts';

const workerOf = (name: string) => {
  const [file = '', functionName] = name.includes(':') ? name.split(':') : ['', name];
  return { name: 'w', file: file && `examples/muon/${file}`, function: functionName! };
};

test.each(FUNCTIONS.map((row) => [row.name, row] as const))('%s', async (name, row) => {
  const worker = workerOf(name);
  expect(isBuiltIn(worker.file, worker.function)).toBe(true);
  if ('obstacle' in row) {
    expect(() => builtinSource(worker)).toThrow(`${worker.function} of w ${row.obstacle}`);
    await expect(loadBuiltin(name)).rejects.toMatchObject({ code: 'setup/invalid' });
  } else {
    expect(builtinSource(worker)).toEqual({ kind: 'builtin', name });
    expect(await loadBuiltin(name)).toBeTypeOf('function');
  }
});

test('names are unique, and files are no prebuilt functions', () => {
  expect(new Set(FUNCTIONS.map(({ name }) => name)).size).toBe(FUNCTIONS.length);
  expect([...PREBUILT.keys()].filter((name) => name.includes('.py'))).toEqual([]);
  expect(builtinSource({ name: 'w', file: 'own.py', function: 'drain' })).toBeUndefined();
});
