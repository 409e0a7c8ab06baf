// The event ring: fixed-size slots handed round by tokens. A writer claims an empty slot, fills it, commits it; one
// reader takes it, reads it, releases it. Nothing is overwritten: a full ring holds its writers back. Every
// committed event reaches exactly one reader, in commit order, and readers see the end only when the last
// registered writer is done and everything committed has been taken.
//
// All state lies at the ring's address (assembly/layout.ts says who writes which word). Any thread may call
// anything; a writer index belongs to one thread at a time. Functions without `Try` sleep: not on a page's main
// thread.

import { atomic, unbroken } from "../atomics";
import {
  CACHE_PAD,
  RING_ABANDONED_COUNT,
  RING_CELL_MASK,
  RING_CLOSING,
  RING_CONTROL,
  RING_DATA_BYTES,
  RING_EMPTY,
  RING_EMPTY_CELLS_OFFSET,
  RING_ENDED,
  RING_FILLED,
  RING_FILLED_CELLS_OFFSET,
  RING_HEADER_BYTES,
  RING_KILLED,
  RING_METADATA_BYTES,
  RING_OBSERVER_COUNT,
  RING_OBSERVER_SNAPSHOT,
  RING_OBSERVER_STRIDE,
  RING_OBSERVERS_OFFSET,
  RING_OBSERVERS_WANTING,
  RING_PAUSED,
  RING_QUEUE_HEAD,
  RING_SLOT_COUNT,
  RING_SLOT_METADATA,
  RING_SLOT_OWNER,
  RING_SLOT_STRIDE,
  RING_SLOTS_OFFSET,
  RING_STOPPED,
  RING_WOULD_BLOCK,
  RING_WRITER_BYTES,
  RING_WRITER_COUNT,
  RING_WRITER_DEADTIME,
  RING_WRITER_EVENTS,
  RING_WRITER_PAUSED,
  RING_WRITER_STATE,
  RING_WRITERS_LEFT,
  RING_WRITERS_OFFSET,
} from "../layout";
import { observersDismiss, observersFeed, observersRecover } from "./observe";
import { queueInit, queueLength, queuePop, queuePush } from "./queue";
import { LONGEST_REST_MS, rest, restInVain, restUnits, sleep, sleepPrepare, spinBegin, spinEnd, VAIN_REST_MS, wake, wakeAll } from "./signal";

/** RING_WRITER_STATE of a writer that is not done yet. */
@inline const WRITER_OPEN: u32 = 1;

@inline function alignUp(value: u64, unit: u64): u64 {
  return (value + unit - 1) & ~(unit - 1);
}

function slotStride(metadataBytes: u32, dataBytes: u32): u64 {
  return alignUp(RING_SLOT_METADATA + alignUp(metadataBytes, 8) + dataBytes, 8);
}

function cellCount(slotCount: u32): u64 {
  return slotCount < 2 ? 2 : (<u64>1) << (32 - clz<u32>(slotCount - 1));
}

function observerStride(stride: u64): u64 {
  return alignUp(RING_OBSERVER_SNAPSHOT + stride, CACHE_PAD);
}

/** Bytes that a ring of this shape takes; more than 2^32 means that it does not fit into any memory. */
export function ringBytes(slotCount: u32, metadataBytes: u32, dataBytes: u32, writers: u32, observers: u32): f64 {
  const stride = slotStride(metadataBytes, dataBytes);
  const lines = <u64>writers * RING_WRITER_BYTES + <u64>observers * observerStride(stride);
  const cells = alignUp(cellCount(slotCount) * 8, CACHE_PAD) * 2;
  return <f64>RING_HEADER_BYTES + <f64>lines + <f64>cells + (<f64>slotCount + 1) * <f64>stride;
}

