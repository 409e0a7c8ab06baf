// Reductions of packed samples for file formats: mean, spread, min and max of consecutive groups.
// One pass, in f64, with the group's first finite sample taken off before squaring: the error of the
// spread is then bounded by the group's size, whatever the offset of the signal.

import { F32, F64, I16, I24, I32, I4, I64, I8, sampleAt, U1, U16, U24, U32, U4, U64, U8 } from "./sample";

/** Bytes of a record of `codecBins`: f64 count, mean, sum of squared deviations, min, max. */
const BIN_BYTES: usize = 40;

/** Reduces `count` samples to a record. Finite samples only if `finiteOnly`, else all that are not NaN. */
@inline
function reduce(code: u32, finiteOnly: bool, base: usize, first: usize, count: usize, target: usize): void {
  let n: f64 = 0;
  let sum: f64 = 0;
  let square: f64 = 0;
  let low: f64 = NaN;
  let high: f64 = NaN;
  let origin: f64 = 0;
  const isFloat = code >= F32;
  let i: usize = 0;
  if (isFloat) {
    for (; i < count; i++) {
      const value = sampleAt(code, base, first + i);
      if (value - value == 0) {
        origin = value;
        break;
      }
    }
  } else if (count > 0) origin = sampleAt(code, base, first);
  if (isFloat && !finiteOnly) i = 0;
  for (; i < count; i++) {
    const value = sampleAt(code, base, first + i);
    if (isFloat) {
      if (finiteOnly) {
        if (value - value != 0) continue;
      } else if (value != value) continue;
    }
    const delta = value - origin;
    sum += delta;
    square += delta * delta;
    if (n == 0) {
      low = value;
      high = value;
    } else {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    n += 1;
  }
  finish(n, origin, sum, square, low, high, target);
}

@inline
function finish(n: f64, origin: f64, sum: f64, square: f64, low: f64, high: f64, target: usize): void {
  const shift = sum / n;
  store<f64>(target, n);
  store<f64>(target, origin + shift, 8);
  const deviation = square - sum * shift;
  store<f64>(target, deviation < 0 ? 0 : deviation, 16);
  store<f64>(target, low, 24);
  store<f64>(target, high, 32);
}

/** f32 with SIMD; false when a sample was not finite and nothing was stored. */
function reduceF32(base: usize, count: usize, target: usize): bool {
  const origin = <f64>load<f32>(base);
  const shift = f64x2.splat(origin);
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  let sum2 = f64x2.splat(0);
  let sum3 = f64x2.splat(0);
  let square0 = f64x2.splat(0);
  let square1 = f64x2.splat(0);
  let square2 = f64x2.splat(0);
  let square3 = f64x2.splat(0);
  let low = f32x4.splat(load<f32>(base));
  let high = low;
  let at = base;
  const end = base + (count << 2);
  const blockEnd = base + ((count & ~7) << 2);
  for (; at < blockEnd; at += 32) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const d0 = f64x2.sub(f64x2.promote_low_f32x4(a), shift);
    const d1 = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(at, 8)), shift);
    const d2 = f64x2.sub(f64x2.promote_low_f32x4(b), shift);
    const d3 = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(at, 24)), shift);
    sum0 = f64x2.add(sum0, d0);
    sum1 = f64x2.add(sum1, d1);
    sum2 = f64x2.add(sum2, d2);
    sum3 = f64x2.add(sum3, d3);
    square0 = f64x2.add(square0, f64x2.mul(d0, d0));
    square1 = f64x2.add(square1, f64x2.mul(d1, d1));
    square2 = f64x2.add(square2, f64x2.mul(d2, d2));
    square3 = f64x2.add(square3, f64x2.mul(d3, d3));
    low = f32x4.pmin(low, f32x4.pmin(a, b));
    high = f32x4.pmax(high, f32x4.pmax(a, b));
  }
  const sums = f64x2.add(f64x2.add(sum0, sum1), f64x2.add(sum2, sum3));
  const squares = f64x2.add(f64x2.add(square0, square1), f64x2.add(square2, square3));
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  let square = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
  let lowest = min(
    min(f32x4.extract_lane(low, 0), f32x4.extract_lane(low, 1)),
    min(f32x4.extract_lane(low, 2), f32x4.extract_lane(low, 3)),
  );
  let highest = max(
    max(f32x4.extract_lane(high, 0), f32x4.extract_lane(high, 1)),
    max(f32x4.extract_lane(high, 2), f32x4.extract_lane(high, 3)),
  );
  for (; at < end; at += 4) {
    const value = load<f32>(at);
    const delta = <f64>value - origin;
    sum += delta;
    square += delta * delta;
    lowest = min(lowest, value);
    highest = max(highest, value);
  }
  if (square - square != 0) return false;
  finish(<f64>count, origin, sum, square, <f64>lowest, <f64>highest, target);
  return true;
}

