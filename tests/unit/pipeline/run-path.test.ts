// Names of files in a run directory, as a setup of a stranger would choose them.

import { expect, test } from 'vitest';
import { runPathParts } from '../../../src/pipeline/record/run-path.ts';

test.each([
  ['wave.mimo', ['wave.mimo']],
  ['Histograms_pulses/height.npy', ['Histograms_pulses', 'height.npy']],
  ['..mine.csv', ['..mine.csv']],
  ['a..b.csv', ['a..b.csv']],
  ['Größe (µV).csv', ['Größe (µV).csv']],
  ['console.csv', ['console.csv']],
  ['com10.csv', ['com10.csv']],
])('%s is a name', (path, parts) => {
  expect(runPathParts(path)).toEqual(parts);
});

test.each([
  '../x.csv',
  '../../x.csv',
  'a/../../x.csv',
  'a/./x.csv',
  '..',
  '.',
  '',
  '/etc/x.csv',
  '//server/share.csv',
  'a//b.csv',
  'a/',
  '~\\x.csv',
  '..\\..\\x.csv',
  'C:\\x.csv',
  'C:x.csv',
  'x.csv:stream',
  'x\0.csv',
  'x\n.csv',
  '\u001b[2J.csv',
  'con',
  'CON.csv',
  'nul.mimo',
  'a/aux.npy',
  'com1.csv',
  'LPT9',
  'x.csv.',
  'x.csv ',
  'what?.csv',
  `${'x'.repeat(252)}.csv`,
  `${'ä'.repeat(126)}.csv`,
])('%j is none', (path) => {
  expect(() => runPathParts(path)).toThrow(/cannot be the name of a file in the run directory/);
});
