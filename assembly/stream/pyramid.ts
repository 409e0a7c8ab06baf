// The pyramid of one signal: entries (mean, M2, min, max, count) over base blocks of 512 raw bytes, then over
// 16 entries per level. An entry is written once, when its block is complete, and never changes until its level
// comes round. The base entries live as long as the samples. Those above, which are small, may live longer: they hold
// the overview, ceil(overview / block) of them. An entry that begins in the overview is whole.

import {
  ENTRY_BYTES,
  ENTRY_COUNT,
  ENTRY_M2,
  ENTRY_MAX,
  ENTRY_MEAN,
  ENTRY_MIN,
  LEVEL_SHIFT,
  STATS_COUNT,
  STATS_M2,
  STATS_MAX,
  STATS_MEAN,
  STATS_MIN,
  STREAM_CAPACITY,
  STREAM_END,
  STREAM_SIGNAL_BITS,
  STREAM_SIGNAL_LEVEL_COUNT,
  STREAM_SIGNAL_LEVELS,
  STREAM_SIGNAL_RAW,
  STREAM_SIGNAL_SHIFT,
} from "../layout";
import { addF32, firstFinite } from "../stats/float";
import { addU1, addU4, addU8 } from "../stats/integer";
import { addSums, closeRecord, statsClear } from "../stats/record";
import { findBit, missingBits } from "./missing";

/** Levels that are too large to stay in the cache by themselves. */
const TOUCHED_LEVELS: u32 = 2;
/** Entries that one entry of the level above covers: 512 bytes. */
const GROUP_ENTRIES: i64 = 1 << <i64>LEVEL_SHIFT;

/**
 * Figures over samples [start, end), which must be in the ring, into the empty `record`: from the coarsest entries
 * that fit, and from the samples themselves at the edges.
 */
export function reduceRange(record: usize, ring: usize, signal: usize, start: i64, end: i64): void {
  closeRecord(record, addRange(record, 0, ring, signal, start, end));
}

/**
 * Figures over the entries from sample `first` to sample `last`, both multiples of `overviewBlock`, and over samples
 * [start, end), into the empty `record`. The entries must be in the overview, the samples in the ring.
 */
export function reduceOverview(
  record: usize,
  ring: usize,
  signal: usize,
  first: i64,
  last: i64,
  start: i64,
  end: i64,
): void {
  const shift = addBlocks(record, 0, signal, 1, first, last);
  closeRecord(record, addRange(record, shift, ring, signal, start, end));
}

/** Samples of the shortest entry of the overview; 0 when the signal has none. */
export function overviewBlock(signal: usize): i64 {
  if (load<u32>(signal + STREAM_SIGNAL_LEVEL_COUNT) < 2) return 0;
  return 1 << (<i64>load<u32>(signal + STREAM_SIGNAL_SHIFT) + LEVEL_SHIFT);
}

// The functions below add to an open record around `shift` and return the shift. Nothing is in an empty record, so
// the first part that has samples chooses it anew.

@inline function addRange(record: usize, shift: f64, ring: usize, signal: usize, start: i64, end: i64): f64 {
  let head = end;
  let tail = end;
  if (load<u32>(signal + STREAM_SIGNAL_LEVEL_COUNT) > 0) {
    const block: i64 = 1 << (<i64>load<u32>(signal + STREAM_SIGNAL_SHIFT));
    head = min<i64>((start + block - 1) & -block, end);
    tail = max<i64>(head, end & -block);
    if (head < tail) shift = addBlocks(record, shift, signal, 0, head, tail);
  }
  shift = addRaw(record, shift, ring, signal, start, head);
  return addRaw(record, shift, ring, signal, tail, end);
}

function addRaw(record: usize, shift: f64, ring: usize, signal: usize, start: i64, end: i64): f64 {
  if (start == end) return shift;
  const capacity = load<i64>(ring + STREAM_CAPACITY);
  const place = <usize>(start % capacity);
  const count = <usize>(end - start);
  const first = min<usize>(count, <usize>capacity - place);
  const missing: usize = isWhole(ring, signal, start, end) ? 0 : missingBits(ring);
  shift = addPart(record, shift, missing, signal, place, first);
  return first < count ? addPart(record, shift, missing, signal, 0, count - first) : shift;
}

/**
 * Whether samples [start, end) are known to be all there from the entry of the base block in which they lie. The entry is
 * at hand, the bits of the block may have to come from memory.
 */
function isWhole(ring: usize, signal: usize, start: i64, end: i64): bool {
  if (load<u32>(signal + STREAM_SIGNAL_LEVEL_COUNT) == 0) return false;
  const shift = <i64>load<u32>(signal + STREAM_SIGNAL_SHIFT);
  const block = start >> shift;
  const blockEnd = (block + 1) << shift;
  if (end > blockEnd || blockEnd > load<i64>(ring + STREAM_END)) return false;
  const levels = signal + STREAM_SIGNAL_LEVELS;
  const entry = <usize>load<u32>(levels) + <usize>(block % <i64>load<u32>(levels, 4)) * ENTRY_BYTES;
  return load<u32>(entry + ENTRY_COUNT) == 1 << <u32>shift;
}