/** Lays a ring out in zeroed memory at `ring` (aligned to CACHE_PAD) with all slots empty and all writers open. */
export function ringInit(
  ring: usize,
  slotCount: u32,
  metadataBytes: u32,
  dataBytes: u32,
  writers: u32,
  observers: u32,
): void {
  const stride = <u32>slotStride(metadataBytes, dataBytes);
  const snapshotStride = <u32>observerStride(stride);
  const cells = <u32>cellCount(slotCount);
  const cellsBytes = <u32>alignUp(cells * 8, CACHE_PAD);
  const writersOffset = <u32>RING_HEADER_BYTES;
  const observersOffset = writersOffset + writers * <u32>RING_WRITER_BYTES;
  const emptyOffset = observersOffset + observers * snapshotStride;
  store<u32>(ring + RING_SLOT_COUNT, slotCount);
  store<u32>(ring + RING_METADATA_BYTES, metadataBytes);
  store<u32>(ring + RING_DATA_BYTES, dataBytes);
  store<u32>(ring + RING_SLOT_STRIDE, stride);
  store<u32>(ring + RING_CELL_MASK, cells - 1);
  store<u32>(ring + RING_WRITER_COUNT, writers);
  store<u32>(ring + RING_OBSERVER_COUNT, observers);
  store<u32>(ring + RING_OBSERVER_STRIDE, snapshotStride);
  store<u32>(ring + RING_WRITERS_OFFSET, writersOffset);
  store<u32>(ring + RING_OBSERVERS_OFFSET, observersOffset);
  store<u32>(ring + RING_EMPTY_CELLS_OFFSET, emptyOffset);
  store<u32>(ring + RING_FILLED_CELLS_OFFSET, emptyOffset + cellsBytes);
  store<u32>(ring + RING_SLOTS_OFFSET, emptyOffset + cellsBytes * 2);
  queueInit(ring + RING_EMPTY, ring + emptyOffset, cells - 1);
  queueInit(ring + RING_FILLED, ring + emptyOffset + cellsBytes, cells - 1);
  for (let writer: u32 = 0; writer < writers; writer++) {
    atomic.store<u32>(writerLine(ring, writer) + RING_WRITER_STATE, WRITER_OPEN);
  }
  atomic.store<u32>(ring + RING_WRITERS_LEFT, writers);
  for (let token: u32 = 0; token < slotCount; token++) pushEmpty(ring, token, 0);
}

@inline function writerLine(ring: usize, writer: u32): usize {
  return ring + load<u32>(ring + RING_WRITERS_OFFSET) + <usize>writer * RING_WRITER_BYTES;
}

@inline function slotAddress(ring: usize, token: u32): usize {
  return ring + load<u32>(ring + RING_SLOTS_OFFSET) + <usize>token * load<u32>(ring + RING_SLOT_STRIDE);
}

@inline function push(ring: usize, queue: usize, cellsOffset: usize, slot: usize, token: u32, owner: u32): bool {
  const cells = ring + load<u32>(ring + cellsOffset);
  return queuePush(ring + queue, cells, load<u32>(ring + RING_CELL_MASK), slot, token, owner);
}

@inline function pushEmpty(ring: usize, token: u32, owner: u32): bool {
  return push(ring, RING_EMPTY, RING_EMPTY_CELLS_OFFSET, slotAddress(ring, token), token, owner);
}

@inline function pop(ring: usize, queue: usize, cellsOffset: usize, owner: u32): i32 {
  const cells = ring + load<u32>(ring + cellsOffset);
  const mask = load<u32>(ring + RING_CELL_MASK);
  const slots = ring + load<u32>(ring + RING_SLOTS_OFFSET);
  return queuePop(ring + queue, cells, mask, slots, load<u32>(ring + RING_SLOT_STRIDE), owner);
}

/** Claims an empty slot. While the ring is closing no more are given out; a stop overrules everything. */
@inline function claimOnce(ring: usize, owner: u32): i32 {
  const control = atomic.load<u32>(ring + RING_CONTROL);
  if (control & (RING_CLOSING | RING_STOPPED)) return control & RING_STOPPED ? RING_KILLED : RING_ENDED;
  return pop(ring, RING_EMPTY, RING_EMPTY_CELLS_OFFSET, owner);
}

@inline function readOnce(ring: usize, owner: u32): i32 {
  if (atomic.load<u32>(ring + RING_CONTROL) & RING_STOPPED) return RING_KILLED;
  // Order matters: commits come before their writer's end, so empty after "no writer left" is empty for good.
  const left = atomic.load<u32>(ring + RING_WRITERS_LEFT);
  const token = pop(ring, RING_FILLED, RING_FILLED_CELLS_OFFSET, owner);
  return token == RING_WOULD_BLOCK && left == 0 ? RING_ENDED : token;
}

/**
 * Token of an empty slot that now belongs to `owner`; the slot count (the trash slot) while paused;
 * RING_WOULD_BLOCK; RING_ENDED while closing; RING_KILLED after a stop.
 */
export function ringTryClaim(ring: usize, owner: u32): i32 {
  const control = atomic.load<u32>(ring + RING_CONTROL);
  if ((control & RING_PAUSED) && !(control & (RING_CLOSING | RING_STOPPED))) return load<u32>(ring + RING_SLOT_COUNT);
  return claimOnce(ring, owner);
}

