// The rings' own sources through every interleaving of small scenarios with up to three preemptions, and through random
// ones of larger scenarios. docs/event-ring.md says what that covers; `npm run soak rings` goes further.

import { beforeAll, describe, expect, test, vi } from 'vitest';
import { RING_CONTROL, RING_HEADER_BYTES, RING_STOPPED } from '../../src/core/layout.ts';
import { seededRandom } from '../support/random.ts';
import { buildThreads, type SourceEdit } from './build.ts';
import { type EventRingShape, eventRingScenario, nameOfEventRing } from './event-ring.ts';
import { CROWDS, PLAYS } from './scenarios.ts';
import { type Scenario, searchAll, searchRandom } from './search.ts';
import { streamRingScenario } from './stream-ring.ts';

const RANDOM_COUNT = 300;

// Seconds each on a core of its own.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

let module: WebAssembly.Module;

beforeAll(async () => {
  module = await buildThreads();
});

describe.each([...PLAYS])('%s', (_, plays) => {
  test.each([...plays])('$name', ({ make, preemptions }) => {
    expect(searchAll(make(module), preemptions).endCount).toBeGreaterThan(0);
  });
});

test.each([...CROWDS])('random schedules of $name', ({ make }) => {
  expect(searchRandom(make(module), 1, RANDOM_COUNT).endCount).toBe(RANDOM_COUNT);
});

describe('what the search leaves out leads to the same ends', () => {
  const STOP = [{ set: RING_STOPPED, clear: 0 }];
  const shapes: EventRingShape[] = [
    { slots: 2, writers: [1, 1] },
    { slots: 2, writers: [1, 1, 1] },
    { slots: 1, writers: [1], readers: 2 },
    { slots: 1, writers: [1, 1], observers: 1 },
    { slots: 1, writers: [2], control: STOP },
    { slots: 2, writers: [2], dies: 'anyone', freezes: 'anyone' },
    { slots: 1, writers: [1], readers: 2, dies: 'anyone', freezes: 'anyone' },
    { slots: 1, writers: [1], observers: 1, dies: 'anyone', freezes: 'anyone' },
    { slots: 1, writers: [1], recoveredEarly: 'reader 0' },
  ];
  test.each(shapes.map((shape) => [nameOfEventRing(shape), shape] as const))('%s', (_, shape) => {
    const endsOf = (isPlain: boolean): string[] => {
      const scenario = eventRingScenario(module, shape);
      const ends = new Set<string>();
      searchAll(scenario, 2, { isPlain, onEnd: () => ends.add(endOf(scenario)) });
      return [...ends].sort();
    };
    expect(endsOf(false)).toEqual(endsOf(true));
  });

  test('a stream ring and two readers', () => {
    const readers = [
      { how: 'statistics', start: 0, end: 2 },
      { how: 'clock', start: 0, end: 1 },
    ] as const;
    const endsOf = (isPlain: boolean): string[] => {
      const scenario = streamRingScenario(module, { capacity: 2, appends: 3, generations: 2, freezes: true, readers });
      const ends = new Set<string>();
      searchAll(scenario, 2, { isPlain, onEnd: () => ends.add(endOf(scenario)) });
      return [...ends].sort();
    };
    expect(endsOf(false)).toEqual(endsOf(true));
  });
});

test('words that several threads use are touched atomically or behind a data step', () => {
  for (const { make } of CROWDS) {
    const { machine } = make(module);
    machine.isReduced = false;
    const stored = new Map<number, Set<number>>();
    const random = seededRandom(1);
    for (let run = 0; run < RANDOM_COUNT / 10; run++) {
      machine.reset();
      for (;;) {
        const ready = machine.programs.map((_, index) => index).filter((index) => machine.isReady(index));
        const thread = ready[Math.floor(random() * ready.length)];
        if (thread === undefined) break;
        const { kind, offset } = machine.pending(thread);
        const before = machine.words.slice();
        machine.run(thread, 'each');
        machine.words.forEach((value, index) => {
          const at = index * 4;
          if (value === before[index] || (at & ~7) === (offset & ~7) || (kind === 'data' && machine.isPlain(at)))
            return;
          stored.set(at, (stored.get(at) ?? new Set()).add(thread));
        });
      }
    }
    const wrong = [...stored].filter(([at, threads]) =>
      [...threads].some((thread) => machine.isTouchedByOthers(thread, at)),
    );
    expect(wrong).toEqual([]);
  }
});

