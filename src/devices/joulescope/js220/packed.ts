// Samples of fewer than eight bits, packed from the lowest bit of the first byte on.

/** `count` samples of `bits` bits from sample `skip` on, packed anew from the first bit. */
export function skipPacked(bytes: Uint8Array, bits: number, skip: number, count: number): Uint8Array<ArrayBuffer> {
  const first = (skip * bits) >> 3;
  const shift = (skip * bits) & 7;
  const result = new Uint8Array(Math.ceil((count * bits) / 8));
  for (let i = 0; i < result.length; i++) {
    const high = bytes[first + i + 1] ?? 0;
    result[i] = (bytes[first + i]! | (high << 8)) >> shift;
  }
  return result;
}