/** As ringTryClaim, but spins for so many units of rest (signal.ts), then sleeps. The pause is looked at only before. */
export function ringClaim(ring: usize, owner: u32, spins: u32): i32 {
  let token = ringTryClaim(ring, owner);
  const units = restUnits(ring);
  for (let spin: u32 = 0; token == RING_WOULD_BLOCK && spin < spins; spin += units) {
    rest(ring, units);
    token = claimOnce(ring, owner);
  }
  while (token == RING_WOULD_BLOCK) {
    const signal = sleepPrepare(ring + RING_EMPTY);
    token = claimOnce(ring, owner);
    if (token != RING_WOULD_BLOCK) break;
    sleep(ring + RING_EMPTY, signal);
    token = claimOnce(ring, owner);
    if (token == RING_WOULD_BLOCK) restInVain(ring);
  }
  return token;
}

/**
 * Hands a claimed slot to the readers and counts it for the writer; the trash slot is only counted as paused. False, and
 * nothing has happened, when the slot was given back for this writer meanwhile (ringRecover).
 */
export function ringCommit(ring: usize, writer: u32, token: u32, deadtime: f64): bool {
  const line = writerLine(ring, writer);
  if (token == load<u32>(ring + RING_SLOT_COUNT)) {
    atomic.store<i64>(line + RING_WRITER_PAUSED, load<i64>(line + RING_WRITER_PAUSED) + 1);
    return true;
  }
  const owner = writer + 1;
  const slot = slotAddress(ring, token);
  if (atomic.load<u32>(ring + RING_OBSERVERS_WANTING) != 0) observersFeed(ring, slot, owner);
  if (!push(ring, RING_FILLED, RING_FILLED_CELLS_OFFSET, slot, token, owner)) return false;
  // In one run with the push (see queue.ts): a killed writer's events are counted exactly. Nobody else writes them.
  store<f64>(line + RING_WRITER_DEADTIME, load<f64>(line + RING_WRITER_DEADTIME) + deadtime);
  store<i64>(line + RING_WRITER_EVENTS, load<i64>(line + RING_WRITER_EVENTS) + 1);
  wake(ring + RING_FILLED);
  return true;
}

/** Token of the oldest committed slot, now `owner`'s; RING_WOULD_BLOCK; RING_ENDED; RING_KILLED. */
export function ringTryRead(ring: usize, owner: u32): i32 {
  return readOnce(ring, owner);
}

/**
 * Rests for as long as the other readers take more in a rest than waits, twice as long each time: then one more of them only
 * takes processor time from the writers. Ends when the others are held up, each by an event that takes long.
 */
function restWhileOthersKeepUp(ring: usize): void {
  for (let timeMs = VAIN_REST_MS; ; timeMs = min(2 * timeMs, LONGEST_REST_MS)) {
    const head = atomic.load<u32>(ring + RING_FILLED + RING_QUEUE_HEAD);
    restInVain(ring, timeMs);
    // wraps; less than nothing when head was set back
    const taken = <i32>(atomic.load<u32>(ring + RING_FILLED + RING_QUEUE_HEAD) - head);
    if (taken <= <i32>ringQueueLength(ring, RING_FILLED)) return;
  }
}

/** As ringTryRead, but spins for so many units of rest (signal.ts), then sleeps. */
export function ringRead(ring: usize, owner: u32, spins: u32): i32 {
  let token = readOnce(ring, owner);
  if (token == RING_WOULD_BLOCK && spins > 0) {
    if (spinBegin(ring + RING_FILLED, owner)) {
      const units = restUnits(ring);
      for (let spin: u32 = 0; token == RING_WOULD_BLOCK && spin < spins; spin += units) {
        rest(ring, units);
        token = readOnce(ring, owner);
      }
      spinEnd(ring + RING_FILLED, owner);
    } else {
      restWhileOthersKeepUp(ring);
      token = readOnce(ring, owner);
    }
  }
  while (token == RING_WOULD_BLOCK) {
    const signal = sleepPrepare(ring + RING_FILLED);
    token = readOnce(ring, owner);
    if (token != RING_WOULD_BLOCK) break;
    sleep(ring + RING_FILLED, signal);
    token = readOnce(ring, owner);
    if (token == RING_WOULD_BLOCK) restWhileOthersKeepUp(ring);
  }
  return token;
}

