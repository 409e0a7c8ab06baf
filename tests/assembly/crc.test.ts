// Checksums of the core against their definition: the remainder of a polynomial division, bit by bit.

import { expect, test } from 'vitest';
import { Codec, CRC32, CRC32C } from '../../src/core/codec.ts';
import { jlsWorkspace } from '../support/jls.ts';
import { seededRandom } from '../support/random.ts';

const POLYNOMIALS = [
  ['CRC-32C', CRC32C, 0xe3069283],
  ['CRC-32', CRC32, 0xcbf43926],
] as const;

function bitwise(polynomial: number, bytes: Uint8Array): number {
  let state = 0xffff_ffff;
  for (const byte of bytes) {
    state ^= byte;
    for (let bit = 0; bit < 8; bit++) state = state & 1 ? (state >>> 1) ^ polynomial : state >>> 1;
  }
  return ~state >>> 0;
}

test.each(POLYNOMIALS)('%s of "123456789" is the published check value', (_, polynomial, check) => {
  const codec = new Codec(jlsWorkspace(), polynomial, 65_536);
  expect(codec.crc(new TextEncoder().encode('123456789'))).toBe(check);
});

// Around the shortest input that is folded, around a whole piece, several pieces, and more than the scratch holds.
test.each(POLYNOMIALS)('%s of any length, at any address', (_, polynomial) => {
  const codec = new Codec(jlsWorkspace(), polynomial, 65_536);
  const random = seededRandom(11);
  const bytes = Uint8Array.from({ length: 200_000 }, () => random() * 256);
  const lengths = [0, 1, 15, 16, 17, 4095, 4096, 4097, 8191, 32_767, 32_768, 32_783, 32_784, 36_863, 36_864, 199_990];
  for (const length of lengths) {
    const start = length % 7;
    const part = bytes.subarray(start, start + length);
    expect(codec.crc(part), `${length} bytes`).toBe(bitwise(polynomial, part));
  }
  codec.scratch.set(bytes.subarray(0, 65_536));
  expect(codec.crc(codec.scratch.subarray(3, 50_003))).toBe(bitwise(polynomial, bytes.subarray(3, 50_003)));
});

// The terms of assembly/codec/crc.ts; bit n of a polynomial is the coefficient of x^n.
test.each([
  ['CRC-32C', 0x1_1edc_6f41n, [209, 144, 54, 39, 14, 0]],
  ['CRC-32', 0x1_04c1_1db7n, [203, 186, 123, 85, 79, 0]],
] as const)('the sparse polynomial for %s is a multiple of it', (_, polynomial, terms) => {
  let rest = terms.reduce((sum, power) => sum | (1n << BigInt(power)), 0n);
  for (let power = 255n; power >= 32n; power--) if ((rest >> power) & 1n) rest ^= polynomial << (power - 32n);
  expect(rest).toBe(0n);
});