/** `missing` are the ring's bits, or 0 where none is missing. */
function addPart(record: usize, shift: f64, missing: usize, signal: usize, place: usize, count: usize): f64 {
  if (load<u32>(signal + STREAM_SIGNAL_BITS) == 32) {
    const address = <usize>load<u32>(signal + STREAM_SIGNAL_RAW) + (place << 2);
    if (load<f64>(record + STATS_COUNT) == 0) shift = firstFinite<f32>(address, count);
    addF32(record, shift, address, count);
    return shift;
  }
  if (missing == 0) return addIntegers(record, shift, signal, place, count);
  const end = place + count;
  while (place < end) {
    const first = findBit(missing, place, end, false);
    place = findBit(missing, first, end, true);
    if (first < place) shift = addIntegers(record, shift, signal, first, place - first);
  }
  return shift;
}

function addIntegers(record: usize, shift: f64, signal: usize, place: usize, count: usize): f64 {
  const raw = <usize>load<u32>(signal + STREAM_SIGNAL_RAW);
  const bits = load<u32>(signal + STREAM_SIGNAL_BITS);
  if (bits == 1) {
    addU1(record, shift, raw, place, count);
  } else if (bits == 4) {
    addU4(record, shift, raw, place, count);
  } else {
    if (load<f64>(record + STATS_COUNT) == 0) shift = <f64>load<u8>(raw + place);
    addU8(record, shift, raw + place, count);
  }
  return shift;
}

/** Whole blocks of level `lowest` from sample `start` to sample `end`, from entries of that level and above. */
function addBlocks(record: usize, shift: f64, signal: usize, lowest: i64, start: i64, end: i64): f64 {
  const baseShift = <i64>load<u32>(signal + STREAM_SIGNAL_SHIFT);
  const top = <i64>load<u32>(signal + STREAM_SIGNAL_LEVEL_COUNT) - 1;
  for (let at = start; at < end; ) {
    let level = lowest;
    let size: i64 = 1 << (baseShift + lowest * LEVEL_SHIFT);
    let above = size << LEVEL_SHIFT;
    while (level < top && (at & (above - 1)) == 0 && end - at >= above) {
      size = above;
      above <<= LEVEL_SHIFT;
      level++;
    }
    // Up to the end, or to where an entry of the level above may fit.
    let stop = at + ((end - at) & -size);
    const boundary = (at + above) & -above;
    if (level < top && boundary < stop) stop = boundary;
    const sizeShift = baseShift + level * LEVEL_SHIFT;
    shift = addEntries(record, shift, signal, level, at >> sizeShift, <usize>((stop - at) >> sizeShift));
    at = stop;
  }
  return shift;
}

/** `count` entries of a level from entry number `first` (counted since the ring began) on. */
function addEntries(record: usize, shift: f64, signal: usize, level: i64, first: i64, count: usize): f64 {
  const table = signal + STREAM_SIGNAL_LEVELS + ((<usize>level) << 3);
  const address = <usize>load<u32>(table);
  const capacity = <usize>load<u32>(table, 4);
  const place = <usize>(first % <i64>capacity);
  const part = min<usize>(count, capacity - place);
  shift = addEntryRun(record, shift, address + place * ENTRY_BYTES, part);
  return part < count ? addEntryRun(record, shift, address, count - part) : shift;
}

function addEntryRun(record: usize, shift: f64, address: usize, count: usize): f64 {
  const end = address + count * ENTRY_BYTES;
  if (load<f64>(record + STATS_COUNT) == 0) {
    while (address < end && load<u32>(address + ENTRY_COUNT) == 0) address += ENTRY_BYTES;
    if (address == end) return shift;
    shift = load<f64>(address + ENTRY_MEAN);
  }
  let n: i64 = 0;
  let sum: f64 = 0;
  let squares: f64 = 0;
  // Minimum in lane 0 of one, maximum in lane 1 of the other.
  let low = f32x4.splat(Infinity);
  let high = f32x4.splat(-Infinity);
  for (; address < end; address += ENTRY_BYTES) {
    const count = load<u32>(address + ENTRY_COUNT);
    const deviation = load<f64>(address + ENTRY_MEAN) - shift;
    const part = <f64>count * deviation;
    n += count;
    sum += part;
    squares += load<f64>(address + ENTRY_M2) + part * deviation;
    const extremes = v128.load64_splat(address + ENTRY_MIN);
    low = f32x4.pmin(low, extremes);
    high = f32x4.pmax(high, extremes);
  }
  addSums(record, <f64>n, sum, squares, f32x4.extract_lane(low, 0), f32x4.extract_lane(high, 1));
  return shift;
}

/**
 * Loads what a range that begins or ends at `sample` needs: its base block and, of the lower levels, the entries
 * around it up to the next entry above. Places far apart come from memory one by one when they are needed; touched beforehand,
 * many of them come at once. The result only keeps the loads alive.
 */
