// One-pass moments over integers. The sums are exact: each part is summed in integers and only then turned
// into mean and M2. Sub-byte samples are packed, lowest bits first. Integers have no missing value:
// whoever knows that some are missing takes the runs between.

import { addMoments, closeRecord, openRecord } from "./record";

/** Samples per part: 4096 squares of 16-bit samples stay below 2^43. */
const PART: usize = 4096;

/** Adds a part to an open record, given by the exact sums of its values and of their squares. */
function addExact(record: usize, shift: f64, n: i64, sum: i64, squares: i64, min: i32, max: i32): void {
  // n·squares − sum² stays below 2^56 for parts of 4096 samples of 16 bits.
  const m2 = <f64>(n * squares - sum * sum) / <f64>n;
  addMoments(record, shift, <f64>n, <f64>sum / <f64>n, m2, min, max);
}

/** Adds `count` i16 samples at `address` (any alignment) to the record. */
export function statsI16(record: usize, address: usize, count: usize): void {
  if (count == 0) return;
  const shift = openRecord(record, <f64>load<i16>(address));
  addI16(record, shift, address, count);
  closeRecord(record, shift);
}

function addI16(record: usize, shift: f64, address: usize, count: usize): void {
  while (count > 0) {
    const n = count < PART ? count : PART;
    partI16(record, shift, address, n);
    address += n << 1;
    count -= n;
  }
}

function partI16(record: usize, shift: f64, address: usize, count: usize): void {
  let s = i32x4.splat(0);
  let q = i64x2.splat(0);
  let low = i16x8.splat(i16.MAX_VALUE);
  let high = i16x8.splat(i16.MIN_VALUE);
  const end = address + (count << 1);
  const vectorEnd = end - 15;
  let p = address;
  for (; p < vectorEnd; p += 16) {
    const x = v128.load(p);
    low = i16x8.min_s(low, x);
    high = i16x8.max_s(high, x);
    s = i32x4.add(s, i32x4.extadd_pairwise_i16x8_s(x));
    // The sum of two squares reaches 2^31 and wraps to a negative i32 that, read as unsigned, is right.
    const pairs = i32x4.dot_i16x8_s(x, x);
    q = i64x2.add(q, i64x2.add(i64x2.extend_low_i32x4_u(pairs), i64x2.extend_high_i32x4_u(pairs)));
  }
  let sum =
    <i64>i32x4.extract_lane(s, 0) + i32x4.extract_lane(s, 1) + i32x4.extract_lane(s, 2) + i32x4.extract_lane(s, 3);
  let squares = i64x2.extract_lane(q, 0) + i64x2.extract_lane(q, 1);
  let min: i32 = i16.MAX_VALUE;
  let max: i32 = i16.MIN_VALUE;
  low = i16x8.min_s(low, v128.shuffle<i64>(low, low, 1, 0));
  low = i16x8.min_s(low, v128.shuffle<i32>(low, low, 1, 0, 3, 2));
  min = i32(i16x8.extract_lane_s(i16x8.min_s(low, v128.shuffle<i16>(low, low, 1, 0, 3, 2, 5, 4, 7, 6)), 0));
  high = i16x8.max_s(high, v128.shuffle<i64>(high, high, 1, 0));
  high = i16x8.max_s(high, v128.shuffle<i32>(high, high, 1, 0, 3, 2));
  max = i32(i16x8.extract_lane_s(i16x8.max_s(high, v128.shuffle<i16>(high, high, 1, 0, 3, 2, 5, 4, 7, 6)), 0));
  for (; p < end; p += 2) {
    const x = <i32>load<i16>(p);
    sum += x;
    squares += <i64>x * x;
    min = x < min ? x : min;
    max = x > max ? x : max;
  }
  addExact(record, shift, count, sum, squares, min, max);
}

/** Adds `count` u8 samples at `address` to the record. */
export function statsU8(record: usize, address: usize, count: usize): void {
  if (count == 0) return;
  const shift = openRecord(record, <f64>load<u8>(address));
  addU8(record, shift, address, count);
  closeRecord(record, shift);
}

/** The same for an open record. */
export function addU8(record: usize, shift: f64, address: usize, count: usize): void {
  while (count > 0) {
    const n = count < PART ? count : PART;
    partU8(record, shift, address, n);
    address += n;
    count -= n;
  }
}

function partU8(record: usize, shift: f64, address: usize, count: usize): void {
  let s = i32x4.splat(0);
  let q = i32x4.splat(0);
  let low = i8x16.splat(-1);
  let high = i8x16.splat(0);
  const end = address + count;
  const vectorEnd = end - 15;
  let p = address;
  for (; p < vectorEnd; p += 16) {
    const x = v128.load(p);
    low = i8x16.min_u(low, x);
    high = i8x16.max_u(high, x);
    const a = i16x8.extend_low_i8x16_u(x);
    const b = i16x8.extend_high_i8x16_u(x);
    s = i32x4.add(s, i32x4.extadd_pairwise_i16x8_u(i16x8.add(a, b)));
    q = i32x4.add(q, i32x4.add(i32x4.dot_i16x8_s(a, a), i32x4.dot_i16x8_s(b, b)));
  }
  let sum = sumLanes(s);
  let squares = sumLanes(q);
  let min = minLaneU8(low);
  let max = maxLaneU8(high);
  for (; p < end; p++) {
    const x = <i32>load<u8>(p);
    sum += x;
    squares += x * x;
    min = x < min ? x : min;
    max = x > max ? x : max;
  }
  addExact(record, shift, count, sum, squares, min, max);
}

/** Adds `count` 4-bit samples, from nibble `first` after `address` on, to the record. */
export function statsU4(record: usize, address: usize, first: usize, count: usize): void {
  const shift = openRecord(record, 0);
  addU4(record, shift, address, first, count);
  closeRecord(record, shift);
}

