// Which samples of a ring are missing, for those that have no NaN: a bit per sample, set where it is. The writer keeps it
// beside the samples, and whoever reduces integers takes the runs between.

import { STREAM_MISSING_BITS } from "../layout";

/** Address of the ring's bits; 0 when none of its signals needs them. */
export function missingBits(ring: usize): usize {
  return <usize>load<u32>(ring + STREAM_MISSING_BITS);
}

/** The first place of [from, end) whose bit is 1 (`isSet`) or 0, or `end`. `bits` is a multiple of 8. */
export function findBit(bits: usize, from: usize, end: usize, isSet: bool): usize {
  const flip: u64 = isSet ? 0 : u64.MAX_VALUE;
  while (from < end) {
    if (isSet && (from & 255) == 0) {
      while (from + 256 <= end && isNoneSet(bits + (from >> 3))) from += 256;
      if (from >= end) break;
    }
    const word = (load<u64>(bits + ((from >> 6) << 3)) ^ flip) >> (from & 63);
    if (word) return min(from + <usize>ctz(word), end);
    from = (from & ~63) + 64;
  }
  return end;
}

/** Whether the 256 bits at `address` are 0. */
@inline function isNoneSet(address: usize): bool {
  return !v128.any_true(v128.or(v128.load(address), v128.load(address, 16)));
}
