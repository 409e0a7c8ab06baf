// What the threads of the interleaving tests do, compiled together with the core's own sources: all that such a thread
// knows then lies on its unwound stack, and its state can be kept, compared and gone back to. Notes are plain words
// that only the test reads; an event is a number, written twice into its slot so that a torn one shows.

import { atomic, dataStep } from "../../../assembly/atomics";
import {
  RING_OBSERVER_SNAPSHOT,
  RING_OBSERVER_STRIDE,
  RING_OBSERVERS_OFFSET,
  RING_SLOT_COUNT,
  RING_SLOT_METADATA,
  RING_SLOT_STRIDE,
  RING_SLOTS_OFFSET,
  RING_WRITER_COUNT,
  STATS_MAX,
  STATS_MIN,
  STREAM_CAPACITY,
  STREAM_CLOCK_RATE,
  STREAM_CLOCK_SAMPLE,
  STREAM_CLOCK_UTC,
  STREAM_GENERATION,
  STREAM_SCRATCH_BINS,
  STREAM_SIGNAL_RAW,
  STREAM_SIGNALS,
} from "../../../assembly/layout";
import { ringObserve } from "../../../assembly/ring/observe";
import {
  ringClaim,
  ringCloseWriter,
  ringCommit,
  ringControl,
  ringRead,
  ringRecover,
  ringRelease,
} from "../../../assembly/ring/ring";
import { streamClock, streamSetClock } from "../../../assembly/stream/clock";
import {
  streamAppend,
  streamEnd,
  streamIsIntact,
  streamReset,
  streamStart,
  streamStatistics,
  streamSummary,
} from "../../../assembly/stream/ring";

export * from "../../../assembly/index";
export * from "./state";

@external("scheduler", "fail") declare function fail(what: i32): void;

/** Reasons to fail; FAILURES in tests/interleavings/machine.ts says them in words. */
const TORN: i32 = 0;
const OUT_OF_ORDER: i32 = 1;
const MIXED: i32 = 2;
const TORN_CLOCK: i32 = 3;
/** Notes of a thread: u32 each. Of the ring: how often each event was read, from NOTES_TALLY on. */
const NOTE_BEGUN: usize = 0;
const NOTE_FINISHED: usize = 4;
const NOTE_OUTCOME: usize = 8;
const NOTE_LAST: usize = 12;
/** Events of a writer are numbered from writer * EVENTS_PER_WRITER + 1 on. */
const EVENTS_PER_WRITER: u32 = 4;

function slotOf(ring: usize, token: i32): usize {
  return ring + load<u32>(ring + RING_SLOTS_OFFSET) + <usize>token * load<u32>(ring + RING_SLOT_STRIDE);
}

function eventOf(slot: usize): u32 {
  const event = atomic.load<u32>(slot + RING_SLOT_METADATA);
  if (atomic.load<u32>(slot + RING_SLOT_METADATA + 4) != ~event) fail(TORN);
  return event;
}

function checkOrder(last: usize, event: u32): void {
  const writer = <usize>((event - 1) / EVENTS_PER_WRITER);
  if (load<u8>(last + writer) >= event) fail(OUT_OF_ORDER);
  store<u8>(last + writer, event);
}

/** Commits `count` events and closes. Ends early when the ring is closing or stopped. */
export function writeEvents(ring: usize, notes: usize, writer: u32, count: u32): void {
  for (let n: u32 = 0; n < count; n++) {
    const token = ringClaim(ring, writer + 1, 0);
    if (token < 0) {
      store<i32>(notes + NOTE_OUTCOME, token);
      break;
    }
    if (<u32>token != load<u32>(ring + RING_SLOT_COUNT)) {
      const slot = slotOf(ring, token);
      const event = writer * EVENTS_PER_WRITER + n + 1;
      atomic.store<u32>(slot + RING_SLOT_METADATA, event);
      atomic.store<u32>(slot + RING_SLOT_METADATA + 4, ~event);
    }
    store<u32>(notes + NOTE_BEGUN, load<u32>(notes + NOTE_BEGUN) | (1 << n));
    if (ringCommit(ring, writer, token, 0)) {
      store<u32>(notes + NOTE_FINISHED, load<u32>(notes + NOTE_FINISHED) | (1 << n));
    }
  }
  ringCloseWriter(ring, writer);
}

/** Reads until the end or a stop. */
export function readEvents(ring: usize, notes: usize, reader: u32, tally: usize): void {
  const owner = load<u32>(ring + RING_WRITER_COUNT) + reader + 1;
  while (true) {
    const token = ringRead(ring, owner, 0);
    if (token < 0) {
      store<i32>(notes + NOTE_OUTCOME, token);
      return;
    }
    const event = eventOf(slotOf(ring, token));
    checkOrder(notes + NOTE_LAST, event);
    store<u8>(tally + event, load<u8>(tally + event) + 1);
    store<u32>(notes + NOTE_BEGUN, token + 1);
    ringRelease(ring, owner, token);
    store<u32>(notes + NOTE_BEGUN, 0);
  }
}

