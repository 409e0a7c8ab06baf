// What the interleaving tests play. `preemptions` is how many switches away from a thread that could go on a schedule may
// have, in the bounded run and in the long one; Infinity is every interleaving that there is.

import { RING_CLOSING, RING_PAUSED, RING_STOPPED } from '../../src/core/layout.ts';
import { type EventRingShape, eventRingScenario, nameOfEventRing } from './event-ring.ts';
import type { Scenario } from './search.ts';
import { nameOfStreamRing, type StreamRingShape, streamRingScenario } from './stream-ring.ts';

export interface Play {
  readonly name: string;
  readonly make: (module: WebAssembly.Module) => Scenario;
  readonly preemptions: number;
  readonly longPreemptions: number;
}

const event = (shape: EventRingShape, preemptions: number, longPreemptions = 3): Play => ({
  name: nameOfEventRing(shape),
  make: (module) => eventRingScenario(module, shape),
  preemptions,
  longPreemptions,
});
const stream = (shape: StreamRingShape, preemptions = Infinity, longPreemptions = Infinity): Play => ({
  name: nameOfStreamRing(shape),
  make: (module) => streamRingScenario(module, shape),
  preemptions,
  longPreemptions,
});

/** Threads that only do their work. */
export const WORK: readonly Play[] = [
  event({ slots: 1, writers: [2] }, Infinity, Infinity),
  event({ slots: 2, writers: [3] }, Infinity, Infinity),
  event({ slots: 2, writers: [1, 1] }, 2),
  event({ slots: 1, writers: [1], readers: 2 }, 2),
  event({ slots: 2, writers: [1, 1, 1] }, 0),
  event({ slots: 2, writers: [1], observers: 1 }, 3, 4),
];

/** An operator that pauses and goes on, flushes, stops. */
export const CONTROL: readonly Play[] = [
  event({ slots: 1, writers: [2], control: [{ set: RING_PAUSED, clear: RING_PAUSED }] }, 3),
  event({ slots: 1, writers: [2], control: [{ set: RING_CLOSING, clear: 0 }] }, 3),
  event({ slots: 1, writers: [2], control: [{ set: RING_STOPPED, clear: 0 }] }, 3),
  event({ slots: 1, writers: [1], observers: 1, control: [{ set: RING_STOPPED, clear: 0 }] }, 1),
];

/** A thread that dies anywhere and is recovered then. */
export const DEATHS: readonly Play[] = [
  event({ slots: 2, writers: [2], dies: 'writer 0' }, 2),
  event({ slots: 2, writers: [2], dies: 'reader 0' }, 2),
  event({ slots: 1, writers: [1, 1], dies: 'writer 0' }, 1),
  event({ slots: 1, writers: [2], readers: 2, dies: 'reader 0' }, 0),
  event({ slots: 1, writers: [1], observers: 1, dies: 'writer 0' }, 1),
  event({ slots: 1, writers: [1], observers: 1, dies: 'observer 0' }, 1),
];

/** A thread that stops anywhere for ever, without anybody knowing: the others go on. */
export const SUSPENSIONS: readonly Play[] = [
  event({ slots: 2, writers: [1, 1], freezes: 'writer 0' }, 2),
  event({ slots: 1, writers: [2], readers: 2, freezes: 'reader 0' }, 1),
  event({ slots: 1, writers: [1], observers: 1, freezes: 'writer 0' }, 1),
];

/** Slots given back although their owner still runs, and once more when it has died. */
export const EARLY_RECOVERIES: readonly Play[] = [
  event({ slots: 1, writers: [1], recoveredEarly: 'writer 0' }, 1),
  event({ slots: 1, writers: [1], recoveredEarly: 'reader 0' }, 1),
  event({ slots: 2, writers: [1], recoveredEarly: 'reader 0' }, 1),
];

/** A writer that laps, empties and publishes clocks, and readers of each kind. */
export const STREAMS: readonly Play[] = [
  stream({ capacity: 2, appends: 4, generations: 2, readers: [{ how: 'statistics', start: 0, end: 2 }] }),
  stream({ capacity: 4, appends: 3, generations: 3, readers: [{ how: 'statistics', start: 0, end: 2 }] }),
  stream({ capacity: 4, appends: 3, generations: 3, readers: [{ how: 'in place', start: 0, end: 2 }] }),
  stream({ capacity: 2, appends: 5, generations: 2, readers: [{ how: 'in place', start: 1, end: 3 }] }),
  stream({ capacity: 4, appends: 3, generations: 2, readers: [{ how: 'summary', start: 0, end: 2 }] }, 3),
  stream({ capacity: 2, appends: 3, generations: 2, freezes: true, readers: [{ how: 'clock', start: 0, end: 2 }] }),
  stream(
    {
      capacity: 2,
      appends: 3,
      generations: 2,
      freezes: true,
      readers: [
        { how: 'statistics', start: 0, end: 2 },
        { how: 'clock', start: 0, end: 1 },
      ],
    },
    2,
    4,
  ),
];

/** Larger ones, for random schedules. */
export const CROWDS: readonly Pick<Play, 'name' | 'make'>[] = [
  { slots: 3, writers: [3, 3, 2], readers: 2, observers: 1 },
  { slots: 2, writers: [3, 3], readers: 2, observers: 1, dies: 'writer 0' },
  { slots: 2, writers: [4, 2], readers: 2, observers: 2, dies: 'reader 1' },
  { slots: 3, writers: [3, 3], readers: 2, freezes: 'writer 1' },
  { slots: 2, writers: [3, 3], readers: 2, recoveredEarly: 'writer 0' },
  { slots: 2, writers: [3, 3], readers: 2, observers: 1, control: [{ set: RING_CLOSING, clear: 0 }] },
  { slots: 2, writers: [3, 3], readers: 2, control: [{ set: RING_PAUSED, clear: RING_PAUSED }] },
].map((shape) => ({ name: nameOfEventRing(shape), make: (module) => eventRingScenario(module, shape) }));
