// Prominence: how far a peak stands above the higher one of its two bases. A base is the lowest sample on the way
// from the peak to the first higher sample (or NaN, or the end); of equally low ones the nearest. SciPy walks these
// ways sample by sample, which is quadratic on a ramp; here one pass with a stack finds all bases in linear time.
//
// Between two neighbouring peaks the signal falls and then rises, so a valley is known by its lowest value and the
// first and last index that has it. The stack holds the peaks that no higher one has followed yet, heights falling
// from bottom to top, equal ones allowed. With each lies the valley between it and the entry below (`local`) and its
// own left base, which looks across equally high entries (`left`).

/** Stack entry: f64 height, f64 local value, f64 left value, u32 local first, last, u32 left index, u32 ordinal. */
@inline const HEIGHT: usize = 0;
@inline const LOCAL_VALUE: usize = 8;
@inline const LEFT_VALUE: usize = 16;
@inline const LOCAL_FIRST: usize = 24;
@inline const LOCAL_LAST: usize = 28;
@inline const LEFT_INDEX: usize = 32;
@inline const ORDINAL: usize = 36;
@inline const ENTRY_BYTES: usize = 40;

/** Ordinal of a peak for which nobody asked. */
@inline const NOBODY: u32 = 0xffff_ffff;

/** Samples that a valley is passed over by at once where they lie above its lowest. */
@inline const BLOCK: u32 = 16;

@inline function sample(x: usize, index: u32): f64 {
  return load<f64>(x + (<usize>index << 3));
}

/** All samples of the block are above `value` (and none is NaN). */
@inline function isAbove(block: usize, value: f64): bool {
  const values = f64x2.splat(value);
  let above = i64x2.splat(-1);
  for (let offset: usize = 0; offset < <usize>BLOCK << 3; offset += 16) {
    above = v128.and(above, f64x2.gt(v128.load(block + offset), values));
  }
  return i64x2.all_true(above);
}

/**
 * Left and right base (u32 sample indices) of each of `peaks`, a subset of `all`, both ascending, `all` being every
 * peak of the signal or what pulseProminent finds. `stack`: 40 bytes per entry of `all`.
 */
export function pulseBases(
  x: usize,
  length: u32,
  all: usize,
  allCount: u32,
  peaks: usize,
  count: u32,
  leftBases: usize,
  rightBases: usize,
  stack: usize,
): void {
  let top = stack - ENTRY_BYTES;
  let ordinal: u32 = 0;
  let index: u32 = 0;
  for (let candidate: u32 = 0; candidate <= allCount; candidate++) {
    const isPeak = candidate < allCount;
    const end = isPeak ? load<u32>(all + (<usize>candidate << 2)) : length;
    // The valley up to the next peak. A NaN is a wall: it ends all ways from the left, and none passes it.
    let value: f64 = Infinity;
    let first = index;
    let last = index;
    while (index < end) {
      const stop = min(index + BLOCK, end);
      if (stop == index + BLOCK && isAbove(x + (<usize>index << 3), value)) {
        index = stop;
        continue;
      }
      for (; index < stop; index++) {
        const next = sample(x, index);
        if (next != next) {
          top = unwind(stack, top, value, first, last, leftBases, rightBases);
          value = Infinity;
          continue;
        }
        last = next <= value ? index : last;
        first = next < value ? index : first;
        value = next < value ? next : value;
      }
    }
    if (!isPeak) {
      unwind(stack, top, value, first, last, leftBases, rightBases);
      return;
    }
    index = end + 1;
    const height = sample(x, end);
    while (top >= stack && load<f64>(top, HEIGHT) < height) {
      const owner = load<u32>(top, ORDINAL);
      if (owner != NOBODY) {
        store<u32>(leftBases + (<usize>owner << 2), load<u32>(top, LEFT_INDEX));
        store<u32>(rightBases + (<usize>owner << 2), first);
      }
      const local = load<f64>(top, LOCAL_VALUE);
      if (local <= value) {
        first = load<u32>(top, LOCAL_FIRST);
        if (local < value) last = load<u32>(top, LOCAL_LAST);
        value = local;
      }
      top -= ENTRY_BYTES;
    }
    let leftValue = value;
    let leftIndex = last;
    if (top >= stack && load<f64>(top, HEIGHT) == height && load<f64>(top, LEFT_VALUE) < value) {
      leftValue = load<f64>(top, LEFT_VALUE);
      leftIndex = load<u32>(top, LEFT_INDEX);
    }
    top += ENTRY_BYTES;
    const isWanted = ordinal < count && load<u32>(peaks + (<usize>ordinal << 2)) == end;
    store<f64>(top, height, HEIGHT);
    store<f64>(top, value, LOCAL_VALUE);
    store<f64>(top, leftValue, LEFT_VALUE);
    store<u32>(top, first, LOCAL_FIRST);
    store<u32>(top, last, LOCAL_LAST);
    store<u32>(top, leftIndex, LEFT_INDEX);
    store<u32>(top, isWanted ? ordinal : NOBODY, ORDINAL);
    ordinal += <u32>isWanted;
  }
}

