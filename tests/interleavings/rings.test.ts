// The rings' own sources through every interleaving of small scenarios with few preemptions, and through random ones of
// larger scenarios. docs/event-ring.md says what that covers; `npm run soak rings` goes further.

import { beforeAll, describe, expect, test, vi } from 'vitest';
import { buildThreads } from './build.ts';
import { eventRingScenario } from './event-ring.ts';
import { CONTROL, CROWDS, DEATHS, EARLY_RECOVERIES, type Play, STREAMS, SUSPENSIONS, WORK } from './scenarios.ts';
import { searchAll, searchRandom } from './search.ts';
import { streamRingScenario } from './stream-ring.ts';

const RANDOM_COUNT = 300;

// Some seconds each on a core of its own.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

let module: WebAssembly.Module;

beforeAll(async () => {
  module = await buildThreads();
});

describe.each<[string, readonly Play[]]>([
  ['work: each event comes once and in order, nobody sleeps who has something to do', WORK],
  ['pause, flush and stop', CONTROL],
  ['a death anywhere loses and doubles no token', DEATHS],
  ['a suspension anywhere holds nobody', SUSPENSIONS],
  ['a recovery while the owner still runs loses and doubles no token', EARLY_RECOVERIES],
  ['what a stream ring says is whole is whole', STREAMS],
])('%s', (_, plays) => {
  test.each([...plays])('$name', ({ make, preemptions }) => {
    expect(searchAll(make(module), preemptions).endCount).toBeGreaterThan(0);
  });
});

test.each([...CROWDS])('random schedules of $name', ({ make }) => {
  expect(searchRandom(make(module), 1, RANDOM_COUNT).endCount).toBe(RANDOM_COUNT);
});

describe('faults put into the sources are found', () => {
  test('a push that does not ask whose slot it is, after an early recovery', async () => {
    const faulty = await buildThreads([
      {
        file: 'assembly/ring/queue.ts',
        from: 'if (atomic.cmpxchg<u32>(slot + RING_SLOT_OWNER, owner, 0) != owner) return false;',
        to: 'store<u32>(slot + RING_SLOT_OWNER, 0);',
      },
    ]);
    const scenario = eventRingScenario(faulty, { slots: 1, writers: [1], recoveredEarly: 'reader 0' });
    expect(() => searchAll(scenario, 3)).toThrow(/token 0 is in the queues 2 times|loop that never ends/);
  });

  test('a waker that says whom it has woken before it wakes them', async () => {
    const faulty = await buildThreads([
      {
        file: 'assembly/ring/signal.ts',
        from: '  atomic.add<u32>(queue + RING_QUEUE_SIGNAL, 1);',
        to: '  atomic.store<u32>(queue + RING_QUEUE_WOKEN, sleepers);\n  atomic.add<u32>(queue + RING_QUEUE_SIGNAL, 1);',
      },
    ]);
    const scenario = eventRingScenario(faulty, { slots: 2, writers: [1, 1], freezes: 'writer 0' });
    expect(() => searchAll(scenario, 3)).toThrow('reader 0 sleeps although an event waits');
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

  test('a sleeper that does not look again', async () => {
    const faulty = await buildThreads([
      {
        file: 'assembly/ring/signal.ts',
        from: '  atomic.add<u32>(queue + RING_QUEUE_SLEEPERS, 1);\n  return signal;',
        to: '  return signal;',
      },
    ]);
    expect(() => searchAll(eventRingScenario(faulty, { slots: 1, writers: [2] }), 3)).toThrow('sleeps');
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