export function touch(ring: usize, signal: usize, sample: i64): u32 {
  const capacity = load<i64>(ring + STREAM_CAPACITY);
  const bits = load<u32>(signal + STREAM_SIGNAL_BITS);
  const levelCount = min<u32>(load<u32>(signal + STREAM_SIGNAL_LEVEL_COUNT), TOUCHED_LEVELS);
  let shift = <i64>load<u32>(signal + STREAM_SIGNAL_SHIFT);
  const place = (sample >> shift << shift) % capacity;
  let sum = touchLines(<usize>load<u32>(signal + STREAM_SIGNAL_RAW) + <usize>((place * bits) >> 3));
  let table = signal + STREAM_SIGNAL_LEVELS;
  for (let level: u32 = 0; level < levelCount; level++) {
    const count = <i64>load<u32>(table, 4);
    // A level that is smaller than a group is near enough, as are those above it.
    if (count < GROUP_ENTRIES) break;
    // Groups do not wrap at the end of the level, and behind it may be the end of the memory.
    const first = min<i64>((sample >> shift >> LEVEL_SHIFT << LEVEL_SHIFT) % count, count - GROUP_ENTRIES);
    sum += touchLines(<usize>load<u32>(table) + <usize>first * ENTRY_BYTES);
    shift += LEVEL_SHIFT;
    table += 8;
  }
  return sum;
}

/** One load from each of the eight cache lines of 512 bytes. */
function touchLines(address: usize): u32 {
  return (
    load<u32>(address) +
    load<u32>(address, 64) +
    load<u32>(address, 128) +
    load<u32>(address, 192) +
    load<u32>(address, 256) +
    load<u32>(address, 320) +
    load<u32>(address, 384) +
    load<u32>(address, 448)
  );
}

/** Writes the entries of all blocks that become complete when the signal grows from `from` to `to` samples. */
export function completeBlocks(record: usize, ring: usize, signal: usize, from: i64, to: i64): void {
  if (load<u32>(signal + STREAM_SIGNAL_LEVEL_COUNT) == 0) return;
  completeBase(record, ring, signal, from, to, false);
  completeAbove(record, signal, from, to, false);
}

/** The same where these samples are alike: so are all blocks but the first, and only one of them is reduced. */
export function completeAlikeBlocks(record: usize, ring: usize, signal: usize, from: i64, to: i64): void {
  if (load<u32>(signal + STREAM_SIGNAL_LEVEL_COUNT) == 0) return;
  completeBase(record, ring, signal, from, to, true);
  completeAbove(record, signal, from, to, true);
}

/** The same where all samples of the ring and all base entries are like these already. */
export function completeAlikeOverview(record: usize, signal: usize, from: i64, to: i64): void {
  completeAbove(record, signal, from, to, true);
}

@inline function completeBase(record: usize, ring: usize, signal: usize, from: i64, to: i64, areAlike: bool): void {
  const capacity = load<i64>(ring + STREAM_CAPACITY);
  const shift = <i64>load<u32>(signal + STREAM_SIGNAL_SHIFT);
  if (from >> shift == to >> shift) return;
  const count: usize = (<usize>1) << (<usize>shift);
  let place = <usize>(((from >> shift) << shift) % capacity);
  const missing = missingBits(ring);
  for (let block = from >> shift; block < to >> shift; block++) {
    if (!areAlike || block <= (from >> shift) + 1) {
      statsClear(record);
      closeRecord(record, addPart(record, 0, missing, signal, place, count));
    }
    storeEntry(record, signal, 0, block);
    place += count;
    if (place == <usize>capacity) place = 0;
  }
}

@inline function completeAbove(record: usize, signal: usize, from: i64, to: i64, areAlike: bool): void {
  const levelCount = <i64>load<u32>(signal + STREAM_SIGNAL_LEVEL_COUNT);
  let shift = <i64>load<u32>(signal + STREAM_SIGNAL_SHIFT);
  for (let level: i64 = 1; level < levelCount; level++) {
    shift += LEVEL_SHIFT;
    for (let block = from >> shift; block < to >> shift; block++) {
      if (!areAlike || block <= (from >> shift) + 1) {
        statsClear(record);
        closeRecord(record, addEntries(record, 0, signal, level - 1, block << LEVEL_SHIFT, 1 << LEVEL_SHIFT));
      }
      storeEntry(record, signal, level, block);
    }
  }
}

function storeEntry(record: usize, signal: usize, level: i64, block: i64): void {
  const table = signal + STREAM_SIGNAL_LEVELS + ((<usize>level) << 3);
  const entry = <usize>load<u32>(table) + <usize>(block % <i64>load<u32>(table, 4)) * ENTRY_BYTES;
  store<f64>(entry + ENTRY_MEAN, load<f64>(record + STATS_MEAN));
  store<f64>(entry + ENTRY_M2, load<f64>(record + STATS_M2));
  store<f32>(entry + ENTRY_MIN, <f32>load<f64>(record + STATS_MIN));
  store<f32>(entry + ENTRY_MAX, <f32>load<f64>(record + STATS_MAX));
  store<u32>(entry + ENTRY_COUNT, <u32>load<f64>(record + STATS_COUNT));
}
