// Peaks of at least some prominence, without finding the prominence of all others. Going through the signal, a
// maximum counts when the signal rose to it by `least` from the lowest sample since the last such maximum, and then
// fell by `least` before it rose above it. Those are exactly the peaks with that prominence.
//
// Their bases may be looked for among them alone. Let A be one of them, and v its lowest sample on the way to the first
// higher sample; suppose a sample z not above v lies behind that, before the next prominent peak higher than A. Then
// the highest sample M between A and z sees v on one side and z on the other, so it is prominent, and it is higher
// than A: a contradiction. So looking too far finds no other base.
//
// Blocks of samples that change nothing are passed over, so noise costs next to nothing.

import { peaksFrom } from "./peaks";

@inline const BLOCK: u32 = 16;

/** Returned when the signal holds NaN, which this procedure does not know. */
@inline const HAS_NAN: u32 = 0xffff_ffff;

@inline function sample(x: usize, index: u32): f64 {
  return load<f64>(x + (<usize>index << 3));
}

/** No sample of the block is beyond `extreme`, none is `least` away from it, and none is NaN. */
@inline function isPassedOver(block: usize, isRising: bool, extreme: f64, least: f64): bool {
  const extremes = f64x2.splat(extreme);
  const leasts = f64x2.splat(least);
  let passed = i64x2.splat(-1);
  if (isRising) {
    for (let offset: usize = 0; offset < <usize>BLOCK << 3; offset += 16) {
      const samples = v128.load(block + offset);
      passed = v128.and(passed, f64x2.le(samples, extremes));
      passed = v128.and(passed, f64x2.lt(f64x2.sub(extremes, samples), leasts));
    }
  } else {
    for (let offset: usize = 0; offset < <usize>BLOCK << 3; offset += 16) {
      const samples = v128.load(block + offset);
      passed = v128.and(passed, f64x2.ge(samples, extremes));
      passed = v128.and(passed, f64x2.lt(f64x2.sub(samples, extremes), leasts));
    }
  }
  return i64x2.all_true(passed);
}

/**
 * Writes the indices (u32, ascending) of all peaks with a prominence of at least `least` (> 0) to `peaks` and
 * returns their number, or 0xffffffff when a sample is NaN. `peaks` has room for length / 2 + 4 entries.
 */
export function pulseProminent(x: usize, length: u32, least: f64, peaks: usize): u32 {
  if (length < 3) return 0;
  let count: u32 = 0;
  let isRising = false;
  // The lowest sample since the last peak, or the highest since then and where it was first seen.
  let extreme = sample(x, 0);
  let top: u32 = 0;
  if (extreme != extreme) return HAS_NAN;
  for (let start: u32 = 1; start < length; start += BLOCK) {
    const end = min(start + BLOCK, length);
    if (end == start + BLOCK && isPassedOver(x + (<usize>start << 3), isRising, extreme, least)) continue;
    for (let index = start; index < end; index++) {
      const value = sample(x, index);
      if (value != value) return HAS_NAN;
      if (isRising) {
        if (value > extreme) {
          extreme = value;
          top = index;
        } else if (extreme - value >= least) {
          // Equal maxima without such a fall between them have the same prominence.
          count += peaksFrom(x, length, top, index, extreme, extreme, peaks + (<usize>count << 2));
          extreme = value;
          isRising = false;
        }
      } else if (value < extreme) {
        extreme = value;
      } else if (value - extreme >= least) {
        extreme = value;
        top = index;
        isRising = true;
      }
    }
  }
  return count;
}

/**
 * Whether `runLength` (2 or more) neighbouring samples are equal anywhere. Such a run can fill one side of a window,
 * and only then is a peak's prominence in that window 0.
 */
export function pulseHasRun(x: usize, length: u32, runLength: u32): bool {
  for (let index = runLength - 1; index < length; index += runLength) {
    const value = sample(x, index);
    let first = index;
    let last = index;
    while (first > 0 && sample(x, first - 1) == value) first--;
    while (last + 1 < length && sample(x, last + 1) == value) last++;
    if (last - first + 1 >= runLength) return true;
  }
  return false;
}
