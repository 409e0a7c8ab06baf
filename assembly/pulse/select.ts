// Dropping peaks: a byte per peak says whether it stays; every array that belongs to the peaks is then closed up.

/**
 * Clears the flag of each peak whose value (f64) is not >= `border`, or not >= its own entry of `borders` (f64, one
 * per sample) where that address is not 0. NaN on either side clears.
 */
export function pulseKeepAtLeast(
  values: usize,
  count: u32,
  border: f64,
  borders: usize,
  peaks: usize,
  flags: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    const low = borders == 0 ? border : load<f64>(borders + (<usize>load<u32>(peaks + (<usize>i << 2)) << 3));
    const keep = <u8>(low <= load<f64>(values + (<usize>i << 3)));
    store<u8>(flags + i, load<u8>(flags + i) & keep);
  }
}

/** As pulseKeepAtLeast, for values <= the border. */
export function pulseKeepAtMost(
  values: usize,
  count: u32,
  border: f64,
  borders: usize,
  peaks: usize,
  flags: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    const high = borders == 0 ? border : load<f64>(borders + (<usize>load<u32>(peaks + (<usize>i << 2)) << 3));
    const keep = <u8>(load<f64>(values + (<usize>i << 3)) <= high);
    store<u8>(flags + i, load<u8>(flags + i) & keep);
  }
}

/** Moves the u32 entries whose flag (0 or 1) is set to the front, in order; returns their number. */
export function pulseCloseU32(array: usize, flags: usize, count: u32): u32 {
  let kept: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    store<u32>(array + (<usize>kept << 2), load<u32>(array + (<usize>i << 2)));
    kept += load<u8>(flags + i);
  }
  return kept;
}

/** Moves the f64 entries whose flag (0 or 1) is set to the front, in order. */
export function pulseCloseF64(array: usize, flags: usize, count: u32): void {
  let kept: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    store<f64>(array + (<usize>kept << 3), load<f64>(array + (<usize>i << 3)));
    kept += load<u8>(flags + i);
  }
}

/** Sets the flag of each of `peaks` to whether it is one of `all`; both are ascending u32. */
export function pulseKeepCommon(peaks: usize, count: u32, all: usize, allCount: u32, flags: usize): void {
  let next: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const peak = load<u32>(peaks + (<usize>i << 2));
    while (next < allCount && load<u32>(all + (<usize>next << 2)) < peak) next++;
    store<u8>(flags + i, <u8>(next < allCount && load<u32>(all + (<usize>next << 2)) == peak));
  }
}
