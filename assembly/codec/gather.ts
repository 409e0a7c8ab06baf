// Values at a fixed distance, side by side: a column of records becomes the packed samples that the reductions take.

/**
 * Copies `count` values of `widthBytes` (1, 2, 4 or 8) that start `strideBytes` apart to `target`, packed; with
 * `isSwapped` from the other byte order.
 */
export function codecGather(
  source: usize,
  strideBytes: usize,
  count: u32,
  widthBytes: u32,
  isSwapped: bool,
  target: usize,
): void {
  const end = target + count * widthBytes;
  let from = source;
  if (widthBytes == 4) {
    for (let to = target; to < end; to += 4) {
      const word = load<u32>(from);
      store<u32>(to, isSwapped ? bswap<u32>(word) : word);
      from += strideBytes;
    }
  } else if (widthBytes == 2) {
    for (let to = target; to < end; to += 2) {
      const word = load<u16>(from);
      store<u16>(to, isSwapped ? bswap<u16>(word) : word);
      from += strideBytes;
    }
  } else if (widthBytes == 8) {
    for (let to = target; to < end; to += 8) {
      const word = load<u64>(from);
      store<u64>(to, isSwapped ? bswap<u64>(word) : word);
      from += strideBytes;
    }
  } else {
    for (let to = target; to < end; to++) {
      store<u8>(to, load<u8>(from));
      from += strideBytes;
    }
  }
}