@inline
function bins(code: u32, finiteOnly: bool, base: usize, first: usize, size: usize, count: usize, target: usize): void {
  for (let bin: usize = 0; bin < count; bin++) {
    const at = first + bin * size;
    const out = target + bin * BIN_BYTES;
    if (code == F32 && reduceF32(base + (at << 2), size, out)) continue;
    reduce(code, finiteOnly, base, at, size, out);
  }
}

function binsOf(code: u32, finiteOnly: bool, base: usize, first: usize, size: usize, count: usize, out: usize): void {
  switch (code) {
    case U1:
      return bins(U1, finiteOnly, base, first, size, count, out);
    case U4:
      return bins(U4, finiteOnly, base, first, size, count, out);
    case I4:
      return bins(I4, finiteOnly, base, first, size, count, out);
    case U8:
      return bins(U8, finiteOnly, base, first, size, count, out);
    case I8:
      return bins(I8, finiteOnly, base, first, size, count, out);
    case U16:
      return bins(U16, finiteOnly, base, first, size, count, out);
    case I16:
      return bins(I16, finiteOnly, base, first, size, count, out);
    case U24:
      return bins(U24, finiteOnly, base, first, size, count, out);
    case I24:
      return bins(I24, finiteOnly, base, first, size, count, out);
    case U32:
      return bins(U32, finiteOnly, base, first, size, count, out);
    case I32:
      return bins(I32, finiteOnly, base, first, size, count, out);
    case U64:
      return bins(U64, finiteOnly, base, first, size, count, out);
    case I64:
      return bins(I64, finiteOnly, base, first, size, count, out);
    case F32:
      return bins(F32, finiteOnly, base, first, size, count, out);
    default:
      return bins(F64, finiteOnly, base, first, size, count, out);
  }
}

/**
 * Statistics of `binCount` consecutive bins of `binSamples` ≥ 1 packed samples, from sample `firstIndex` on. Each gives
 * five f64: samples that are not NaN, mean, sum of squared deviations, min, max (NaN without samples).
 */
export function codecBins(
  code: u32,
  samples: usize,
  firstIndex: u32,
  binSamples: u32,
  binCount: u32,
  target: usize,
): void {
  binsOf(code, false, samples, firstIndex, binSamples, binCount, target);
}

/**
 * The same record of finite samples in two plain passes, as the reference library does it: entries of f64 come out
 * with its bits.
 */
@inline
function reduceTwice(code: u32, base: usize, first: usize, count: usize, target: usize): void {
  let n: f64 = 0;
  let sum: f64 = 0;
  let low: f64 = NaN;
  let high: f64 = NaN;
  for (let i: usize = 0; i < count; i++) {
    const value = sampleAt(code, base, first + i);
    if (value - value != 0) continue;
    if (!(low <= value)) low = value;
    if (!(high >= value)) high = value;
    sum += value;
    n += 1;
  }
  const mean = sum / n;
  let square: f64 = 0;
  for (let i: usize = 0; i < count; i++) {
    const delta = sampleAt(code, base, first + i) - mean;
    if (delta - delta == 0) square += delta * delta;
  }
  store<f64>(target, n);
  store<f64>(target, mean, 8);
  store<f64>(target, square, 16);
  store<f64>(target, low, 24);
  store<f64>(target, high, 32);
}