/** The same for an open record. */
export function addU4(record: usize, shift: f64, address: usize, first: usize, count: usize): void {
  if (count == 0) return;
  address += first >> 1;
  if (first & 1) {
    const x = <i32>load<u8>(address) >> 4;
    addExact(record, shift, 1, x, x * x, x, x);
    address++;
    count--;
  }
  while (count > 1) {
    const n = (count < PART ? count : PART) & ~1;
    partU4(record, shift, address, n >> 1);
    address += n >> 1;
    count -= n;
  }
  if (count > 0) {
    const x = <i32>load<u8>(address) & 15;
    addExact(record, shift, 1, x, x * x, x, x);
  }
}

function partU4(record: usize, shift: f64, address: usize, byteCount: usize): void {
  const mask = i8x16.splat(15);
  let s = i16x8.splat(0);
  let q = i32x4.splat(0);
  let low = mask;
  let high = i8x16.splat(0);
  const end = address + byteCount;
  const vectorEnd = end - 15;
  let p = address;
  for (; p < vectorEnd; p += 16) {
    const x = v128.load(p);
    const a = v128.and(x, mask);
    const b = i8x16.shr_u(x, 4);
    low = i8x16.min_u(low, i8x16.min_u(a, b));
    high = i8x16.max_u(high, i8x16.max_u(a, b));
    s = i16x8.add(s, i16x8.extadd_pairwise_i8x16_u(i8x16.add(a, b)));
    // A square is at most 225: two of them need 9 bits, so they are widened first.
    const squaresA = i16x8.extadd_pairwise_i8x16_u(i8x16.swizzle(squareTable(), a));
    const squaresB = i16x8.extadd_pairwise_i8x16_u(i8x16.swizzle(squareTable(), b));
    q = i32x4.add(q, i32x4.extadd_pairwise_i16x8_u(i16x8.add(squaresA, squaresB)));
  }
  let sum = sumLanes(i32x4.extadd_pairwise_i16x8_u(s));
  let squares = sumLanes(q);
  let min = minLaneU8(low);
  let max = maxLaneU8(high);
  for (; p < end; p++) {
    const x = <i32>load<u8>(p);
    const a = x & 15;
    const b = x >> 4;
    sum += a + b;
    squares += a * a + b * b;
    min = a < min ? a : min;
    min = b < min ? b : min;
    max = a > max ? a : max;
    max = b > max ? b : max;
  }
  addExact(record, shift, byteCount << 1, sum, squares, min, max);
}

/** n² for n = 0..15, as bytes. */
function squareTable(): v128 {
  return i8x16(0, 1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121, <i8>144, <i8>169, <i8>196, <i8>225);
}

/** Adds `count` 1-bit samples, from bit `first` after `address` on, to the record. */
export function statsU1(record: usize, address: usize, first: usize, count: usize): void {
  const shift = openRecord(record, 0);
  addU1(record, shift, address, first, count);
  closeRecord(record, shift);
}

/** The same for an open record. */
export function addU1(record: usize, shift: f64, address: usize, first: usize, count: usize): void {
  if (count == 0) return;
  const ones = onesIn(address, first, count);
  const n = <f64>count;
  const k = <f64>ones;
  addMoments(record, shift, n, k / n, (k * (n - k)) / n, ones == count ? 1 : 0, ones > 0 ? 1 : 0);
}

function onesIn(address: usize, first: usize, count: usize): usize {
  let ones: usize = 0;
  let p = address + (first >> 3);
  const lead = first & 7;
  if (lead) {
    const bits = min<usize>(8 - lead, count);
    ones += popcnt<u32>((<u32>load<u8>(p) >> <u32>lead) & ((1 << (<u32>bits)) - 1));
    p++;
    count -= bits;
  }
  let counts = i64x2.splat(0);
  while (count >= 128) {
    const n = count >> 7 < 31 ? count >> 7 : 31;
    let bytes = i8x16.splat(0);
    for (const end = p + (n << 4); p < end; p += 16) bytes = i8x16.add(bytes, i8x16.popcnt(v128.load(p)));
    const words = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes));
    counts = i64x2.add(counts, i64x2.add(i64x2.extend_low_i32x4_u(words), i64x2.extend_high_i32x4_u(words)));
    count -= n << 7;
  }
  ones += <usize>(i64x2.extract_lane(counts, 0) + i64x2.extract_lane(counts, 1));
  for (; count >= 8; count -= 8) ones += popcnt<u32>(load<u8>(p++));
  if (count > 0) ones += popcnt<u32>(<u32>load<u8>(p) & ((1 << (<u32>count)) - 1));
  return ones;
}

function sumLanes(x: v128): i64 {
  return <i64>i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1) + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3);
}

function minLaneU8(x: v128): i32 {
  x = i8x16.min_u(x, v128.shuffle<i64>(x, x, 1, 0));
  x = i8x16.min_u(x, v128.shuffle<i32>(x, x, 1, 0, 3, 2));
  x = i8x16.min_u(x, i16x8.shr_u(x, 8));
  return i32(min(i8x16.extract_lane_u(x, 0), i8x16.extract_lane_u(x, 2)));
}

function maxLaneU8(x: v128): i32 {
  x = i8x16.max_u(x, v128.shuffle<i64>(x, x, 1, 0));
  x = i8x16.max_u(x, v128.shuffle<i32>(x, x, 1, 0, 3, 2));
  x = i8x16.max_u(x, i16x8.shr_u(x, 8));
  return i32(max(i8x16.extract_lane_u(x, 0), i8x16.extract_lane_u(x, 2)));
}
