// The pyramid of one signal: entries (mean, M2, min, max, count) over base blocks of 512 raw bytes, then over
// 16 entries per level. An entry is written once, when its block is complete, and never changes until the ring
// comes round. Level n holds ceil(capacity / block) entries, so an entry lives as long as its samples.

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
  STREAM_SIGNAL_BITS,
  STREAM_SIGNAL_LEVEL_COUNT,
  STREAM_SIGNAL_LEVELS,
  STREAM_SIGNAL_RAW,
  STREAM_SIGNAL_SHIFT,
} from "../layout";
import { statsF32 } from "../stats/float";
import { statsU1, statsU4, statsU8 } from "../stats/integer";
import { mergeShifted, shiftOf, statsClear } from "../stats/record";

/** Adds samples [start, end), which must be in the ring, to the record, sample by sample. */
export function addRaw(record: usize, ring: usize, signal: usize, start: i64, end: i64): void {
  const capacity = load<i64>(ring + STREAM_CAPACITY);
  const place = <usize>(start % capacity);
  const count = <usize>(end - start);
  const first = min<usize>(count, <usize>capacity - place);
  addPart(record, signal, place, first);
  if (first < count) addPart(record, signal, 0, count - first);
}

function addPart(record: usize, signal: usize, place: usize, count: usize): void {
  const raw = <usize>load<u32>(signal + STREAM_SIGNAL_RAW);
  const bits = load<u32>(signal + STREAM_SIGNAL_BITS);
  if (bits == 32) statsF32(record, raw + (place << 2), count);
  else if (bits == 1) statsU1(record, raw, place, count);
  else if (bits == 4) statsU4(record, raw, place, count);
  else statsU8(record, raw + place, count);
}

/** Adds samples [start, end) to the record, from the coarsest entries that fit and raw samples at the edges. */
export function addRange(record: usize, ring: usize, signal: usize, start: i64, end: i64): void {
  const shift = <i64>load<u32>(signal + STREAM_SIGNAL_SHIFT);
  const levelCount = <i64>load<u32>(signal + STREAM_SIGNAL_LEVEL_COUNT);
  const block: i64 = 1 << shift;
  let at = start;
  if (levelCount == 0 || end - start < block) {
    addRaw(record, ring, signal, start, end);
    return;
  }
  const head = min<i64>((start + block - 1) & -block, end);
  if (at < head) addRaw(record, ring, signal, at, head);
  at = head;
  while (end - at >= block) {
    let level: i64 = 0;
    let size = block;
    while (level + 1 < levelCount) {
      const next = size << LEVEL_SHIFT;
      if ((at & (next - 1)) != 0 || end - at < next) break;
      size = next;
      level++;
    }
    // Up to where entries of the next level would fit, or as many as fit before the end.
    let stop = at + ((end - at) & -size);
    if (level + 1 < levelCount) {
      const above = size << LEVEL_SHIFT;
      const boundary = (at + above - 1) & -above;
      if (boundary > at && boundary < stop) stop = boundary;
    }
    addEntries(
      record,
      signal,
      level,
      at >> (shift + level * LEVEL_SHIFT),
      <usize>((stop - at) >> (shift + level * LEVEL_SHIFT)),
    );
    at = stop;
  }
  if (at < end) addRaw(record, ring, signal, at, end);
}

/** Adds `count` entries of a level from entry number `first` (counted since the ring began) on. */
function addEntries(record: usize, signal: usize, level: i64, first: i64, count: usize): void {
  const table = signal + STREAM_SIGNAL_LEVELS + ((<usize>level) << 3);
  const address = <usize>load<u32>(table);
  const capacity = <usize>load<u32>(table, 4);
  const place = <usize>(first % <i64>capacity);
  const part = min<usize>(count, capacity - place);
  addEntryRun(record, address + place * ENTRY_BYTES, part);
  if (part < count) addEntryRun(record, address, count - part);
}

function addEntryRun(record: usize, address: usize, count: usize): void {
  const end = address + count * ENTRY_BYTES;
  while (address < end && load<u32>(address + ENTRY_COUNT) == 0) address += ENTRY_BYTES;
  if (address == end) return;
  const shift = shiftOf(record, load<f64>(address + ENTRY_MEAN));
  let n: f64 = 0;
  let sum: f64 = 0;
  let squares: f64 = 0;
  let low: f32 = Infinity;
  let high: f32 = -Infinity;
  for (; address < end; address += ENTRY_BYTES) {
    const count = <f64>load<u32>(address + ENTRY_COUNT);
    const deviation = load<f64>(address + ENTRY_MEAN) - shift;
    const part = count * deviation;
    n += count;
    sum += part;
    squares += load<f64>(address + ENTRY_M2) + part * deviation;
    const a = load<f32>(address + ENTRY_MIN);
    const b = load<f32>(address + ENTRY_MAX);
    low = a < low ? a : low;
    high = b > high ? b : high;
  }
  mergeShifted(record, shift, n, sum, squares, low, high);
}

/** Writes the entries of all blocks that become complete when the signal grows from `from` to `to` samples. */
export function completeBlocks(record: usize, ring: usize, signal: usize, from: i64, to: i64): void {
  const levelCount = <i64>load<u32>(signal + STREAM_SIGNAL_LEVEL_COUNT);
  if (levelCount == 0) return;
  const capacity = load<i64>(ring + STREAM_CAPACITY);
  let shift = <i64>load<u32>(signal + STREAM_SIGNAL_SHIFT);
  const count: usize = (<usize>1) << (<usize>shift);
  let place = <usize>(((from >> shift) << shift) % capacity);
  for (let block = from >> shift; block < to >> shift; block++) {
    statsClear(record);
    addPart(record, signal, place, count);
    storeEntry(record, signal, 0, block);
    place += count;
    if (place == <usize>capacity) place = 0;
  }
  for (let level: i64 = 1; level < levelCount; level++) {
    shift += LEVEL_SHIFT;
    for (let block = from >> shift; block < to >> shift; block++) {
      statsClear(record);
      addEntries(record, signal, level - 1, block << LEVEL_SHIFT, 1 << LEVEL_SHIFT);
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