function reduceWide(code: u32, base: usize, first: usize, count: usize, target: usize): void {
  switch (code) {
    case U32:
      return reduceTwice(U32, base, first, count, target);
    case I32:
      return reduceTwice(I32, base, first, count, target);
    case U64:
      return reduceTwice(U64, base, first, count, target);
    case I64:
      return reduceTwice(I64, base, first, count, target);
    default:
      return reduceTwice(F64, base, first, count, target);
  }
}

/**
 * JLS v2 level-1 entries: mean, population std, min, max over `groupSamples`, finite samples only; all NaN without
 * one. Entries are f64 if `isWide` (types of 32 bits and more but f32), else f32. `record` is BIN_BYTES of scratch.
 */
export function codecSummarise(
  code: u32,
  samples: usize,
  groupSamples: u32,
  groupCount: u32,
  isWide: bool,
  target: usize,
  record: usize,
): void {
  let out = target;
  for (let group: usize = 0; group < groupCount; group++) {
    if (isWide) reduceWide(code, samples, group * groupSamples, groupSamples, record);
    else binsOf(code, true, samples, group * groupSamples, groupSamples, 1, record);
    const n = load<f64>(record);
    const mean = n > 0 ? load<f64>(record, 8) : NaN;
    const std = n > 0 ? Math.sqrt(load<f64>(record, 16) / n) : NaN;
    out = storeEntry(isWide, out, mean, std, load<f64>(record, 24), load<f64>(record, 32));
  }
}

@inline
function storeEntry(isWide: bool, out: usize, mean: f64, std: f64, low: f64, high: f64): usize {
  if (isWide) {
    store<f64>(out, mean);
    store<f64>(out, std, 8);
    store<f64>(out, low, 16);
    store<f64>(out, high, 24);
    return out + 32;
  }
  store<f32>(out, <f32>mean);
  store<f32>(out, <f32>std, 4);
  store<f32>(out, <f32>low, 8);
  store<f32>(out, <f32>high, 12);
  return out + 16;
}

@inline
function field(isWide: bool, entry: usize, index: usize): f64 {
  return isWide ? load<f64>(entry + (index << 3)) : <f64>load<f32>(entry + (index << 2));
}

/**
 * JLS v2 level ≥ 2 entries from `groupSize` entries of the level below each: plain mean of the means, std around it, min
 * of mins, max of maxs. Entries without samples are skipped (the reference lets one of them make the std NaN).
 */
export function codecCondense(isWide: bool, entries: usize, groupSize: u32, groupCount: u32, target: usize): void {
  const entryBytes: usize = isWide ? 32 : 16;
  let out = target;
  for (let group: usize = 0; group < groupCount; group++) {
    const base = entries + group * groupSize * entryBytes;
    let n: f64 = 0;
    let sum: f64 = 0;
    let low: f64 = NaN;
    let high: f64 = NaN;
    for (let i: usize = 0; i < groupSize; i++) {
      const entry = base + i * entryBytes;
      const mean = field(isWide, entry, 0);
      if (mean - mean != 0) continue;
      const entryLow = field(isWide, entry, 2);
      const entryHigh = field(isWide, entry, 3);
      if (!(low <= entryLow)) low = entryLow;
      if (!(high >= entryHigh)) high = entryHigh;
      sum += mean;
      n += 1;
    }
    const mean = sum / n;
    let square: f64 = 0;
    for (let i: usize = 0; i < groupSize; i++) {
      const entry = base + i * entryBytes;
      const delta = field(isWide, entry, 0) - mean;
      if (delta - delta != 0) continue;
      const std = field(isWide, entry, 1);
      square += std * std + delta * delta;
    }
    out = storeEntry(isWide, out, mean, Math.sqrt(square / n), low, high);
  }
}