/** A state in which no thread can go on, as text in which threads that differ only in their number are exchangeable. */
function endOf({ machine }: Scenario): string {
  if (!machine.programs.some(({ twin }) => twin !== undefined)) {
    machine.makeKey(0);
    return `${machine.keyHigh} ${machine.keyLow}`;
  }
  const threads = machine.programs.map(({ entry }, thread) => {
    const notes = [0, 4, 8].map((note) => machine.view.getInt32(machine.notes(thread) + note, true));
    return [entry, machine.status(thread), ...notes].join(' ');
  });
  return [...machine.words.slice(RING_CONTROL / 4, RING_HEADER_BYTES / 4), ...threads.sort()].join();
}

describe('faults put into the sources are found', () => {
  const HELD_SLEEPER: SourceEdit = {
    file: 'assembly/ring/signal.ts',
    from: '  atomic.add<u32>(queue + RING_QUEUE_SIGNAL, 1);',
    to: '  atomic.store<u32>(queue + RING_QUEUE_WOKEN, sleepers);\n  atomic.add<u32>(queue + RING_QUEUE_SIGNAL, 1);',
  };
  const TOKEN_BORN_TWICE: SourceEdit = {
    file: 'assembly/ring/queue.ts',
    from: 'if (atomic.cmpxchg<u32>(slot + RING_SLOT_OWNER, owner, 0) != owner) return false;',
    to: 'store<u32>(slot + RING_SLOT_OWNER, 0);',
  };
  const TWICE = /in the queues 2 times|loop that never ends/;

  test('a push that does not ask whose slot it is, after an early recovery', async () => {
    const faulty = await buildThreads([TOKEN_BORN_TWICE]);
    for (const writers of [[1], [1, 1, 1]]) {
      const scenario = eventRingScenario(faulty, { slots: 1, writers, recoveredEarly: 'reader 0' });
      expect(() => searchAll(scenario, 3)).toThrow(TWICE);
    }
  });

  test('a waker that says whom it has woken before it wakes them', async () => {
    const faulty = await buildThreads([HELD_SLEEPER]);
    for (const writers of [
      [1, 1],
      [1, 1, 1],
    ]) {
      const scenario = eventRingScenario(faulty, { slots: 2, writers, freezes: 'anyone' });
      expect(() => searchAll(scenario, 3)).toThrow('reader 0 sleeps although an event waits');
    }
  });

  test('a pop that does not look whether another was faster', async () => {
    const faulty = await buildThreads([
      {
        file: 'assembly/ring/queue.ts',
        from: 'if (atomic.cmpxchg<u64>(cell, seen, pack(position + mask + 1, 0)) == seen) {',
        to: 'atomic.store<u64>(cell, pack(position + mask + 1, 0));\n      if (true) {',
      },
    ]);
    expect(() => searchAll(eventRingScenario(faulty, { slots: 2, writers: [1, 1, 1] }), 3)).toThrow('never ends');
  });

  const MOVED_HEAD = 'storeHint(queue + RING_QUEUE_HEAD, position + 1);';
  const MOVED_TAIL = 'storeHint(queue + RING_QUEUE_TAIL, position + 1);';
  const POPPED = 'if (atomic.cmpxchg<u64>(cell, seen, pack(position + mask + 1, 0)) == seen) {';
  const PUSHED = 'if (unbroken.cmpxchg<u64>(cell, seen, pack(position + 1, token)) == seen) {';

  test.each([
    ['a head one too far', MOVED_HEAD, MOVED_HEAD.replace('1', '2'), { writers: [2] }],
    [
      'a head that moves before its token',
      POPPED,
      `${MOVED_HEAD}\n      ${POPPED}`,
      { writers: [1], readers: 2, freezes: 'anyone' },
    ],
    [
      'a tail that moves before its token',
      PUSHED,
      `${MOVED_TAIL}\n      ${PUSHED}`,
      { writers: [1, 1], freezes: 'anyone' },
    ],
  ] as const)('%s', async (_, from, to, shape) => {
    const faulty = await buildThreads([{ file: 'assembly/ring/queue.ts', from, to }]);
    expect(() => searchAll(eventRingScenario(faulty, { slots: 2, ...shape }), 1, { isPlain: true })).toThrow();
  });

  test('a generation that rises only before the counts go back', async () => {
    const file = 'assembly/stream/ring.ts';
    const faulty = await buildThreads([
      {
        file,
        from: 'atomic.or<u32>(ring + STREAM_GENERATION, 1);',
        to: 'atomic.add<u32>(ring + STREAM_GENERATION, 2);',
      },
      { file, from: 'atomic.add<u32>(ring + STREAM_GENERATION, 1);', to: '' },
    ]);
    for (const how of ['statistics', 'in place'] as const) {
      const readers = [{ how, start: 0, end: 2 }];
      const scenario = streamRingScenario(faulty, { capacity: 4, appends: 3, generations: 2, readers });
      expect(() => searchAll(scenario, 3)).toThrow('were said to be whole');
    }
  });

  test('a reader of the overview that does not look whether it was overwritten', async () => {
    const faulty = await buildThreads([
      {
        file: 'assembly/stream/ring.ts',
        from: ' && isTold(ring, first);',
        to: ';',
      },
    ]);
    const readers = [{ how: 'overview', start: 1, end: 2 }] as const;
    const shape = { capacity: 4, stretches: 2, appends: 50, generations: 1, readers };
    expect(() => searchAll(streamRingScenario(faulty, shape), 3)).toThrow('were said to be whole');
  });

  test('a sleeper that does not look again', async () => {
    const faulty = await buildThreads([
      {
        file: 'assembly/ring/signal.ts',
        from: '  atomic.add<u32>(queue + RING_QUEUE_SLEEPERS, 1);\n  return signal;',
        to: '  return signal;',
      },
    ]);
    for (const writers of [[2], [1, 1, 1]]) {
      expect(() => searchAll(eventRingScenario(faulty, { slots: 1, writers }), 3)).toThrow('sleeps');
    }
  });

  test('a commit that hands a slot over before its event is copied for an observer', async () => {
    const feed = '  if (atomic.load<u32>(ring + RING_OBSERVERS_WANTING) != 0) observersFeed(ring, slot, owner);\n';
    const faulty = await buildThreads([
      { file: 'assembly/ring/ring.ts', from: feed, to: '' },
      {
        file: 'assembly/ring/ring.ts',
        from: '  wake(ring + RING_FILLED);\n  return true;',
        to: `${feed}  wake(ring + RING_FILLED);\n  return true;`,
      },
    ]);
    const scenario = eventRingScenario(faulty, { slots: 1, writers: [1, 1], observers: 1 });
    expect(() => searchAll(scenario, 3)).toThrow('came out of order');
  });

  test('a clock of one copy', async () => {
    const faulty = await buildThreads([
      { file: 'assembly/stream/clock.ts', from: '<usize>(sequence & 1)', to: '<usize>0' },
    ]);
    const readers = [{ how: 'clock', start: 0, end: 2 }] as const;
    const scenario = streamRingScenario(faulty, { capacity: 2, appends: 3, generations: 2, readers });
    expect(() => searchAll(scenario, 3)).toThrow('a clock was torn');
  });
});
