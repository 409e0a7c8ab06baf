import { expect, test } from 'vitest';
import { formatToStep } from '../../../../src/ui/views/waveform/position-text.ts';

const plain = (text: string) => text.replace('\u202f', ' ').replace('\u2212', '-');

test.each([
  // on the grid of 2 MS/s all digits that it has
  [4.1234565, 5e-7, '4.1234565 s'],
  [4.5, 5e-7, '4.5 s'],
  [0.0000035, 5e-7, '3.5 µs'],
  // where a pointer stood between the samples of a slow signal
  [2.345678901234567, 1e-3, '2.346 s'],
  [-0.333333333333333, 1e-3, '-333 ms'],
  [1234.567891234567, 1e-6, '1234.567891 s'],
  [0, 1e-6, '0 s'],
  [1e-12, 1e-6, '1 ps'],
])('a position of %s s with steps of %s s reads %s', (value, step, text) => {
  expect(plain(formatToStep(value, 's', step))).toBe(text);
});
