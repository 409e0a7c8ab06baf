// Small setups that ask for much time or memory: each ends in a sentence, soon.

import { expect, test } from 'vitest';
import { loadSetup } from '../../../src/pipeline/setup/load.ts';

/** What a damaged file of any format may take. */
const MAX_MS = 2000;

async function complaints(text: string, options = {}): Promise<readonly string[]> {
  const startMs = performance.now();
  const { setup, diagnostics } = await loadSetup(text, { readText: async () => undefined }, options);
  expect(performance.now() - startMs).toBeLessThan(MAX_MS);
  expect(setup).toBeUndefined();
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
}

/** Each level is a list of nine of the level above: 9^10 values. */
const LAUGHS = [
  'a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]',
  ...Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`),
];
const MAPS = [
  'm0: &m0 {a: 1, b: 2}',
  ...Array.from({ length: 40 }, (_, i) => `m${i + 1}: &m${i + 1} {x: *m${i}, y: *m${i}}`),
];

test.each([
  ['lists of lists', LAUGHS],
  ['mappings of mappings', MAPS],
  ['merges', [...MAPS, 'all: {<<: [*m40, *m40]}']],
  ['one long list, often', [`a: &a [${'1, '.repeat(5000)}1]`, `b: [${Array(1000).fill('*a').join(', ')}]`]],
])('aliases of %s are counted', async (_what, lines) => {
  expect(await complaints(lines.join('\n'))).toEqual([
    'The aliases stand for more than 100000 values. Write out what is needed.',
  ]);
});

test('aliases as setups have them are no trouble', async () => {
  const lines = [
    'anchors: {base: &base {rate: 1, filename: x}}',
    'Buffers: {In: {slot_count: 2, data_length: 1, data_dtype: {ch1: f4}}}',
    'Workers:',
    ...Array.from({ length: 50 }, (_, i) => `  w${i}: {function: exporters.drain, sources: [In], config: *base}`),
  ];
  expect((await loadSetup(lines.join('\n'), { readText: async () => undefined })).setup).toBeDefined();
});

test.each([
  ['lists in a row', '['.repeat(1_000_000)],
  ['lists that are closed', '['.repeat(20_000) + ']'.repeat(20_000)],
  ['mappings in a row', '{a: '.repeat(20_000) + '}'.repeat(20_000)],
  ['dashes', '- '.repeat(20_000)],
  ['keys', '? '.repeat(20_000)],
  ['indented keys', Array.from({ length: 1500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
])('%s, very deep, are refused with their place', async (_what, text) => {
  expect(await complaints(`Workers: {}\nx:\n  ${text.replaceAll('\n', '\n  ')}`)).toEqual([
    expect.stringMatching(/^Lists and mappings lie more than 100 deep within each other here\./),
  ]);
});
