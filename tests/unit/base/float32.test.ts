import { expect, test } from 'vitest';
import { shortestFloat32 } from '../../../src/base/float32.ts';
import { goldenJson } from '../../support/golden.ts';

test('single precision in as many digits as NumPy needs, which read back the same', () => {
  const single = new Float32Array(1);
  const bits = new Uint32Array(single.buffer);
  const significant = (text: string) => text.toLowerCase().split('e')[0]!.replace(/[-.]/g, '').replace(/0+$/, '');
  const cases = goldenJson<readonly (readonly [number, string])[]>('float32/shortest.json');
  expect(cases.length).toBeGreaterThan(4000);
  for (const [word, text] of cases) {
    bits[0] = word;
    const value = single[0]!;
    const short = shortestFloat32(value);
    expect(Math.fround(short), text).toBe(value);
    expect(significant(short.toExponential()).length, `${text} ${short}`).toBe(significant(text).length);
  }
});

test('what is no fraction stays', () => {
  for (const value of [0, -0, 3, -16_777_216, Number.POSITIVE_INFINITY, Number.NaN]) {
    expect(shortestFloat32(value)).toBe(value);
  }
});
