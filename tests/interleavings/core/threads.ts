// What the threads of the interleaving tests do, compiled together with the core's own sources: all that such a thread
// knows then lies on its unwound stack, and its state can be kept, compared and gone back to. Notes are plain words
// that only the test reads; an event is a number, written twice into its slot so that a torn one shows.

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
import { streamAppend, streamReset, streamStatistics } from "../../../assembly/stream/ring";
import { atomic } from "../../../assembly/atomics";
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
} from "../../../assembly/layout";
export * from "../../../assembly/index";

@external("scheduler", "fail") declare function fail(what: i32): void;

/** Reasons to fail, named in tests/interleavings/event-ring.ts. */
const TORN: i32 = 0;
const OUT_OF_ORDER: i32 = 1;

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

/** Reasons to fail, named in tests/interleavings/stream-ring.ts. */
const MIXED: i32 = 0;

/** Appends samples one by one, the generation in tens and the position in ones, with a reset after every `count`. */
export function appendSamples(ring: usize, _notes: usize, work: usize, count: u32, generations: u32): void {
  const record = work + 16;
  for (let generation: u32 = 1; generation <= generations; generation++) {
    if (generation > 1) streamReset(ring);
    for (let n: u32 = 0; n < count; n++) {
      store<u8>(work + 8, <u8>(generation * 10 + n));
      streamAppend(ring, work, 1, record);
    }
  }
}

/** Statistics of [start, end): what is said to be whole must be samples of one generation, in their places. */
export function reduceSamples(ring: usize, _notes: usize, work: usize, start: u32, end: u32, times: u32): void {
  for (let n: u32 = 0; n < times; n++) {
    if (!streamStatistics(ring, 0, start, end, work)) continue;
    const generation = <u32>Math.floor(load<f64>(work + STATS_MIN) / 10);
    if (load<f64>(work + STATS_MIN) != <f64>(generation * 10 + start)) fail(MIXED);
    if (load<f64>(work + STATS_MAX) != <f64>(generation * 10 + end - 1)) fail(MIXED);
  }
}