/** Takes all entries off: the way to the right of each ends here. Returns the empty stack's top. */
function unwind(
  stack: usize,
  top: usize,
  valley: f64,
  first: u32,
  last: u32,
  leftBases: usize,
  rightBases: usize,
): usize {
  let value = valley;
  for (; top >= stack; top -= ENTRY_BYTES) {
    const owner = load<u32>(top, ORDINAL);
    if (owner != NOBODY) {
      store<u32>(leftBases + (<usize>owner << 2), load<u32>(top, LEFT_INDEX));
      store<u32>(rightBases + (<usize>owner << 2), first);
    }
    const local = load<f64>(top, LOCAL_VALUE);
    if (local <= value) {
      first = load<u32>(top, LOCAL_FIRST);
      value = local;
    }
  }
  return top;
}

/**
 * Moves the bases that lie more than `half` samples from their peak into that window. The way reaches beyond the
 * window then, so the base is the lowest sample of the window, the nearest of equal ones.
 */
export function pulseLimitBases(
  x: usize,
  peaks: usize,
  count: u32,
  half: u32,
  leftBases: usize,
  rightBases: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    const at = <usize>i << 2;
    const peak = load<u32>(peaks + at);
    if (peak - load<u32>(leftBases + at) > half) store<u32>(leftBases + at, lowestBefore(x, peak - half, peak));
    if (load<u32>(rightBases + at) - peak > half) store<u32>(rightBases + at, lowestBehind(x, peak, peak + half));
  }
}

function lowestBefore(x: usize, start: u32, peak: u32): u32 {
  let lowest = peak;
  let value = sample(x, peak);
  for (let index = peak; index-- > start; ) {
    const next = sample(x, index);
    lowest = next < value ? index : lowest;
    value = next < value ? next : value;
  }
  return lowest;
}

function lowestBehind(x: usize, peak: u32, last: u32): u32 {
  let lowest = peak;
  let value = sample(x, peak);
  for (let index = peak + 1; index <= last; index++) {
    const next = sample(x, index);
    lowest = next < value ? index : lowest;
    value = next < value ? next : value;
  }
  return lowest;
}

/** Prominence (f64) of each peak from its bases; returns how many are exactly 0. */
export function pulseProminences(
  x: usize,
  peaks: usize,
  count: u32,
  leftBases: usize,
  rightBases: usize,
  prominences: usize,
): u32 {
  let zeros: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const at = <usize>i << 2;
    const left = sample(x, load<u32>(leftBases + at));
    const right = sample(x, load<u32>(rightBases + at));
    const prominence = sample(x, load<u32>(peaks + at)) - (left > right ? left : right);
    store<f64>(prominences + (<usize>i << 3), prominence);
    zeros += <u32>(prominence == 0);
  }
  return zeros;
}
