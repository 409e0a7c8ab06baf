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
