// A bounded lock-free queue of slot tokens for many producers and many consumers. Each cell is one 64-bit word:
// a sequence number (low half) and a token (high half). Position p lives in cell p & mask; the cell's sequence is
// p when it is free for p, p + 1 when p's token lies in it, p + cells when that token has been taken.
//
// One compare-and-swap of the cell moves the token. Head and tail only say from where to look on: a plain store after
// it moves them, because a locked one costs as much as moving the token. A store that comes late sets them back, never
// too far on, and the cells say where to go from there. So a thread that is suspended or killed anywhere in here holds
// nobody up.
//
// What costs time is bringing cache lines over from the other core, so it is done once per line of cells, and for all
// slots that the line names together.
//
// A slot's owner word says who may push its token: a push takes it from that owner first, by compare-and-swap, so a slot
// that was given back for a thread cannot be pushed by it once more, however late it comes. Owner and cell change in
// one straight run of instructions. Engines stop a thread only at loop heads and calls, so a killed thread never
// takes a token with it unrecorded.

import { atomic, dataStep, storeHint, unbroken } from "../atomics";
import { RING_QUEUE_HEAD, RING_QUEUE_TAIL, RING_SLOT_OWNER, RING_SLOT_TOUCH, RING_WOULD_BLOCK } from "../layout";

/** Cells in a cache line of 64 bytes. */
@inline const LINE_CELLS: u32 = 8;

@inline function pack(sequence: u32, token: u32): u64 {
  return (<u64>sequence) | ((<u64>token) << 32);
}

/** Loads a cell that will be written soon; adding 0 brings its cache line over once, a load and a store twice. */
@inline function fetchForWriting(cell: usize): u64 {
  return atomic.add<u64>(cell, 0);
}

/** Makes the queue empty, all its cells free for the first lap. */
export function queueInit(queue: usize, cells: usize, mask: u32): void {
  atomic.store<u32>(queue + RING_QUEUE_TAIL, 0);
  atomic.store<u32>(queue + RING_QUEUE_HEAD, 0);
  for (let position: u32 = 0; position <= mask; position++) {
    atomic.store<u64>(cells + (<usize>position << 3), pack(position, 0));
  }
}

/**
 * Where to look after a position that is done, whose cell is `ahead` of it: at the next, or, when head or tail was set
 * back by laps, at the first that the cell does not show to be done.
 */
@inline function following(position: u32, ahead: u32, mask: u32): u32 {
  return position + (ahead > mask ? (ahead & ~mask) - mask : 1);
}

/**
 * Takes the slot from `owner` and puts its token at the end; false, and nothing is done, when the slot is not (any
 * more) its. There are never more tokens than cells, so there is always room for who holds one.
 */
@inline export function queuePush(
  queue: usize,
  cells: usize,
  mask: u32,
  slot: usize,
  token: u32,
  owner: u32,
): bool {
  let position = atomic.load<u32>(queue + RING_QUEUE_TAIL);
  while (true) {
    const cell = cells + ((<usize>(position & mask)) << 3);
    const seen = position % LINE_CELLS == 0 ? fetchForWriting(cell) : atomic.load<u64>(cell);
    const ahead = <u32>seen - position;
    if (ahead == 0) {
      if (atomic.cmpxchg<u32>(slot + RING_SLOT_OWNER, owner, 0) != owner) return false;
      if (unbroken.cmpxchg<u64>(cell, seen, pack(position + 1, token)) == seen) {
        storeHint(queue + RING_QUEUE_TAIL, position + 1);
        return true;
      }
      unbroken.store<u32>(slot + RING_SLOT_OWNER, owner);
    } else if (ahead != -mask) {
      position = following(position, ahead, mask);
    } else if (atomic.load<u32>(slot + RING_SLOT_OWNER) != owner) {
      return false; // The queue is full, and this token is in it.
    }
  }
}

/**
 * Fetches the cells of the next line and the slots of the tokens in them, all at once, before they are needed one by
 * one. Takes nothing: who pops them is decided as ever.
 */
function touchAhead(cells: usize, mask: u32, slots: usize, stride: usize, start: u32): void {
  fetchForWriting(cells + ((<usize>(start & mask)) << 3));
  for (let position = start; position != start + LINE_CELLS; position++) {
    const seen = atomic.load<u64>(cells + ((<usize>(position & mask)) << 3));
    if (<u32>seen != position + 1) return;
    store<u32>(slots + <usize>(<u32>(seen >> 32)) * stride + RING_SLOT_TOUCH, 0);
  }
}

/** Takes the oldest token and writes `owner` into its slot; RING_WOULD_BLOCK when there is none. */
@inline export function queuePop(queue: usize, cells: usize, mask: u32, slots: usize, stride: usize, owner: u32): i32 {
  let position = atomic.load<u32>(queue + RING_QUEUE_HEAD);
  while (true) {
    const cell = cells + ((<usize>(position & mask)) << 3);
    const seen = atomic.load<u64>(cell);
    const ahead = <u32>seen - position;
    if (ahead == 0) return RING_WOULD_BLOCK;
    if (ahead == 1) {
      const token = <u32>(seen >> 32);
      if (atomic.cmpxchg<u64>(cell, seen, pack(position + mask + 1, 0)) == seen) {
        dataStep();
        store<u32>(slots + <usize>token * stride + RING_SLOT_OWNER, owner);
        storeHint(queue + RING_QUEUE_HEAD, position + 1);
        if ((position + 1) % LINE_CELLS == 0) touchAhead(cells, mask, slots, stride, position + 1);
        return <i32>token;
      }
    } else {
      position = following(position, ahead, mask);
    }
  }
}

/** Number of tokens in the queue; exact when no thread is inside, otherwise off by those that are. */
export function queueLength(queue: usize, cells: usize, mask: u32): u32 {
  const head = firstOpen(queue + RING_QUEUE_HEAD, cells, mask, 1);
  const length = <i32>(firstOpen(queue + RING_QUEUE_TAIL, cells, mask, -mask) - head);
  return length < 0 ? 0 : length;
}

/** From where `end` says on, the first position whose cell is not ahead of it, or only by `filled`. */
function firstOpen(end: usize, cells: usize, mask: u32, filled: u32): u32 {
  let position = atomic.load<u32>(end);
  while (true) {
    const ahead = <u32>atomic.load<u64>(cells + ((<usize>(position & mask)) << 3)) - position;
    if (ahead == 0 || ahead == filled) return position;
    position = following(position, ahead, mask);
  }
}
