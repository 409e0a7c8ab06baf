// The stream ring: the newest samples of several signals of one instrument. One writer, any number of readers
// on other instances; the writer never waits. It moves the start first, then overwrites, then moves the end, so a
// reader that finds the start still before its range after reading has read only valid data. Reductions of longer
// stretches live longer than the samples, as the overview, whose start moves in the same way.

import { atomic, dataStep } from "../atomics";
import {
  BASE_BLOCK_BYTES,
  STATS_COUNT,
  STATS_M2,
  STATS_MAX,
  STATS_MEAN,
  STATS_MIN,
  STREAM_BAD_PACKETS,
  STREAM_CAPACITY,
  STREAM_DEVICE_DROPS,
  STREAM_END,
  STREAM_FENCE,
  STREAM_GAPS,
  STREAM_GENERATION,
  STREAM_MISSING,
  STREAM_OVERVIEW_CAPACITY,
  STREAM_OVERVIEW_START,
  STREAM_RECEIVED,
  STREAM_SCRATCH_BINS,
  STREAM_SCRATCH_RECORD,
  STREAM_SIGNAL_BITS,
  STREAM_SIGNAL_BYTES,
  STREAM_SIGNAL_COUNT,
  STREAM_SIGNAL_RAW,
  STREAM_SIGNALS,
  STREAM_START,
} from "../layout";
import { statsClear } from "../stats/record";
import { copyBits, fillBits } from "./bits";
import { streamSetClock } from "./clock";
import { fence } from "./fence";
import { missingBits } from "./missing";
import {
  completeAlikeBlocks,
  completeAlikeOverview,
  completeBlocks,
  overviewBlock,
  reduceOverview,
  reduceRange,
  touch,
} from "./pyramid";

/** Samples that become visible at once, at most. */
const MAX_PART: usize = 1 << 20;
/** Bins whose edges are fetched together, and the distance of edges from which on that pays. */
const TOUCHED_BINS: usize = 32;
const TOUCHED_STEP: i64 = 1024;
/** What stands where a sample is missing: the quiet NaN, for four bits 8 (two in a byte), else 0, and a bit for all integers. */
const MISSING_F32: u32 = 0x7fc00000;
const MISSING_U4: u32 = 0x88;
const ALL_MISSING: u32 = 0xff;
/** Samples of the longest base block, that of single bits. */
const LONGEST_BLOCK: i64 = <i64>BASE_BLOCK_BYTES * 8;
/** Tries of a query that the writer overruns before it gives up. */
const TRIES = 16;

/** Oldest sample that can be read. Any thread. */
export function streamStart(ring: usize): f64 {
  return <f64>atomic.load<i64>(ring + STREAM_START);
}

/** Oldest sample from which on a summary tells something: at most `streamStart`. Any thread. */
export function streamOverviewStart(ring: usize): f64 {
  return <f64>atomic.load<i64>(ring + STREAM_OVERVIEW_START);
}

/** One past the newest sample. Any thread. */
export function streamEnd(ring: usize): f64 {
  return <f64>atomic.load<i64>(ring + STREAM_END);
}

/**
 * Appends `count` samples to every signal. Writer only. `sources` is a table of STREAM_SOURCES_BYTES; sub-byte samples are
 * packed from bit 0 on, and a source of 0 stands for samples that are all 0. `record` is an accumulator record of the
 * writer's own.
 */
export function streamAppend(ring: usize, sources: usize, count: usize, record: usize): void {
  const capacity = <usize>load<i64>(ring + STREAM_CAPACITY);
  for (let done: usize = 0; done < count; ) {
    const n = min<usize>(count - done, min<usize>(capacity >> 1, MAX_PART));
    appendPart(ring, sources, done, n, record);
    done += n;
  }
}

