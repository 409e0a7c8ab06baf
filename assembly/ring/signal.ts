// Waiting until a queue changes: some rests with a look after each, then sleep.
//
// A rest leaves the queue's cache lines alone: two threads that look at the same line all the time pass it to and fro
// for every event; with rests between the looks it moves once for many.
//
// A sleeper (1) reads the signal, (2) counts itself, (3) looks at the queue and the control word once more, (4) sleeps
// unless the signal has moved. Who changes something first changes it and then looks whether more are counted than
// were woken; all of it is sequentially consistent, so one of the two sees the other. A waker says whom it has woken
// only when it has: until then everybody who changes something wakes them too, so a waker that is suspended or killed
// half way holds nobody.

import { atomic, nap, wait } from "../atomics";
import {
  RING_QUEUE_SIGNAL,
  RING_QUEUE_SLEEPERS,
  RING_QUEUE_SPINNER,
  RING_QUEUE_WOKEN,
  RING_SLOT_COUNT,
} from "../layout";

/** Loads of a word that nobody writes, together a quarter of a microsecond: the unit in which spins are counted. */
@inline const REST_LOADS: u32 = 1000;
/** Most units between two looks: 4 us, in which the other side fills or empties a quarter of 128 slots. */
@inline const REST_UNITS_MAX: u32 = 16;
/** Many times what a sleep and a wake cost, and little beside what a worker does with an event. */
export const VAIN_REST_MS: f64 = 0.2;
/** The longest that somebody comes late who was not needed for a while. */
export const LONGEST_REST_MS: f64 = 8 * VAIN_REST_MS;

/** Units to rest between two looks: what an eighth of the slots takes, so that a small ring is not left waiting. */
export function restUnits(ring: usize): u32 {
  return min(max(load<u32>(ring + RING_SLOT_COUNT) >> 3, 1), REST_UNITS_MAX);
}

/** Lets some time go by without touching a line that another thread writes. */
export function rest(ring: usize, units: u32): void {
  for (let i: u32 = 0; i < units * REST_LOADS; i++) atomic.load<u32>(ring + RING_SLOT_COUNT);
}

/**
 * Of several threads that were woken for one token, those that came too late lie down for a while before they ask to be
 * woken again. Otherwise every token would wake all of them, and with more threads than processors they would take the
 * time of those that have something to do.
 */
export function restInVain(ring: usize, timeMs: f64 = VAIN_REST_MS): void {
  nap(ring + RING_SLOT_COUNT, timeMs);
}

/** True when `owner` may spin: nobody else does. A hint: it keeps nobody from a token. */
export function spinBegin(queue: usize, owner: u32): bool {
  const spinner = queue + RING_QUEUE_SPINNER;
  return atomic.load<u32>(spinner) == 0 && atomic.cmpxchg<u32>(spinner, 0, owner) == 0;
}

/** Ends the spinning of `owner`, if it does. */
export function spinEnd(queue: usize, owner: u32): void {
  const spinner = queue + RING_QUEUE_SPINNER;
  if (atomic.load<u32>(spinner) == owner) atomic.store<u32>(spinner, 0);
}

/** Steps 1 and 2; returns the signal to sleep on. Step 3 is the caller's. */
export function sleepPrepare(queue: usize): u32 {
  const signal = atomic.load<u32>(queue + RING_QUEUE_SIGNAL);
  atomic.add<u32>(queue + RING_QUEUE_SLEEPERS, 1);
  return signal;
}

/** Step 4. Not on a page's main thread. */
@inline export function sleep(queue: usize, signal: u32): void {
  wait(queue + RING_QUEUE_SIGNAL, signal, Infinity);
}

/** Wakes whoever sleeps on the queue; two loads of one line when nobody does. */
@inline export function wake(queue: usize): void {
  if (atomic.load<u32>(queue + RING_QUEUE_WOKEN) != atomic.load<u32>(queue + RING_QUEUE_SLEEPERS)) wakeAll(queue);
}

/** Wakes all sleepers, also one that is just about to sleep. */
export function wakeAll(queue: usize): void {
  const sleepers = atomic.load<u32>(queue + RING_QUEUE_SLEEPERS);
  atomic.add<u32>(queue + RING_QUEUE_SIGNAL, 1);
  atomic.notify(queue + RING_QUEUE_SIGNAL, -1);
  // From a slow waker this may be less than another has said: then somebody is woken once more for nothing.
  atomic.store<u32>(queue + RING_QUEUE_WOKEN, sleepers);
}
