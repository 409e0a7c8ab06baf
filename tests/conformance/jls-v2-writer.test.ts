// The JLS v2 writer against the reference library: the golden recipes list the calls made to it and the hash of
// the file that came out (tests/golden/jls-v2/README.md).

import { expect, test } from 'vitest';
import { adjustSizes } from '../../src/formats/jls/v2/spec.ts';
import { JlsWriter } from '../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { goldenBigJson, jlsWorkspace, sha256 } from '../support/jls.ts';
import { play, type Recipe, sizesOf } from '../support/jls-recipe.ts';

test.each(['recipe_minimal', 'recipe_full', 'recipe_levels'])('%s comes out byte for byte', (name) => {
  const recipe = goldenBigJson<Recipe>(`jls-v2/${name}.json`);
  const file = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), file);
  for (const operation of recipe.operations) play(writer, operation);
  writer.close();
  expect(file.sizeBytes).toBe(recipe.file_size);
  expect(sha256(file.bytes)).toBe(recipe.sha256_of_file);
});

test('sizes are rounded as the reference rounds them', () => {
  const { operations } = goldenBigJson<Recipe>('jls-v2/recipe_full.json');
  const signals = operations.filter((operation) => operation.op === 'signal');
  expect(signals.length).toBeGreaterThan(2);
  for (const signal of signals) {
    expect(Object.values(adjustSizes(signal.dtype, sizesOf(signal.requested)))).toEqual(signal.stored);
  }
});