function appendPart(ring: usize, sources: usize, skip: usize, count: usize, record: usize): void {
  const capacity = load<i64>(ring + STREAM_CAPACITY);
  const from = load<i64>(ring + STREAM_END);
  const to = from + <i64>count;
  makeRoom(ring, to, record);
  dataStep();
  const place = <usize>(from % capacity);
  const first = min<usize>(count, <usize>capacity - place);
  const signalCount = load<u32>(ring + STREAM_SIGNAL_COUNT);
  const missing = missingBits(ring);
  if (missing) {
    const source = <usize>load<u32>(sources + ((<usize>signalCount) << 2));
    copySamples(missing, place, source, skip, first, 1);
    if (first < count) copySamples(missing, 0, source, skip + first, count - first, 1);
  }
  let signal = ring + STREAM_SIGNALS;
  for (let i: u32 = 0; i < signalCount; i++) {
    const raw = <usize>load<u32>(signal + STREAM_SIGNAL_RAW);
    const bits = <usize>load<u32>(signal + STREAM_SIGNAL_BITS);
    const source = <usize>load<u32>(sources + ((<usize>i) << 2));
    copySamples(raw, place, source, skip, first, bits);
    if (first < count) copySamples(raw, 0, source, skip + first, count - first, bits);
    completeBlocks(record, ring, signal, from, to);
    signal += STREAM_SIGNAL_BYTES;
  }
  atomic.store<i64>(ring + STREAM_END, to);
}

/** `count` samples from number `skip` after `source` on to place `place` after `raw`; 0 without a source. */
function copySamples(raw: usize, place: usize, source: usize, skip: usize, count: usize, bits: usize): void {
  const to = raw + byteOf(place, bits);
  if (source) copyBits(to, bitOf(place, bits), source + byteOf(skip, bits), bitOf(skip, bits), count * bits);
  else fillBits(to, bitOf(place, bits), 0, count * bits);
}

/** Takes from the readers what samples up to `to` overwrite, before they do. The starts never go back. */
function makeRoom(ring: usize, to: i64, record: usize): void {
  const start = to - load<i64>(ring + STREAM_CAPACITY);
  if (start <= load<i64>(ring + STREAM_START)) return;
  const overview = to - load<i64>(ring + STREAM_OVERVIEW_CAPACITY);
  if (overview > load<i64>(ring + STREAM_OVERVIEW_START)) atomic.store<i64>(ring + STREAM_OVERVIEW_START, overview);
  atomic.store<i64>(ring + STREAM_START, start);
  fence(record);
}

/**
 * Appends `count` missing samples to every signal. Writer only. An empty ring, and one whose overview would hold nothing
 * else, passes them over instead: it is empty then and goes on `count` samples later.
 */
export function streamMissing(ring: usize, count: f64, record: usize): void {
  const capacity = load<i64>(ring + STREAM_CAPACITY);
  const begin = load<i64>(ring + STREAM_END);
  const to = begin + <i64>count;
  if (to - begin >= load<i64>(ring + STREAM_OVERVIEW_CAPACITY) || load<i64>(ring + STREAM_START) == begin) {
    atomic.store<i64>(ring + STREAM_OVERVIEW_START, to);
    atomic.store<i64>(ring + STREAM_START, to);
    atomic.store<i64>(ring + STREAM_END, to);
    fence(record);
    return;
  }
  for (let from = begin; from < to; ) {
    const end = min<i64>(to, from + min<i64>(capacity >> 1, MAX_PART));
    // From where every sample and base entry says missing, only the overview changes.
    if (from - begin >= capacity + LONGEST_BLOCK) passPart(ring, from, end, record);
    else fillPart(ring, from, end, record);
    from = end;
  }
}

function passPart(ring: usize, from: i64, to: i64, record: usize): void {
  makeRoom(ring, to, record);
  dataStep();
  const signalCount = load<u32>(ring + STREAM_SIGNAL_COUNT);
  for (let i: u32 = 0; i < signalCount; i++) completeAlikeOverview(record, signalAt(ring, i), from, to);
  atomic.store<i64>(ring + STREAM_END, to);
}

function fillPart(ring: usize, from: i64, to: i64, record: usize): void {
  const capacity = load<i64>(ring + STREAM_CAPACITY);
  makeRoom(ring, to, record);
  dataStep();
  const place = <usize>(from % capacity);
  const count = <usize>(to - from);
  const first = min<usize>(count, <usize>capacity - place);
  const signalCount = load<u32>(ring + STREAM_SIGNAL_COUNT);
  const missing = missingBits(ring);
  if (missing) {
    fillBits(missing, place, ALL_MISSING, first);
    if (first < count) fillBits(missing, 0, ALL_MISSING, count - first);
  }
  let signal = ring + STREAM_SIGNALS;
  for (let i: u32 = 0; i < signalCount; i++) {
    fillSamples(signal, place, first);
    if (first < count) fillSamples(signal, 0, count - first);
    completeAlikeBlocks(record, ring, signal, from, to);
    signal += STREAM_SIGNAL_BYTES;
  }
  atomic.store<i64>(ring + STREAM_END, to);
}

