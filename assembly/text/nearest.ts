// The double next to a decimal number of up to 19 digits (Lemire, "Number parsing at a gigabyte per second", 2021;
// Mushtak and Lemire, "Fast number parsing without fallback", 2023).

/** Powers of ten in the table: 5^-LEAST … 5^LEAST as 128 bits, high word first, the highest bit set. */
const LEAST: i32 = 96;
/** Bits of a double's mantissa without the leading one, and the bias of its exponent (IEEE 754). */
const MANTISSA_BITS: i32 = 52;
const BIAS: i32 = 1023;
/** Bits of the product below those that rounding looks at: all ones may be carried into. */
const UNSURE: u64 = 0x1ff;

/** Bits of the double next to `mantissa` (> 0) × 10^`exponent`; negative when it is not normal or beyond the table. */
export function nearestDouble(mantissa: u64, exponent: i32, fives: usize): i64 {
  if (exponent < -LEAST || exponent > LEAST) return -1;
  const entry = fives + (<usize>(exponent + LEAST) << 4);
  const zeros = <i32>clz(mantissa);
  const w = mantissa << zeros;
  const five = load<u64>(entry);
  let high = multiplyHigh(w, five);
  let low = w * five;
  if ((high & UNSURE) == UNSURE) {
    const more = multiplyHigh(w, load<u64>(entry, 8));
    low += more;
    if (more > low) high++;
  }
  const upper = <i32>(high >> 63);
  const shift = upper + 64 - MANTISSA_BITS - 3;
  let digits = high >> shift;
  // log2(10) is 217706 / 65536
  let power = ((217_706 * exponent) >> 16) + 63 + upper - zeros + BIAS;
  if (power <= 0) return -1;
  // half way between two doubles: to the even one
  if (low <= 1 && exponent >= -4 && exponent <= 23 && (digits & 3) == 1 && digits << shift == high) digits &= ~1;
  digits += digits & 1;
  digits >>= 1;
  if (digits >= 1 << (MANTISSA_BITS + 1)) {
    digits = 1 << MANTISSA_BITS;
    power++;
  }
  if (power >= 2 * BIAS + 1) return -1;
  return <i64>((digits & ~((<u64>1) << MANTISSA_BITS)) | ((<u64>power) << MANTISSA_BITS));
}

/** The upper 64 bits of a product. */
@inline
function multiplyHigh(a: u64, b: u64): u64 {
  const aLow = a & 0xffff_ffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffff_ffff;
  const bHigh = b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  const other = aLow * bHigh + (middle & 0xffff_ffff);
  return aHigh * bHigh + (middle >> 32) + (other >> 32);
}
