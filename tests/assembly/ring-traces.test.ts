// The event ring against the reference's own traces. Two of its habits are defects that we correct (README there):
// its observers take events out of the queue and put them back behind later ones, and what is done after the end
// marker is lost. So: until the first observation everything must be equal, tokens too. From then on counts must be
// equal (an event that the reference's observer holds still waits in our queue), and events must come out in the
// order of their commits. A trace is left at the first write after the flush.

import { describe, expect, test } from 'vitest';
import { EventRing } from '../../src/core/event-ring.ts';
import type { EventSlot } from '../../src/core/event-slot.ts';
import { createTestCore } from '../support/core.ts';
import { goldenJson } from '../support/golden.ts';

interface TraceOp {
  readonly op:
    | 'write'
    | 'commit'
    | 'read'
    | 'release'
    | 'observe'
    | 'unobserve'
    | 'flush'
    | 'pause'
    | 'resume'
    | 'stats';
  readonly token?: number | null;
  readonly result?: string;
  readonly counter?: number;
  readonly deadtime?: number;
  readonly v?: readonly number[];
  readonly filled_slots?: number;
  readonly empty_slots?: number;
  readonly state: {
    readonly filled: number;
    readonly empty: number;
    readonly event_count: number;
    readonly paused_count: number;
    readonly flush: boolean;
    readonly paused: boolean;
    readonly total_deadtime: number;
  };
}

interface Trace {
  readonly slot_count: number;
  readonly ops: readonly TraceOp[];
}

const RESULT_NAMES = { 'would-block': 'would block', end: 'end of stream', closed: 'closed', stopped: 'stopped' };

/** Replays one trace on a new ring; `count` says how many operations were compared. */
class Replay {
  readonly #core;
  readonly #ring: EventRing;
  readonly #writer;
  readonly #reader;
  /** Slots that the trace's caller holds, by the reference's token. */
  readonly #written = new Map<number, EventSlot>();
  readonly #read = new Map<number, EventSlot>();
  /** Counters of the events that wait, in commit order. */
  readonly #waiting: number[] = [];
  #observedCount = 0;
  #hasObserved = false;
  count = 0;

  constructor(slotCount: number) {
    const { core, arena } = createTestCore(2 ** 20);
    this.#core = core;
    this.#ring = EventRing.create(core, arena, { slotCount, metadataBytes: 24, dataBytes: 16, writerCount: 1 });
    this.#writer = this.#ring.writer(0);
    this.#reader = this.#ring.reader(0);
  }

  run(ops: readonly TraceOp[]): void {
    for (const op of ops) {
      if (this.#ring.isFlushed && (op.op === 'write' || op.op === 'commit')) return;
      this.#step(op);
      const { filledCount, emptyCount, eventCount, pausedCount, totalDeadtime, isFlushed, isPaused } =
        this.#ring.statistics();
      expect({
        filled: filledCount + (isFlushed ? 1 : 0) - this.#observedCount,
        empty: emptyCount,
        event_count: eventCount,
        paused_count: pausedCount,
        flush: isFlushed,
        paused: isPaused,
        total_deadtime: totalDeadtime,
      }).toEqual(op.state);
      this.count++;
    }
  }

  #step(op: TraceOp): void {
    const { slotCount } = this.#ring.descriptor;
    switch (op.op) {
      case 'write': {
        // The reference's queue hands tokens over in a thread of its own: right after the start it can look empty.
        if (op.result && op.state.empty > 0) return;
        const slot = this.#writer.tryClaim();
        this.#compare(slot, op, slotCount);
        if (typeof slot !== 'string' && !slot.isTrash) this.#written.set(op.token!, slot);
        return;
      }
      case 'commit': {
        const slot = op.token === null ? this.#ring.slot(slotCount) : this.#written.get(op.token!)!;
        slot.metadata.setUint32(0, op.counter!, true);
        this.#values(slot).set([op.counter!, -op.counter!]);
        this.#writer.commit(slot, op.deadtime);
        if (!slot.isTrash) this.#waiting.push(op.counter!);
        return;
      }
      case 'read': {
        if (typeof op.token !== 'number' && this.#waiting.length > 0) return;
        const slot = this.#reader.tryRead();
        this.#compare(slot, op, slotCount);
        if (typeof slot === 'string') return;
        const counter = slot.metadata.getUint32(0, true);
        expect(counter).toBe(this.#waiting.shift());
        if (!this.#hasObserved) expect(counter).toBe(op.counter);
        expect([...this.#values(slot)]).toEqual([counter, -counter]);
        this.#read.set(op.token!, slot);
        return;
      }
      case 'release':
        if (op.token !== null) this.#reader.release(this.#read.get(op.token!)!);
        return;
      case 'observe':
        if (typeof op.token !== 'number') return;
        this.#observedCount++;
        this.#hasObserved = true;
        return;
      case 'unobserve':
        if (op.token !== null) this.#observedCount--;
        return;
      case 'flush':
        this.#writer.close();
        return;
      case 'pause':
        this.#ring.pause();
        return;
      case 'resume':
        this.#ring.resume();
        return;
      case 'stats': {
        const { filledCount, emptyCount, isFlushed } = this.#ring.statistics();
        expect((filledCount + (isFlushed ? 1 : 0) - this.#observedCount) / slotCount).toBe(op.filled_slots);
        expect(emptyCount / slotCount).toBe(op.empty_slots);
        return;
      }
    }
  }

  #compare(result: EventSlot | keyof typeof RESULT_NAMES, op: TraceOp, slotCount: number): void {
    if (typeof result === 'string' || op.result) {
      expect(typeof result === 'string' ? RESULT_NAMES[result] : 'a slot').toBe(op.result ?? 'a slot');
    } else if (!this.#hasObserved) {
      expect(result.token).toBe(op.token ?? slotCount);
    }
  }

  #values(slot: EventSlot): Float64Array {
    return new Float64Array(this.#core.memory.buffer, slot.dataAddress, 2);
  }
}

describe('mimoCoRB2 buffer traces', () => {
  const { traces } = goldenJson<{ traces: Trace[] }>('mimo/buffer-traces.json');

  // Operations up to the first write after the flush, read off the file.
  test.each(traces.map((trace) => [trace.slot_count, trace] as const))('%i slots', (slotCount, { ops }) => {
    const flush = ops.findIndex(({ op }) => op === 'flush');
    const rest = flush < 0 ? -1 : ops.slice(flush).findIndex(({ op }) => op === 'write' || op === 'commit');
    const replay = new Replay(slotCount);
    replay.run(ops);
    expect(replay.count).toBe(rest < 0 ? ops.length : flush + rest);
  });
});
