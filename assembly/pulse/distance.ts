// Peaks that keep a distance: the highest first, each that is still there removes all others nearer than `distance`.
// Of equally high peaks the later one goes first. (SciPy leaves this to an unstable sort; with few peaks it does the
// same.) Sorting is a stable byte-wise radix sort, so the cost is linear in the number of peaks.

/** Bytes of one sort record: u64 key, u32 ordinal, padding. */
@inline const RECORD_BYTES: usize = 16;
@inline const DIGITS: usize = 256;
@inline const HISTOGRAM_BYTES: usize = DIGITS * 8 * 4;

/** f64 as a u64 with the same order; -0 as 0. No NaN comes here. */
@inline function sortKey(value: f64): u64 {
  const bits = reinterpret<u64>(value + 0.0);
  return bits ^ (<u64>(<i64>bits >> 63) | 0x8000_0000_0000_0000);
}

/**
 * Clears the flags (u8, all 1 before) of the peaks that must go. `heights`: f64 per peak. `distance` in samples, at
 * least 1. `work`: 8 KiB + 32 bytes per peak, 8-aligned.
 */
export function pulseDistance(
  peaks: usize,
  heights: usize,
  count: u32,
  distance: u32,
  flags: usize,
  work: usize,
): void {
  let records = work + HISTOGRAM_BYTES;
  let other = records + <usize>count * RECORD_BYTES;
  memory.fill(work, 0, HISTOGRAM_BYTES);
  for (let i: u32 = 0; i < count; i++) {
    const key = sortKey(load<f64>(heights + (<usize>i << 3)));
    store<u64>(records + <usize>i * RECORD_BYTES, key);
    store<u32>(records + <usize>i * RECORD_BYTES, i, 8);
    for (let digit: usize = 0; digit < 8; digit++) {
      const bucket = work + ((digit * DIGITS + <usize>((key >> (<u64>digit << 3)) & 0xff)) << 2);
      store<u32>(bucket, load<u32>(bucket) + 1);
    }
  }
  for (let digit: usize = 0; digit < 8; digit++) {
    const buckets = work + ((digit * DIGITS) << 2);
    const shift = <u64>digit << 3;
    // All keys share this digit: nothing to move.
    if (load<u32>(buckets + (<usize>((load<u64>(records) >> shift) & 0xff) << 2)) == count) continue;
    let start: u32 = 0;
    for (let bucket: usize = 0; bucket < DIGITS; bucket++) {
      const size = load<u32>(buckets + (bucket << 2));
      store<u32>(buckets + (bucket << 2), start);
      start += size;
    }
    for (let i: u32 = 0; i < count; i++) {
      const record = records + <usize>i * RECORD_BYTES;
      const bucket = buckets + (<usize>((load<u64>(record) >> shift) & 0xff) << 2);
      const place = load<u32>(bucket);
      store<u32>(bucket, place + 1);
      v128.store(other + <usize>place * RECORD_BYTES, v128.load(record));
    }
    const sorted = other;
    other = records;
    records = sorted;
  }
  for (let rank = count; rank-- > 0; ) {
    const ordinal = load<u32>(records + <usize>rank * RECORD_BYTES, 8);
    if (load<u8>(flags + ordinal) == 0) continue;
    const peak = load<u32>(peaks + (<usize>ordinal << 2));
    for (let left = ordinal; left-- > 0; ) {
      if (peak - load<u32>(peaks + (<usize>left << 2)) >= distance) break;
      store<u8>(flags + left, 0);
    }
    for (let right = ordinal + 1; right < count; right++) {
      if (load<u32>(peaks + (<usize>right << 2)) - peak >= distance) break;
      store<u8>(flags + right, 0);
    }
  }
}
