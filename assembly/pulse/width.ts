// Width of a peak at a height that is its own minus a part of its prominence: outward from the peak to the first
// sample at or below that height, not beyond the bases, and on by a straight line between samples.

@inline function sample(x: usize, index: u32): f64 {
  return load<f64>(x + (<usize>index << 3));
}

/** Widths, heights of evaluation, left and right crossings (f64, in samples); returns how many widths are 0. */
export function pulseWidths(
  x: usize,
  peaks: usize,
  count: u32,
  relativeHeight: f64,
  prominences: usize,
  leftBases: usize,
  rightBases: usize,
  widths: usize,
  widthHeights: usize,
  leftCrossings: usize,
  rightCrossings: usize,
): u32 {
  let zeros: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const at = <usize>i << 2;
    const at8 = <usize>i << 3;
    const peak = load<u32>(peaks + at);
    const height = sample(x, peak) - load<f64>(prominences + at8) * relativeHeight;
    const leftBase = load<u32>(leftBases + at);
    const rightBase = load<u32>(rightBases + at);
    let index = peak;
    while (index > leftBase && height < sample(x, index)) index--;
    let left = <f64>index;
    if (sample(x, index) < height) left += (height - sample(x, index)) / (sample(x, index + 1) - sample(x, index));
    index = peak;
    while (index < rightBase && height < sample(x, index)) index++;
    let right = <f64>index;
    if (sample(x, index) < height) right -= (height - sample(x, index)) / (sample(x, index - 1) - sample(x, index));
    const width = right - left;
    store<f64>(widths + at8, width);
    store<f64>(widthHeights + at8, height);
    store<f64>(leftCrossings + at8, left);
    store<f64>(rightCrossings + at8, right);
    zeros += <u32>(width == 0);
  }
  return zeros;
}
