// The event ring's contract on one thread: the rules of its use, and
// seeded random runs against a plain model with canaries around every slot.

import { beforeEach, describe, expect, test } from 'vitest';
import { EventRing, type EventRingOptions } from '../../src/core/event-ring.ts';
import type { EventSlot } from '../../src/core/event-slot.ts';
import { RING_EMPTY, RING_FILLED, RING_QUEUE_HEAD, RING_QUEUE_TAIL } from '../../src/core/layout.ts';
import type { Arena } from '../../src/core/memory.ts';
import { createTestCore } from '../support/core.ts';
import { seededRandom } from '../support/random.ts';

type TestRing = EventRing & { region: { address: number; lengthBytes: number } };

let core: ReturnType<typeof createTestCore>['core'];
let arena: Arena;

function createRing(options: Partial<EventRingOptions> = {}): TestRing {
  const shape = { slotCount: 4, metadataBytes: 24, dataBytes: 16, writerCount: 1, observerCount: 1 };
  return EventRing.create(core, arena, { ...shape, ...options });
}

function slotOf(result: EventSlot | string): EventSlot {
  if (typeof result === 'string') throw new Error(`no slot: ${result}`);
  return result;
}

function put(ring: EventRing, counter: number, writerIndex = 0): void {
  const writer = ring.writer(writerIndex);
  const slot = slotOf(writer.tryClaim());
  slot.metadata.setUint32(0, counter, true);
  writer.commit(slot);
}

function take(ring: EventRing, readerIndex = 0): number | string {
  const reader = ring.reader(readerIndex);
  const slot = reader.tryRead();
  if (typeof slot === 'string') return slot;
  const counter = slot.metadata.getUint32(0, true);
  reader.release(slot);
  return counter;
}