function fillSamples(signal: usize, place: usize, count: usize): void {
  const raw = <usize>load<u32>(signal + STREAM_SIGNAL_RAW);
  const bits = <usize>load<u32>(signal + STREAM_SIGNAL_BITS);
  if (bits == 32) {
    const end = raw + ((place + count) << 2);
    let at = raw + (place << 2);
    for (; at + 16 <= end; at += 16) v128.store(at, i32x4.splat(MISSING_F32));
    for (; at < end; at += 4) store<u32>(at, MISSING_F32);
  } else {
    fillBits(raw + byteOf(place, bits), bitOf(place, bits), bits == 4 ? MISSING_U4 : 0, count * bits);
  }
}

/**
 * Empties the ring, its counters and its clock. Writer only. The generation is odd meanwhile, also for ever should the
 * writer die in here: until the next reset nothing in the ring is intact.
 */
export function streamReset(ring: usize): void {
  atomic.or<u32>(ring + STREAM_GENERATION, 1);
  atomic.store<i64>(ring + STREAM_END, 0);
  atomic.store<i64>(ring + STREAM_START, 0);
  atomic.store<i64>(ring + STREAM_OVERVIEW_START, 0);
  atomic.store<i64>(ring + STREAM_RECEIVED, 0);
  atomic.store<i64>(ring + STREAM_MISSING, 0);
  atomic.store<i64>(ring + STREAM_GAPS, 0);
  atomic.store<i64>(ring + STREAM_BAD_PACKETS, 0);
  atomic.store<i64>(ring + STREAM_DEVICE_DROPS, 0);
  streamSetClock(ring, 0, 0, 0);
  atomic.add<u32>(ring + STREAM_GENERATION, 1);
}

function byteOf(sample: usize, bits: usize): usize {
  return bits >= 8 ? sample * (bits >> 3) : (sample * bits) >> 3;
}

function bitOf(sample: usize, bits: usize): usize {
  return (sample * bits) & 7;
}

/**
 * Whether everything from sample `start` on has stayed in the ring since `generation` was taken and until this call.
 * Any thread. Nothing is while the ring is being emptied.
 */
export function streamIsIntact(ring: usize, generation: u32, start: f64): bool {
  atomic.add<u32>(ring + STREAM_FENCE, 0);
  return isIntact(ring, generation, <i64>start);
}

/**
 * Figures over [start, end) into `record`. Any thread with a record of its own. 1 if all of the range was in the
 * ring from before to after, else 0 and the record is worthless.
 */
export function streamStatistics(ring: usize, signalIndex: usize, start: f64, end: f64, record: usize): i32 {
  const a = <i64>start;
  const b = <i64>end;
  const generation = atomic.load<u32>(ring + STREAM_GENERATION);
  statsClear(record);
  if (a < atomic.load<i64>(ring + STREAM_START) || b > atomic.load<i64>(ring + STREAM_END)) return 0;
  dataStep();
  reduceRange(record, ring, signalAt(ring, signalIndex), a, b);
  fence(record);
  return i32(isIntact(ring, generation, a));
}

/**
 * Mean, std (n − 1), min and max of `count` ≤ STREAM_SCRATCH_BINS bins of `increment` samples from `start` on, as four
 * columns of f64 in the caller's `scratch`. Any thread. A bin covers those of its samples that are in the ring while
 * it is read; a bin without any is NaN. Of the part of a bin before those the overview tells: each of its entries counts
 * whole in the bin in which it begins, and a bin in which none begins has the figures of the one that it lies in.
 */
