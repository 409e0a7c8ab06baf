// Local maxima of a signal, plateaus included, as SciPy's find_peaks defines them: a run of equal samples that is
// neither the first nor the last of the signal, with a strictly smaller sample on either side; its middle (rounded
// down) is the peak. A comparison with NaN is false, so no NaN is a peak and none lets its neighbour be one.

/**
 * For each of the 16 sets of lanes out of four: the lanes of the set, ascending, in 4 x u32. So the positions of the
 * set bits of a mask are written by one add and one store. Read-only.
 */
const LANES = memory.data<u32>([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 1, 2, 0, 0, 0, 1, 2, 0,
  3, 0, 0, 0, 0, 3, 0, 0, 1, 3, 0, 0, 0, 1, 3, 0, 2, 3, 0, 0, 0, 2, 3, 0, 1, 2, 3, 0, 0, 1, 2, 3,
]);

@inline function sample(x: usize, index: u32): f64 {
  return load<f64>(x + (<usize>index << 3));
}

/**
 * Writes the indices (u32, ascending) of all peaks with low <= height <= high to `peaks` and returns their number.
 * `x`: `length` f64 samples. `peaks` has room for length / 2 + 4 entries.
 */
export function pulsePeaks(x: usize, length: u32, low: f64, high: f64, peaks: usize): u32 {
  return length < 3 ? 0 : peaksFrom(x, length, 1, length - 1, low, high, peaks);
}

/** As pulsePeaks, for peaks whose run of equal samples starts in `index` to `last` - 1; 1 <= index, last < length. */
export function peaksFrom(x: usize, length: u32, index: u32, last: u32, low: f64, high: f64, peaks: usize): u32 {
  const lows = f64x2.splat(low);
  const highs = f64x2.splat(high);
  let count: u32 = 0;
  for (; index + 4 <= last; index += 4) {
    const at = x + (<usize>index << 3);
    const a = v128.load(at);
    const b = v128.load(at + 16);
    const aNext = v128.load(at + 8);
    const bNext = v128.load(at + 24);
    const aRises = v128.and(f64x2.lt(v128.load(at - 8), a), v128.and(f64x2.le(lows, a), f64x2.le(a, highs)));
    const bRises = v128.and(f64x2.lt(aNext, b), v128.and(f64x2.le(lows, b), f64x2.le(b, highs)));
    const rises = v128.or(aRises, bRises);
    if (!v128.any_true(rises)) continue;
    const flat =
      i64x2.bitmask(v128.and(aRises, f64x2.eq(a, aNext))) | (i64x2.bitmask(v128.and(bRises, f64x2.eq(b, bNext))) << 2);
    const sharp =
      i64x2.bitmask(v128.and(aRises, f64x2.gt(a, aNext))) | (i64x2.bitmask(v128.and(bRises, f64x2.gt(b, bNext))) << 2);
    if (flat == 0) {
      const found = i32x4.add(i32x4.splat(index), v128.load(LANES + (<usize>sharp << 4)));
      v128.store(peaks + (<usize>count << 2), found);
      count += popcnt(sharp);
    } else {
      for (let bits: u32 = flat | sharp; bits != 0; bits &= bits - 1) {
        const lane = ctz(bits);
        count += emit(x, length, index + lane, peaks + (<usize>count << 2));
      }
    }
  }
  for (; index < last; index++) {
    const height = sample(x, index);
    if (!(sample(x, index - 1) < height) || !(low <= height) || !(height <= high)) continue;
    count += emit(x, length, index, peaks + (<usize>count << 2));
  }
  return count;
}

/** Writes the peak whose run of equal samples starts at `first`, if the signal falls behind the run: 1, else 0. */
function emit(x: usize, length: u32, first: u32, target: usize): u32 {
  const height = sample(x, first);
  let end = first + 1;
  while (end < length && sample(x, end) == height) end++;
  if (end == length || !(sample(x, end) < height)) return 0;
  store<u32>(target, (first + end - 1) >> 1);
  return 1;
}

/** For each peak: first and last index (u32) of its run of equal samples, and their number (f64). */
export function pulsePlateaus(x: usize, peaks: usize, count: u32, lefts: usize, rights: usize, sizes: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const peak = load<u32>(peaks + (<usize>i << 2));
    const height = sample(x, peak);
    let left = peak;
    let right = peak;
    while (sample(x, left - 1) == height) left--;
    while (sample(x, right + 1) == height) right++;
    store<u32>(lefts + (<usize>i << 2), left);
    store<u32>(rights + (<usize>i << 2), right);
    store<f64>(sizes + (<usize>i << 3), <f64>(right - left + 1));
  }
}

/** Height (f64) of each peak. */
export function pulseHeights(x: usize, peaks: usize, count: u32, heights: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    store<f64>(heights + (<usize>i << 3), sample(x, load<u32>(peaks + (<usize>i << 2))));
  }
}

/** How far each peak lies above the sample before it and above the sample behind it (f64). */
export function pulseThresholds(x: usize, peaks: usize, count: u32, lefts: usize, rights: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const peak = load<u32>(peaks + (<usize>i << 2));
    const height = sample(x, peak);
    store<f64>(lefts + (<usize>i << 3), height - sample(x, peak - 1));
    store<f64>(rights + (<usize>i << 3), height - sample(x, peak + 1));
  }
}
