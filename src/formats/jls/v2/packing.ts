// Copies packed samples between buffers. Sub-byte samples may start anywhere in a byte; sample 0 of a byte is
// in its lowest bits.

/**
 * Copies `count` samples of `bits` each from sample `from` of `source` to sample `to` of `target`. Bits behind the last
 * sample in its byte become 0.
 */
export function copyPacked(
  bits: number,
  source: Uint8Array,
  from: number,
  target: Uint8Array,
  to: number,
  count: number,
): void {
  let sourceBit = from * bits;
  let targetBit = to * bits;
  let left = count * bits;
  if (sourceBit % 8 === 0 && targetBit % 8 === 0) {
    const byteCount = Math.floor(left / 8);
    if (byteCount > 0) {
      target.set(source.subarray(sourceBit / 8, sourceBit / 8 + byteCount), targetBit / 8);
      sourceBit += byteCount * 8;
      targetBit += byteCount * 8;
      left -= byteCount * 8;
    }
  }
  while (left > 0) {
    const sourceShift = sourceBit % 8;
    const targetShift = targetBit % 8;
    const size = Math.min(8 - sourceShift, 8 - targetShift, left);
    const value = (source[(sourceBit - sourceShift) / 8]! >> sourceShift) & ((1 << size) - 1);
    const at = (targetBit - targetShift) / 8;
    const kept = targetShift === 0 ? 0 : target[at]! & ((1 << targetShift) - 1);
    target[at] = kept | (value << targetShift);
    sourceBit += size;
    targetBit += size;
    left -= size;
  }
}
