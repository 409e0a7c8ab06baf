// Copies of packed samples between places that need not agree in their bit phase, and runs of one pattern.

/**
 * Copies `bitCount` bits. `toBit` and `fromBit` are bit positions after the addresses, lowest bit first. Bits
 * around the destination keep their values. The areas must not overlap.
 */
export function copyBits(to: usize, toBit: usize, from: usize, fromBit: usize, bitCount: usize): void {
  to += toBit >> 3;
  toBit &= 7;
  if (toBit) {
    const n = min<usize>(8 - toBit, bitCount);
    patchByte(to, toBit, readBits(from, fromBit, n), n);
    to++;
    fromBit += n;
    bitCount -= n;
  }
  from += fromBit >> 3;
  fromBit &= 7;
  const bytes = bitCount >> 3;
  if (fromBit == 0) {
    memory.copy(to, from, bytes);
  } else {
    let i: usize = 0;
    for (; i + 8 <= bytes; i += 8) {
      const word = (load<u64>(from + i) >> fromBit) | ((<u64>load<u8>(from + i, 8)) << (64 - fromBit));
      store<u64>(to + i, word);
    }
    for (; i < bytes; i++) store<u8>(to + i, load<u16>(from + i) >> <u16>fromBit);
  }
  const rest = bitCount & 7;
  if (rest) patchByte(to + bytes, 0, readBits(from + bytes, fromBit, rest), rest);
}

/** Fills `bitCount` bits from bit position `toBit` on: bit n of a byte becomes bit n of `pattern`. */
export function fillBits(to: usize, toBit: usize, pattern: u32, bitCount: usize): void {
  to += toBit >> 3;
  toBit &= 7;
  if (toBit) {
    const n = min<usize>(8 - toBit, bitCount);
    patchByte(to, toBit, (pattern >> (<u32>toBit)) & ((1 << (<u32>n)) - 1), n);
    to++;
    bitCount -= n;
  }
  memory.fill(to, <u8>pattern, bitCount >> 3);
  const rest = bitCount & 7;
  if (rest) patchByte(to + (bitCount >> 3), 0, pattern & ((1 << (<u32>rest)) - 1), rest);
}

/** `n` (1..8) bits from bit `bit` on; touches no byte beyond them. */
function readBits(address: usize, bit: usize, n: usize): u32 {
  address += bit >> 3;
  bit &= 7;
  const word = bit + n > 8 ? <u32>load<u16>(address) : <u32>load<u8>(address);
  return (word >> <u32>bit) & ((1 << (<u32>n)) - 1);
}

function patchByte(address: usize, bit: usize, value: u32, n: usize): void {
  const mask: u32 = ((1 << (<u32>n)) - 1) << (<u32>bit);
  store<u8>(address, (<u32>load<u8>(address) & ~mask) | (value << (<u32>bit)));
}
