// Sleeping until a queue changes. A sleeper (1) reads the signal, (2) sets the sleepers word, (3) looks at the
// queue and the control word once more, (4) sleeps unless the signal has moved. Who changes something first changes
// it and then looks at the sleepers word; all of it is sequentially consistent, so one of the two sees the other.

import { RING_QUEUE_SIGNAL, RING_QUEUE_SLEEPERS } from "../layout";

/** Steps 1 and 2; returns the signal to sleep on. Step 3 is the caller's. */
export function sleepPrepare(queue: usize): u32 {
  const signal = atomic.load<u32>(queue + RING_QUEUE_SIGNAL);
  atomic.store<u32>(queue + RING_QUEUE_SLEEPERS, 1);
  return signal;
}

/** Step 4. Not on a page's main thread. */
@inline export function sleep(queue: usize, signal: u32): void {
  atomic.wait<i32>(queue + RING_QUEUE_SIGNAL, <i32>signal, -1);
}

/** Wakes whoever sleeps on the queue; one load when nobody does. */
@inline export function wake(queue: usize): void {
  if (atomic.load<u32>(queue + RING_QUEUE_SLEEPERS) != 0) wakeAll(queue);
}

/** Wakes all sleepers, also one that is just about to sleep, and also when a waker died half way. */
export function wakeAll(queue: usize): void {
  atomic.store<u32>(queue + RING_QUEUE_SLEEPERS, 0);
  atomic.add<u32>(queue + RING_QUEUE_SIGNAL, 1);
  atomic.notify(queue + RING_QUEUE_SIGNAL, -1);
}
