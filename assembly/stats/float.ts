// One-pass moments over f32 and f64. NaN is a missing sample and is left out; infinities are values.

import { addSums, closeRecord, openRecord } from "./record";

/** Samples per part; each part is summed around the mean of all before it. */
const PART: usize = 4096;

/** Adds `count` f32 samples at `address` (any alignment) to the record. */
export function statsF32(record: usize, address: usize, count: usize): void {
  while (count > 0) {
    const n = count < PART ? count : PART;
    const shift = openRecord(record, firstFinite<f32>(address, n));
    addF32(record, shift, address, n);
    closeRecord(record, shift);
    address += n << 2;
    count -= n;
  }
}

/** Adds f32 samples to an open record. */
export function addF32(record: usize, shift: f64, address: usize, count: usize): void {
  const k = f64x2.splat(shift);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let q0 = s0;
  let q1 = s0;
  let low = f32x4.splat(Infinity);
  let high = f32x4.splat(-Infinity);
  const end = address + (count << 2);
  const vectorEnd = end - 15;
  let p = address;
  for (; p < vectorEnd; p += 16) {
    const x = v128.load(p);
    low = f32x4.pmin(low, x);
    high = f32x4.pmax(high, x);
    const a = f64x2.sub(f64x2.promote_low_f32x4(x), k);
    const b = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3)), k);
    s0 = f64x2.add(s0, a);
    s1 = f64x2.add(s1, b);
    q0 = f64x2.add(q0, f64x2.mul(a, a));
    q1 = f64x2.add(q1, f64x2.mul(b, b));
  }
  s0 = f64x2.add(s0, s1);
  q0 = f64x2.add(q0, q1);
  let sum = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
  let squares = f64x2.extract_lane(q0, 0) + f64x2.extract_lane(q0, 1);
  let min = minLaneF32(low);
  let max = maxLaneF32(high);
  for (; p < end; p += 4) {
    const x = load<f32>(p);
    const d = <f64>x - shift;
    sum += d;
    squares += d * d;
    min = x < min ? x : min;
    max = x > max ? x : max;
  }
  if (sum != sum) addF32Masked(record, shift, address, count);
  else addSums(record, <f64>count, sum, squares, min, max);
}

/** The same where some samples are missing. */
function addF32Masked(record: usize, shift: f64, address: usize, count: usize): void {
  const k = f64x2.splat(shift);
  let s = f64x2.splat(0);
  let q = s;
  let n = f64x2.splat(0);
  const one = f64x2.splat(1);
  let low = f32x4.splat(Infinity);
  let high = f32x4.splat(-Infinity);
  const end = address + (count << 2);
  const vectorEnd = end - 15;
  let p = address;
  for (; p < vectorEnd; p += 16) {
    const x = v128.load(p);
    low = f32x4.pmin(low, x);
    high = f32x4.pmax(high, x);
    let a = f64x2.promote_low_f32x4(x);
    let b = f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3));
    const validA = f64x2.eq(a, a);
    const validB = f64x2.eq(b, b);
    a = v128.and(f64x2.sub(a, k), validA);
    b = v128.and(f64x2.sub(b, k), validB);
    s = f64x2.add(s, f64x2.add(a, b));
    q = f64x2.add(q, f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b)));
    n = f64x2.add(n, f64x2.add(v128.and(one, validA), v128.and(one, validB)));
  }
  let sum = f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
  let squares = f64x2.extract_lane(q, 0) + f64x2.extract_lane(q, 1);
  let valid = f64x2.extract_lane(n, 0) + f64x2.extract_lane(n, 1);
  let min = minLaneF32(low);
  let max = maxLaneF32(high);
  for (; p < end; p += 4) {
    const x = load<f32>(p);
    if (x != x) continue;
    const d = <f64>x - shift;
    sum += d;
    squares += d * d;
    valid += 1;
    min = x < min ? x : min;
    max = x > max ? x : max;
  }
  addSums(record, valid, sum, squares, min, max);
}

/** Adds `count` f64 samples at `address` (any alignment) to the record. */
export function statsF64(record: usize, address: usize, count: usize): void {
  while (count > 0) {
    const n = count < PART ? count : PART;
    const shift = openRecord(record, firstFinite<f64>(address, n));
    addF64(record, shift, address, n);
    closeRecord(record, shift);
    address += n << 3;
    count -= n;
  }
}

function addF64(record: usize, shift: f64, address: usize, count: usize): void {
  const k = f64x2.splat(shift);
  let s = f64x2.splat(0);
  let q = s;
  let n = s;
  const one = f64x2.splat(1);
  let low = f64x2.splat(Infinity);
  let high = f64x2.splat(-Infinity);
  const end = address + (count << 3);
  const vectorEnd = end - 15;
  let p = address;
  for (; p < vectorEnd; p += 16) {
    const x = v128.load(p);
    low = f64x2.pmin(low, x);
    high = f64x2.pmax(high, x);
    const valid = f64x2.eq(x, x);
    const d = v128.and(f64x2.sub(x, k), valid);
    s = f64x2.add(s, d);
    q = f64x2.add(q, f64x2.mul(d, d));
    n = f64x2.add(n, v128.and(one, valid));
  }
  let sum = f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
  let squares = f64x2.extract_lane(q, 0) + f64x2.extract_lane(q, 1);
  let valid = f64x2.extract_lane(n, 0) + f64x2.extract_lane(n, 1);
  let min = Math.min(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1));
  let max = Math.max(f64x2.extract_lane(high, 0), f64x2.extract_lane(high, 1));
  if (p < end) {
    const x = load<f64>(p);
    if (x == x) {
      const d = x - shift;
      sum += d;
      squares += d * d;
      valid += 1;
      min = x < min ? x : min;
      max = x > max ? x : max;
    }
  }
  addSums(record, valid, sum, squares, min, max);
}

/** A shift to sum around while nothing is known: the first finite sample, else 0. */
export function firstFinite<T extends number>(address: usize, count: usize): f64 {
  for (let i: usize = 0; i < count; i++) {
    const x = load<T>(address + i * sizeof<T>());
    if (x - x == 0) return <f64>x;
  }
  return 0;
}

function minLaneF32(x: v128): f32 {
  const a = Mathf.min(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1));
  return Mathf.min(a, Mathf.min(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)));
}

function maxLaneF32(x: v128): f32 {
  const a = Mathf.max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1));
  return Mathf.max(a, Mathf.max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)));
}