/** Looks at events until the end or a stop. */
export function observeEvents(ring: usize, notes: usize, observer: u32): void {
  const line = <usize>load<u32>(ring + RING_OBSERVERS_OFFSET) + <usize>observer * load<u32>(ring + RING_OBSERVER_STRIDE);
  while (true) {
    const result = ringObserve(ring, observer);
    if (result < 0) {
      store<i32>(notes + NOTE_OUTCOME, result);
      return;
    }
    checkOrder(notes + NOTE_LAST, eventOf(ring + line + RING_OBSERVER_SNAPSHOT));
  }
}

/** What the host does for a dead writer (`writer` ≥ 0) or reader. */
export function recoverThread(ring: usize, _notes: usize, owner: u32, writer: i32): void {
  ringRecover(ring, owner);
  if (writer >= 0) ringCloseWriter(ring, writer);
}

/** What the operator does: sets bits of the control word, then clears some. */
export function controlRing(ring: usize, _notes: usize, set: u32, clear: u32): void {
  ringControl(ring, set, 0);
  if (clear) ringControl(ring, 0, clear);
}

/**
 * Appends samples one by one, each ten times its generation plus its position, and after every `count` of them empties
 * the ring. Publishes a clock, three times the same number, before each sample.
 */
export function appendSamples(ring: usize, _notes: usize, work: usize, count: u32, generations: u32): void {
  const record = work + 16;
  for (let generation: u32 = 1; generation <= generations; generation++) {
    if (generation > 1) streamReset(ring);
    for (let n: u32 = 0; n < count; n++) {
      const sample = generation * 10 + n;
      streamSetClock(ring, sample, sample, sample);
      store<u8>(work + 8, <u8>sample);
      streamAppend(ring, work, 1, record);
    }
  }
}

/** Samples that were said to be whole must be of one generation, in their places. */
function checkSamples(first: f64, last: f64, start: u32, end: u32): void {
  const tens = first - <f64>start;
  if (tens % 10 != 0 || last != tens + <f64>end - 1) fail(MIXED);
}

/** Statistics of [start, end). */
export function reduceSamples(ring: usize, _notes: usize, work: usize, start: u32, end: u32): void {
  if (!streamStatistics(ring, 0, start, end, work)) return;
  checkSamples(load<f64>(work + STATS_MIN), load<f64>(work + STATS_MAX), start, end);
}

/** One bin of a summary over [start, end): what it says it covers must be of one generation. */
export function summariseSamples(ring: usize, _notes: usize, scratch: usize, start: u32, end: u32): void {
  streamSummary(ring, 0, start, end - start, 1, scratch);
  const low = load<f64>(scratch + 2 * STREAM_SCRATCH_BINS * 8);
  const high = load<f64>(scratch + 3 * STREAM_SCRATCH_BINS * 8);
  if (low == low && Math.floor(low / 10) != Math.floor(high / 10)) fail(MIXED);
}

/**
 * One bin of a summary, the sample `start` alone: itself while it is there, then what is kept of the stretch of 16 that it
 * lies in, then nothing.
 */
export function summariseStretch(ring: usize, _notes: usize, scratch: usize, start: u32, _end: u32): void {
  streamSummary(ring, 0, start, 1, 1, scratch);
  const mean = load<f64>(scratch);
  const low = load<f64>(scratch + 2 * STREAM_SCRATCH_BINS * 8);
  const high = load<f64>(scratch + 3 * STREAM_SCRATCH_BINS * 8);
  if (mean != mean) return;
  const isSample = low == high;
  const first = isSample ? <f64>start : <f64>(start & -16);
  const last = isSample ? first : first + 15;
  const tens = low - first;
  if (tens % 10 != 0 || high != tens + last || mean != (low + high) / 2) fail(MIXED);
}

/** Samples [start, end) where they lie, as src/core/stream-ring.ts reads them. */
export function readInPlace(ring: usize, _notes: usize, _work: usize, start: u32, end: u32): void {
  const generation = atomic.load<u32>(ring + STREAM_GENERATION);
  if (streamStart(ring) > <f64>start || streamEnd(ring) < <f64>end) return;
  dataStep();
  const raw = <usize>load<u32>(ring + STREAM_SIGNALS + STREAM_SIGNAL_RAW);
  const capacity = <u32>load<i64>(ring + STREAM_CAPACITY);
  const first = load<u8>(raw + <usize>(start % capacity));
  const last = load<u8>(raw + <usize>((end - 1) % capacity));
  if (streamIsIntact(ring, generation, start)) checkSamples(first, last, start, end);
}

/** The clock, `times` times. */
export function readClock(ring: usize, _notes: usize, work: usize, times: u32): void {
  for (let n: u32 = 0; n < times; n++) {
    streamClock(ring, work);
    const sample = load<i64>(work + STREAM_CLOCK_SAMPLE);
    if (load<i64>(work + STREAM_CLOCK_UTC) != sample || load<f64>(work + STREAM_CLOCK_RATE) != <f64>sample) {
      fail(TORN_CLOCK);
    }
  }
}