export function streamSummary(
  ring: usize,
  signalIndex: usize,
  start: f64,
  increment: f64,
  count: usize,
  scratch: usize,
): void {
  const signal = signalAt(ring, signalIndex);
  const record = scratch + STREAM_SCRATCH_RECORD;
  const step = <i64>increment;
  let a = <i64>start;
  for (let i: usize = 0; i < count; i++) {
    if (i % TOUCHED_BINS == 0 && step >= TOUCHED_STEP) touchBins(record, ring, signal, a, step);
    const b = a + step;
    addLive(record, ring, signal, a, b);
    const n = load<f64>(record + STATS_COUNT);
    let out = scratch + (i << 3);
    store<f64>(out, n > 0 ? load<f64>(record + STATS_MEAN) : NaN);
    out += STREAM_SCRATCH_BINS << 3;
    store<f64>(out, n > 1 ? Math.sqrt(load<f64>(record + STATS_M2) / (n - 1)) : n > 0 ? 0 : NaN);
    out += STREAM_SCRATCH_BINS << 3;
    store<f64>(out, n > 0 ? load<f64>(record + STATS_MIN) : NaN);
    out += STREAM_SCRATCH_BINS << 3;
    store<f64>(out, n > 0 ? load<f64>(record + STATS_MAX) : NaN);
    a = b;
  }
}

/** Brings the edges of the next bins into the cache. */
function touchBins(record: usize, ring: usize, signal: usize, start: i64, step: i64): void {
  const oldest = atomic.load<i64>(ring + STREAM_START);
  const newest = atomic.load<i64>(ring + STREAM_END);
  let sum: u32 = 0;
  for (let i: usize = 0; i <= TOUCHED_BINS; i++) {
    if (start >= oldest && start < newest) sum += touch(ring, signal, start);
    start += step;
  }
  store<u32>(record + STATS_COUNT, sum);
}

/** Figures over that part of [start, end) that is in the ring or in its overview. */
function addLive(record: usize, ring: usize, signal: usize, start: i64, end: i64): void {
  for (let i = 0; i < TRIES; i++) {
    statsClear(record);
    const generation = atomic.load<u32>(ring + STREAM_GENERATION);
    if (generation & 1) return;
    const oldest = atomic.load<i64>(ring + STREAM_START);
    if (start < oldest && overviewBlock(signal) != 0) {
      if (addGone(record, ring, signal, generation, oldest, start, end)) return;
      continue;
    }
    const a = max<i64>(start, oldest);
    const b = min<i64>(end, atomic.load<i64>(ring + STREAM_END));
    if (a >= b) return;
    dataStep();
    reduceRange(record, ring, signal, a, b);
    fence(record);
    if (isIntact(ring, generation, a)) return;
  }
  statsClear(record);
}

/** The same where samples before `oldest` are gone, which is after `start`. False when the writer has overrun it. */
function addGone(
  record: usize,
  ring: usize,
  signal: usize,
  generation: u32,
  oldest: i64,
  start: i64,
  end: i64,
): bool {
  const overview = atomic.load<i64>(ring + STREAM_OVERVIEW_START);
  const newest = atomic.load<i64>(ring + STREAM_END);
  const a = max<i64>(start, overview);
  const b = min<i64>(end, newest);
  if (a >= b) return true;
  // Entries from `first` to `last`, and samples from `from` on.
  const block = overviewBlock(signal);
  let first = (a + block - 1) & -block;
  let last = min<i64>(b + block - 1, oldest + block - 1) & -block;
  let from = min<i64>(last, b);
  if (first >= last && b > oldest) {
    from = max<i64>(a, oldest);
    first = from;
    last = from;
  } else if (first >= last) {
    first = a & -block;
    last = first + block;
  }
  if (first < overview || (first < last && last > newest)) return true;
  dataStep();
  reduceOverview(record, ring, signal, first, last, from, b);
  fence(record);
  return isIntact(ring, generation, from < b ? from : i64.MAX_VALUE) && isTold(ring, first);
}

/** Whether all entries that begin at `sample` or later are still what they were. */
function isTold(ring: usize, sample: i64): bool {
  return sample >= atomic.load<i64>(ring + STREAM_OVERVIEW_START);
}

function isIntact(ring: usize, generation: u32, start: i64): bool {
  return (
    (generation & 1) == 0 &&
    start >= atomic.load<i64>(ring + STREAM_START) &&
    generation == atomic.load<u32>(ring + STREAM_GENERATION)
  );
}

function signalAt(ring: usize, index: usize): usize {
  return ring + STREAM_SIGNALS + index * STREAM_SIGNAL_BYTES;
}
