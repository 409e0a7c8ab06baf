// What the interleaving tests play, and with how many switches away from a thread that could go on; Infinity is every
// interleaving that there is.

import { RING_CLOSING, RING_PAUSED, RING_STOPPED } from '../../src/core/layout.ts';
import { type EventRingShape, eventRingScenario, nameOfEventRing } from './event-ring.ts';
import type { Scenario } from './search.ts';
import { nameOfStreamRing, type StreamRingShape, streamRingScenario } from './stream-ring.ts';

export interface Play {
  readonly name: string;
  readonly make: (module: WebAssembly.Module) => Scenario;
  /** Most preemptions of a schedule in `npm test`, and in the long run. */
  readonly preemptions: number;
  readonly longPreemptions: number;
}

const event = (shape: EventRingShape, preemptions = 3, longPreemptions = preemptions + 1): Play => ({
  name: nameOfEventRing(shape),
  make: (module) => eventRingScenario(module, shape),
  preemptions,
  longPreemptions,
});
const stream = (shape: StreamRingShape): Play => ({
  name: nameOfStreamRing(shape),
  make: (module) => streamRingScenario(module, shape),
  preemptions: Infinity,
  longPreemptions: Infinity,
});

const PAUSE = [{ set: RING_PAUSED, clear: RING_PAUSED }];
const FLUSH = [{ set: RING_CLOSING, clear: 0 }];
const STOP = [{ set: RING_STOPPED, clear: 0 }];

/** Threads that only do their work. */
const WORK: readonly Play[] = [
  event({ slots: 1, writers: [2] }, Infinity),
  event({ slots: 2, writers: [3] }, Infinity),
  event({ slots: 2, writers: [1, 1] }),
  event({ slots: 2, writers: [2, 2] }),
  event({ slots: 1, writers: [1, 4] }),
  event({ slots: 1, writers: [1, 1, 1] }),
  event({ slots: 2, writers: [1, 1, 1] }),
  event({ slots: 1, writers: [1], readers: 2 }),
  event({ slots: 2, writers: [2], readers: 2 }),
  event({ slots: 2, writers: [1], observers: 1 }),
  event({ slots: 1, writers: [1, 1], observers: 1 }),
  event({ slots: 1, writers: [1], observers: 2 }),
];

/** An operator that pauses and goes on, flushes, stops. */
const CONTROL: readonly Play[] = [
  event({ slots: 1, writers: [2], control: PAUSE }),
  event({ slots: 1, writers: [2], control: FLUSH }),
  event({ slots: 1, writers: [2], control: STOP }),
  event({ slots: 1, writers: [1], observers: 1, control: FLUSH }),
  event({ slots: 1, writers: [1], observers: 1, control: STOP }),
  event({ slots: 1, writers: [1, 1, 1], control: PAUSE }, 3, 3),
  event({ slots: 1, writers: [1, 1, 1], control: FLUSH }, 3, 3),
  event({ slots: 1, writers: [1, 1, 1], control: STOP }, 3, 3),
];

/** A thread that dies anywhere and is recovered then, or that stops anywhere for ever without anybody knowing. */
const ENDS: readonly Play[] = [
  event({ slots: 2, writers: [2], dies: 'anyone', freezes: 'anyone' }, 3, 3),
  event({ slots: 1, writers: [1, 1], dies: 'anyone', freezes: 'anyone' }, 3, 3),
  event({ slots: 2, writers: [1, 1], dies: 'anyone', freezes: 'anyone' }, 3, 3),
  event({ slots: 1, writers: [1], readers: 2, dies: 'anyone', freezes: 'anyone' }, 3, 3),
  event({ slots: 1, writers: [1], observers: 1, dies: 'anyone', freezes: 'anyone' }, 3, 3),
  event({ slots: 1, writers: [1, 1, 1], dies: ['reader 0'], freezes: ['reader 0'] }, 3, 3),
];

/** Slots given back although their owner still runs, and once more when it has died. */
const EARLY_RECOVERIES: readonly Play[] = [
  event({ slots: 1, writers: [1], recoveredEarly: 'writer 0' }),
  event({ slots: 1, writers: [1], recoveredEarly: 'reader 0' }),
  event({ slots: 2, writers: [1], recoveredEarly: 'reader 0' }),
];

/** A writer that laps, empties and publishes clocks, and readers of each kind. */
const STREAMS: readonly Play[] = [
  stream({ capacity: 2, appends: 4, generations: 2, readers: [{ how: 'statistics', start: 0, end: 2 }] }),
  stream({ capacity: 4, appends: 3, generations: 3, readers: [{ how: 'statistics', start: 0, end: 2 }] }),
  stream({ capacity: 4, appends: 3, generations: 3, readers: [{ how: 'in place', start: 0, end: 2 }] }),
  stream({ capacity: 2, appends: 5, generations: 2, readers: [{ how: 'in place', start: 1, end: 3 }] }),
  stream({ capacity: 4, appends: 3, generations: 2, readers: [{ how: 'summary', start: 0, end: 2 }] }),
  // the stretch of the sample is complete, out of the overview, and overwritten
  stream({ capacity: 4, stretches: 2, appends: 50, generations: 1, readers: [{ how: 'overview', start: 1, end: 2 }] }),
  stream({ capacity: 4, stretches: 2, appends: 18, generations: 2, readers: [{ how: 'overview', start: 1, end: 2 }] }),
  stream({ capacity: 2, appends: 3, generations: 2, freezes: true, readers: [{ how: 'clock', start: 0, end: 2 }] }),
  stream({
    capacity: 2,
    appends: 3,
    generations: 2,
    freezes: true,
    readers: [
      { how: 'statistics', start: 0, end: 2 },
      { how: 'clock', start: 0, end: 1 },
    ],
  }),
];

/** By what is shown. */
export const PLAYS: ReadonlyMap<string, readonly Play[]> = new Map([
  ['work: each event comes once and in order, nobody sleeps who has something to do', WORK],
  ['pause, flush and stop', CONTROL],
  ['a death or a suspension anywhere loses and doubles no token and holds nobody', ENDS],
  ['a recovery while the owner still runs loses and doubles no token', EARLY_RECOVERIES],
  ['what a stream ring says is whole is whole', STREAMS],
]);

/** Some tens of millions of states each: in the long run only. */
export const LONG: readonly Play[] = [
  event({ slots: 2, writers: [1, 1, 1], readers: 2 }, 3, 3),
  event({ slots: 1, writers: [1, 1, 1], freezes: 'anyone' }, 3, 3),
  event({ slots: 2, writers: [1, 1, 1], dies: 'anyone', freezes: 'anyone' }, 3, 3),
];

/** Larger ones, for random schedules. */
export const CROWDS: readonly Pick<Play, 'name' | 'make'>[] = [
  { slots: 3, writers: [3, 3, 2], readers: 2, observers: 1 },
  { slots: 2, writers: [3, 3, 2], readers: 2, observers: 1, dies: 'anyone' as const },
  { slots: 2, writers: [4, 2], readers: 2, observers: 2, dies: 'anyone' as const },
  { slots: 3, writers: [3, 3, 2], readers: 2, freezes: 'anyone' as const },
  { slots: 2, writers: [3, 3], readers: 2, recoveredEarly: 'writer 0' },
  { slots: 2, writers: [3, 3], readers: 2, observers: 1, control: FLUSH },
  { slots: 2, writers: [3, 3], readers: 2, control: PAUSE },
].map((shape) => ({ name: nameOfEventRing(shape), make: (module) => eventRingScenario(module, shape) }));
