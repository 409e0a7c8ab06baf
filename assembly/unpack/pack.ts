// One byte per sample to packed samples, lowest bits first. Up to 16 bytes beyond the last sample are read, and up to
// 8 bytes beyond the last packed one are written.

/** Packs the low nibble of `count` bytes. */
export function packNibbles(to: usize, bytes: usize, count: usize): void {
  for (let i: usize = 0; i < count; i += 16) {
    const x = v128.load(bytes + i);
    const pairs = v128.or(v128.and(x, i16x8.splat(0x0f)), v128.and(i16x8.shr_u(x, 4), i16x8.splat(0xf0)));
    store<u64>(to + (i >> 1), i64x2.extract_lane(i8x16.narrow_i16x8_u(pairs, pairs), 0));
  }
}

/** Packs bit `bit` of `count` bytes. */
export function packBits(to: usize, bytes: usize, count: usize, bit: i32): void {
  for (let i: usize = 0; i < count; i += 16) {
    store<u16>(to + (i >> 3), <u16>i8x16.bitmask(i8x16.shl(v128.load(bytes + i), 7 - bit)));
  }
}