/**
 * Makes a slot of `owner` empty again: a reader that is done with it, or a writer that has nothing to commit. Nothing
 * happens when it was given back already (ringRecover).
 */
export function ringRelease(ring: usize, owner: u32, token: u32): void {
  if (token == load<u32>(ring + RING_SLOT_COUNT)) return;
  if (pushEmpty(ring, token, owner)) wake(ring + RING_EMPTY);
}

/** First and second step of sleeping on a queue (RING_EMPTY or RING_FILLED) for Atomics.waitAsync: see signal.ts. */
export function ringPrepareSleep(ring: usize, queue: usize): u32 {
  return sleepPrepare(ring + queue);
}

/** This writer is done. When it was the last, readers that find nothing more see the end. May be called again. */
export function ringCloseWriter(ring: usize, writer: u32): void {
  const state = writerLine(ring, writer) + RING_WRITER_STATE;
  if (atomic.cmpxchg<u32>(state, WRITER_OPEN, 0) == WRITER_OPEN) unbroken.sub<u32>(ring + RING_WRITERS_LEFT, 1);
  if (atomic.load<u32>(ring + RING_WRITERS_LEFT) != 0) return;
  wakeAll(ring + RING_FILLED);
  observersDismiss(ring);
}

/** Sets and clears bits of the control word and wakes everybody whom that concerns. */
export function ringControl(ring: usize, set: u32, clear: u32): void {
  atomic.and<u32>(ring + RING_CONTROL, ~clear);
  atomic.or<u32>(ring + RING_CONTROL, set);
  atomic.notify(ring + RING_CONTROL, -1);
  if (set & (RING_CLOSING | RING_STOPPED)) wakeAll(ring + RING_EMPTY);
  if (set & RING_STOPPED) {
    wakeAll(ring + RING_FILLED);
    observersDismiss(ring);
  }
}

/**
 * Gives back what a thread that no longer runs still holds; returns the number of slots. A reader's slots were
 * committed events: they count as abandoned. Should the thread still run, no token is doubled or lost, but it may write
 * into slots that are others' by now, and what it takes from then on stays with it until this is called again.
 */
export function ringRecover(ring: usize, owner: u32): u32 {
  const slotCount = load<u32>(ring + RING_SLOT_COUNT);
  let count: u32 = 0;
  for (let token: u32 = 0; token < slotCount; token++) {
    if (atomic.load<u32>(slotAddress(ring, token) + RING_SLOT_OWNER) != owner) continue;
    if (pushEmpty(ring, token, owner)) count++;
  }
  if (owner > load<u32>(ring + RING_WRITER_COUNT)) atomic.add<u32>(ring + RING_ABANDONED_COUNT, count);
  observersRecover(ring, owner);
  spinEnd(ring + RING_FILLED, owner);
  // It may have died between a change and telling the others.
  wakeAll(ring + RING_EMPTY);
  wakeAll(ring + RING_FILLED);
  return count;
}

/** Committed events of all writers. */
export function ringEventCount(ring: usize): f64 {
  return sumOfWriters(ring, RING_WRITER_EVENTS);
}

/** Events that went to the trash slot because the ring was paused. */
export function ringPausedCount(ring: usize): f64 {
  return sumOfWriters(ring, RING_WRITER_PAUSED);
}

function sumOfWriters(ring: usize, field: usize): f64 {
  const writers = load<u32>(ring + RING_WRITER_COUNT);
  let sum: f64 = 0;
  for (let writer: u32 = 0; writer < writers; writer++) sum += <f64>atomic.load<i64>(writerLine(ring, writer) + field);
  return sum;
}

/** Sum of the dead times of all committed events. */
export function ringTotalDeadtime(ring: usize): f64 {
  const writers = load<u32>(ring + RING_WRITER_COUNT);
  let sum: f64 = 0;
  for (let writer: u32 = 0; writer < writers; writer++) sum += load<f64>(writerLine(ring, writer) + RING_WRITER_DEADTIME);
  return sum;
}

/** Tokens in one of the queues (RING_EMPTY or RING_FILLED); off by threads that are inside at this moment. */
export function ringQueueLength(ring: usize, queue: usize): u32 {
  const cells = ring + load<u32>(ring + (queue == RING_EMPTY ? RING_EMPTY_CELLS_OFFSET : RING_FILLED_CELLS_OFFSET));
  return queueLength(ring + queue, cells, load<u32>(ring + RING_CELL_MASK));
}