describe.each(['debug', 'release'] as const)('%s core', (target) => {
  beforeEach(() => {
    ({ core, arena } = createTestCore(4 * 2 ** 20, target));
  });

  test('events come out once, in the order of their commits, and slots go round', () => {
    const ring = createRing({ slotCount: 3 });
    const seen: Array<number | string> = [];
    for (let counter = 0; counter < 999; counter++) {
      put(ring, counter);
      if (counter % 3 === 2) seen.push(take(ring), take(ring), take(ring));
    }
    seen.push(take(ring));
    expect(seen).toEqual([...Array.from({ length: 999 }, (_, i) => i), 'would-block']);
  });

  test('order is that of commits, not of claims', () => {
    const ring = createRing();
    const writer = ring.writer(0);
    const [first, second] = [slotOf(writer.tryClaim()), slotOf(writer.tryClaim())];
    first.metadata.setUint32(0, 1, true);
    second.metadata.setUint32(0, 2, true);
    writer.commit(second);
    writer.commit(first);
    expect([take(ring), take(ring)]).toEqual([2, 1]);
  });

  test('a full ring holds its writer back until a reader releases', () => {
    const ring = createRing({ slotCount: 2 });
    put(ring, 0);
    put(ring, 1);
    const reader = ring.reader(0);
    const slot = slotOf(reader.tryRead());
    expect(ring.writer(0).tryClaim()).toBe('would-block');
    reader.release(slot);
    expect(ring.writer(0).tryClaim()).toBe(slot);
  });

  test('a discarded claim leaves no event', () => {
    const ring = createRing();
    const writer = ring.writer(0);
    writer.discard(slotOf(writer.tryClaim()));
    expect(ring.statistics()).toMatchObject({ eventCount: 0, filledCount: 0, emptyCount: 4, inWorkCount: 0 });
    expect(take(ring)).toBe('would-block');
  });

  test('while paused, events go to the trash slot, are counted, and the ring keeps what it has', () => {
    const ring = createRing({ slotCount: 1 });
    put(ring, 1);
    ring.pause();
    const writer = ring.writer(0);
    const trash = slotOf(writer.tryClaim());
    expect(trash.isTrash).toBe(true);
    trash.data.fill(0xee);
    writer.commit(trash, 1);
    writer.discard(slotOf(writer.tryClaim()));
    expect(ring.statistics()).toMatchObject({
      eventCount: 1,
      pausedCount: 1,
      totalDeadtime: 0,
      filledCount: 1,
      isPaused: true,
    });
    ring.resume();
    expect(writer.tryClaim()).toBe('would-block');
    expect(take(ring)).toBe(1);
    expect(slotOf(writer.tryClaim()).isTrash).toBe(false);
  });

  test('the end comes when the last of several writers is done and nothing committed is left', () => {
    const ring = createRing({ writerCount: 3 });
    put(ring, 0, 0);
    ring.writer(0).close();
    ring.writer(0).close();
    put(ring, 1, 1);
    ring.writer(2).close();
    expect(ring.isFlushed).toBe(false);
    put(ring, 2, 1);
    ring.writer(1).close();
    expect(ring.isFlushed).toBe(true);
    expect([take(ring), take(ring), take(ring)]).toEqual([0, 1, 2]);
    expect([take(ring, 0), take(ring, 1), take(ring, 0)]).toEqual(['end', 'end', 'end']);
  });

  test('closing refuses new claims but takes commits of slots that are out', () => {
    const ring = createRing();
    const writer = ring.writer(0);
    const slot = slotOf(writer.tryClaim());
    slot.metadata.setUint32(0, 7, true);
    ring.close();
    expect(writer.tryClaim()).toBe('closed');
    expect(writer.claim(0)).toBe('closed');
    writer.commit(slot);
    writer.close();
    expect([take(ring), take(ring)]).toEqual([7, 'end']);
  });

  test('a stop ends every call, also with events waiting and while paused', async () => {
    const ring = createRing();
    put(ring, 0);
    ring.pause();
    ring.stop();
    expect(ring.writer(0).tryClaim()).toBe('stopped');
    expect(ring.writer(0).claim()).toBe('stopped');
    expect(ring.reader(0).tryRead()).toBe('stopped');
    expect(ring.reader(0).read()).toBe('stopped');
    expect(ring.observer(0).tryObserve()).toBe('stopped');
    expect(ring.observer(0).observe()).toBe('stopped');
    await expect(ring.writer(0).claimAsync()).resolves.toBe('stopped');
    await expect(ring.reader(0).readAsync()).resolves.toBe('stopped');
  });

  test('async calls wait without blocking and wake on commit, release, end and stop', async () => {
    const ring = createRing({ slotCount: 1 });
    const read = ring.reader(0).readAsync();
    put(ring, 5);
    const slot = slotOf(await read);
    const claim = ring.writer(0).claimAsync();
    ring.reader(0).release(slot);
    expect(slotOf(await claim).token).toBe(0);
    const [end, observed] = [ring.reader(0).readAsync(), ring.observer(0).observeAsync()];
    ring.writer(0).close();
    expect(await Promise.all([end, observed])).toEqual(['end', 'end']);
    const other = createRing();
    const waiting = [other.reader(0).readAsync(), other.reader(1).readAsync(), other.observer(0).observeAsync()];
    other.stop();
    expect(await Promise.all(waiting)).toEqual(['stopped', 'stopped', 'stopped']);
  });

  test('an observer sees copies of later commits; readers get every event in order all the same', () => {
    const ring = createRing({ observerCount: 2 });
    put(ring, 0);
    const observer = ring.observer(0);
    expect(observer.tryObserve()).toBe('would-block');
    put(ring, 1);
    put(ring, 2);
    const copy = slotOf(observer.tryObserve());
    expect(copy.metadata.getUint32(0, true)).toBe(1);
    expect([take(ring), take(ring), take(ring)]).toEqual([0, 1, 2]);
    put(ring, 3);
    expect(copy.metadata.getUint32(0, true)).toBe(1);
    expect(ring.observer(1).tryObserve()).toBe('would-block');
    expect(observer.tryObserve()).toBe('would-block');
    ring.writer(0).close();
    expect([take(ring), observer.tryObserve(), ring.observer(1).tryObserve()]).toEqual([3, 'end', 'end']);
  });

  test('an observer still gets the event that was copied for it before the end', () => {
    const ring = createRing();
    const observer = ring.observer(0);
    observer.tryObserve();
    put(ring, 9);
    ring.writer(0).close();
    expect(slotOf(observer.tryObserve()).metadata.getUint32(0, true)).toBe(9);
    expect(observer.tryObserve()).toBe('end');
  });

  test('slots of a dead writer come back and its part of the end is done for it', () => {
    const ring = createRing({ writerCount: 2 });
    put(ring, 0, 0);
    slotOf(ring.writer(0).tryClaim());
    slotOf(ring.writer(0).tryClaim());
    slotOf(ring.writer(1).tryClaim());
    expect(ring.recoverWriter(0)).toBe(2);
    expect(ring.statistics()).toMatchObject({ emptyCount: 2, filledCount: 1, inWorkCount: 1, abandonedCount: 0 });
    ring.writer(1).close();
    expect([take(ring), take(ring)]).toEqual([0, 'end']);
  });

  test('slots of a dead reader come back and its events count as abandoned', () => {
    const ring = createRing();
    for (let counter = 0; counter < 4; counter++) put(ring, counter);
    slotOf(ring.reader(0).tryRead());
    const held = slotOf(ring.reader(1).tryRead());
    slotOf(ring.reader(0).tryRead());
    expect(ring.recoverReader(0)).toBe(2);
    expect(ring.recoverReader(0)).toBe(0);
    expect(ring.statistics()).toMatchObject({ abandonedCount: 2, emptyCount: 2, filledCount: 1, inWorkCount: 1 });
    ring.reader(1).release(held);
    expect(take(ring)).toBe(3);
  });

  test('what was given back for a thread that still runs is not pushed once more', () => {
    const ring = createRing({ slotCount: 2 });
    const writer = ring.writer(0);
    const [first, second] = [slotOf(writer.tryClaim()), slotOf(writer.tryClaim())];
    expect(ring.recoverWriter(0)).toBe(2);
    expect(writer.commit(first)).toBe(false);
    writer.discard(second);
    expect(ring.statistics()).toMatchObject({ eventCount: 0, filledCount: 0, emptyCount: 2, inWorkCount: 0 });
    const other = createRing({ slotCount: 1 });
    put(other, 1);
    const held = slotOf(other.reader(0).tryRead());
    other.recoverReader(0);
    other.reader(0).release(held);
    expect(other.statistics()).toMatchObject({ filledCount: 0, emptyCount: 1, inWorkCount: 0 });
  });

  test.each([
    [{ slotCount: 0 }, 'slot count'],
    [{ slotCount: 1.5 }, 'slot count'],
    [{ dataBytes: -1 }, 'data length'],
    [{ writerCount: 0 }, 'number of writers'],
  ])('%o is refused by name', (options, name) => {
    expect(() => createRing(options)).toThrow(name);
  });

  test.each([1, 3, 4, 5, 40, 2 ** 31, 2 ** 32 - 8])('heads and tails set back by %i change nothing', (back) => {
    const ring = createRing({ slotCount: 3 });
    const words = new Uint32Array(core.memory.buffer);
    for (const backQueue of [RING_EMPTY, RING_FILLED]) {
      for (const word of [RING_QUEUE_HEAD, RING_QUEUE_TAIL]) {
        // The full and the empty queue, each at every place of a lap.
        for (let counter = 0; counter < 9; counter++) {
          const index = (ring.descriptor.address + backQueue + word) >>> 2;
          words[index] = words[index]! - back;
          expect(ring.statistics()).toMatchObject({ filledCount: 0, emptyCount: 3, inWorkCount: 0 });
          expect(take(ring)).toBe('would-block');
          put(ring, counter);
          words[index] = words[index]! - back;
          expect(ring.statistics()).toMatchObject({ filledCount: 1, emptyCount: 2, inWorkCount: 0 });
          put(ring, counter + 1);
          put(ring, counter + 2);
          words[index] = words[index]! - back;
          expect(ring.writer(0).tryClaim()).toBe('would-block');
          expect([take(ring), take(ring), take(ring)]).toEqual([counter, counter + 1, counter + 2]);
        }
      }
    }
  });

  test('a ring larger than the memory is refused', () => {
    expect(() => createRing({ slotCount: 2 ** 20, dataBytes: 2 ** 31 })).toThrow('No room for event ring');
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('random use equals a plain queue and touches nothing else (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const pick = (limit: number) => Math.floor(random() * limit);
    const options = {
      // More than a line of the queue's cells, so that slots are fetched ahead while others hold them.
      slotCount: 1 + pick(seed % 2 === 0 ? 9 : 60),
      metadataBytes: pick(40),
      dataBytes: 1 + pick(50),
      writerCount: 1 + pick(3),
    };
    const before = arena.reserve('canary before', 256);
    const ring = createRing(options);
    const after = arena.reserve('canary after', 256);
    const bytes = new Uint8Array(core.memory.buffer);
    for (const { address } of [before, after]) bytes.fill(0xa5, address, address + 256);

    const metadataOf = ({ metadataAddress }: EventSlot) =>
      bytes.subarray(metadataAddress, metadataAddress + options.metadataBytes);
    const claimed: Array<{ slot: EventSlot; writer: number }> = [];
    const filled: number[] = [];
    const taken: Array<{ slot: EventSlot; reader: number; stamp: number }> = [];
    let nextStamp = 0;
    const stampOf = new Map<EventSlot, number>();
    for (let step = 0; step < 4000; step++) {
      const action = pick(6);
      if (action < 2) {
        const writer = pick(options.writerCount);
        const slot = ring.writer(writer).tryClaim();
        const inUse = claimed.length + filled.length + taken.length;
        expect(typeof slot === 'string' ? slot : 'slot').toBe(inUse === options.slotCount ? 'would-block' : 'slot');
        if (typeof slot !== 'string') {
          slot.data.fill(nextStamp & 0xff);
          metadataOf(slot).fill(~nextStamp & 0xff);
          stampOf.set(slot, nextStamp++);
          claimed.push({ slot, writer });
        }
      } else if (action === 2 && claimed.length > 0) {
        const [{ slot, writer }] = claimed.splice(pick(claimed.length), 1) as [(typeof claimed)[number]];
        if (pick(8) === 0) ring.writer(writer).discard(slot);
        else {
          ring.writer(writer).commit(slot);
          filled.push(stampOf.get(slot)!);
        }
      } else if (action < 5) {
        const reader = pick(3);
        const slot = ring.reader(reader).tryRead();
        const stamp = filled.shift();
        if (stamp === undefined) expect(slot).toBe('would-block');
        else {
          expect([...slotOf(slot).data].every((byte) => byte === (stamp & 0xff))).toBe(true);
          expect([...metadataOf(slotOf(slot))].every((byte) => byte === (~stamp & 0xff))).toBe(true);
          expect(stampOf.get(slotOf(slot))).toBe(stamp);
          taken.push({ slot: slotOf(slot), reader, stamp });
        }
      } else if (taken.length > 0) {
        if (pick(10) === 0) {
          const dead = pick(3);
          const held = taken.filter(({ reader }) => reader === dead).length;
          expect(ring.recoverReader(dead)).toBe(held);
          taken.splice(0, taken.length, ...taken.filter(({ reader }) => reader !== dead));
        } else {
          const [{ slot, reader }] = taken.splice(pick(taken.length), 1) as [(typeof taken)[number]];
          ring.reader(reader).release(slot);
        }
      }
    }
    expect(ring.statistics()).toMatchObject({
      filledCount: filled.length,
      inWorkCount: claimed.length + taken.length,
    });
    for (const { address } of [before, after])
      expect(bytes.subarray(address, address + 256).every((byte) => byte === 0xa5)).toBe(true);
  });
});
