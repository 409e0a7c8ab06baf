// Observers look at events without taking part: an observer asks, and the next commit copies its event into the
// observer's snapshot before it hands the slot on. Tokens are never touched, so events keep their order, none is
// held back, and an observer that dies leaves nothing behind. The copy is paid by the writer, once per request.

import { atomic, dataStep, unbroken, wait } from "../atomics";
import {
  RING_CONTROL,
  RING_ENDED,
  RING_KILLED,
  RING_OBSERVER_COUNT,
  RING_OBSERVER_FILLING,
  RING_OBSERVER_IDLE,
  RING_OBSERVER_READY,
  RING_OBSERVER_SIGNAL,
  RING_OBSERVER_SNAPSHOT,
  RING_OBSERVER_STATE,
  RING_OBSERVER_STRIDE,
  RING_OBSERVER_WANTING,
  RING_OBSERVERS_OFFSET,
  RING_OBSERVERS_WANTING,
  RING_SLOT_STRIDE,
  RING_STOPPED,
  RING_WOULD_BLOCK,
  RING_WRITERS_LEFT,
} from "../layout";

@inline function observerLine(ring: usize, index: u32): usize {
  return ring + load<u32>(ring + RING_OBSERVERS_OFFSET) + <usize>index * load<u32>(ring + RING_OBSERVER_STRIDE);
}

/** The state of an observer whose snapshot `owner` is filling. */
@inline function fillingBy(owner: u32): u32 {
  return RING_OBSERVER_FILLING | (owner << 2);
}

/** Called by a commit of `owner` while it still holds the slot. */
export function observersFeed(ring: usize, slot: usize, owner: u32): void {
  const count = load<u32>(ring + RING_OBSERVER_COUNT);
  for (let index: u32 = 0; index < count; index++) {
    const line = observerLine(ring, index);
    const state = line + RING_OBSERVER_STATE;
    if (atomic.cmpxchg<u32>(state, RING_OBSERVER_WANTING, fillingBy(owner)) != RING_OBSERVER_WANTING) continue;
    unbroken.sub<u32>(ring + RING_OBSERVERS_WANTING, 1);
    dataStep();
    memory.copy(line + RING_OBSERVER_SNAPSHOT, slot, load<u32>(ring + RING_SLOT_STRIDE));
    if (atomic.cmpxchg<u32>(state, fillingBy(owner), RING_OBSERVER_READY) == fillingBy(owner)) tell(line);
  }
}

/** Of observers for whom a writer that no longer runs was copying: they want an event from another. */
export function observersRecover(ring: usize, owner: u32): void {
  const count = load<u32>(ring + RING_OBSERVER_COUNT);
  for (let index: u32 = 0; index < count; index++) {
    const line = observerLine(ring, index);
    const state = line + RING_OBSERVER_STATE;
    if (atomic.cmpxchg<u32>(state, fillingBy(owner), RING_OBSERVER_WANTING) == fillingBy(owner)) {
      unbroken.add<u32>(ring + RING_OBSERVERS_WANTING, 1);
    }
    // Also when the copy was made and only the telling is missing.
    tell(line);
  }
}

/** Sends waiting observers home: the stream has ended or was stopped. */
export function observersDismiss(ring: usize): void {
  const count = load<u32>(ring + RING_OBSERVER_COUNT);
  for (let index: u32 = 0; index < count; index++) {
    const line = observerLine(ring, index);
    withdraw(ring, line);
    tell(line);
  }
}

function withdraw(ring: usize, line: usize): void {
  const state = line + RING_OBSERVER_STATE;
  if (atomic.cmpxchg<u32>(state, RING_OBSERVER_WANTING, RING_OBSERVER_IDLE) != RING_OBSERVER_WANTING) return;
  unbroken.sub<u32>(ring + RING_OBSERVERS_WANTING, 1);
}

/** Lets the observer look again, also when it is just about to sleep. */
function tell(line: usize): void {
  atomic.add<u32>(line + RING_OBSERVER_SIGNAL, 1);
  atomic.notify(line + RING_OBSERVER_SIGNAL, -1);
}

/**
 * Asks for the next committed event, or collects it. 0: a new event lies in the snapshot and stays there until the
 * next call; otherwise RING_WOULD_BLOCK (asked, not there yet), RING_ENDED (no writer left) or RING_KILLED.
 */
export function ringTryObserve(ring: usize, index: u32): i32 {
  const line = observerLine(ring, index);
  const state = line + RING_OBSERVER_STATE;
  const before = atomic.load<u32>(state);
  if (before == RING_OBSERVER_IDLE) {
    atomic.add<u32>(ring + RING_OBSERVERS_WANTING, 1);
    unbroken.store<u32>(state, RING_OBSERVER_WANTING);
  }
  if (atomic.load<u32>(ring + RING_CONTROL) & RING_STOPPED) {
    withdraw(ring, line);
    return RING_KILLED;
  }
  if (before == RING_OBSERVER_READY) {
    atomic.store<u32>(state, RING_OBSERVER_IDLE);
    return 0;
  }
  if (atomic.load<u32>(ring + RING_WRITERS_LEFT) == 0) {
    withdraw(ring, line);
    if (atomic.cmpxchg<u32>(state, RING_OBSERVER_READY, RING_OBSERVER_IDLE) == RING_OBSERVER_READY) return 0;
    return RING_ENDED;
  }
  return RING_WOULD_BLOCK;
}

/** As ringTryObserve, but sleeps until there is an event or the end. Not on a page's main thread. */
export function ringObserve(ring: usize, index: u32): i32 {
  const signal = observerLine(ring, index) + RING_OBSERVER_SIGNAL;
  while (true) {
    const before = atomic.load<u32>(signal);
    const result = ringTryObserve(ring, index);
    if (result != RING_WOULD_BLOCK) return result;
    wait(signal, before, Infinity);
  }
}
