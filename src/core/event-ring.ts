// Handles on the event ring of assembly/ring: writers, readers and observers of one buffer, on any thread. The
// creating thread lays the ring out in the arena; every other thread attaches with the descriptor. All state is in
// shared memory, so handles are cheap and hold nothing but addresses and views.

import { assert } from '../base/assert.ts';
import { delay, systemClock } from '../base/clock.ts';
import { LabError } from '../base/errors.ts';
import type { Core } from './core.ts';
import { EventSlot } from './event-slot.ts';
import {
  RING_ABANDONED_COUNT,
  RING_CLOSING,
  RING_CONTROL,
  RING_EMPTY,
  RING_ENDED,
  RING_FILLED,
  RING_KILLED,
  RING_OBSERVER_SIGNAL,
  RING_OBSERVER_SNAPSHOT,
  RING_OBSERVER_STRIDE,
  RING_OBSERVERS_OFFSET,
  RING_PAUSED,
  RING_QUEUE_SIGNAL,
  RING_SLOT_STRIDE,
  RING_SLOTS_OFFSET,
  RING_STOPPED,
  RING_WOULD_BLOCK,
  RING_WRITERS_LEFT,
} from './layout.ts';
import type { Arena, Region } from './memory.ts';

export interface EventRingOptions {
  /** Slots that events can wait in, 1 to 2^20; one more is added for events discarded while paused. */
  readonly slotCount: number;
  /** Bytes of metadata per event, 0 or more (24 for counter, timestamp, dead time). */
  readonly metadataBytes: number;
  /** Bytes of data per event, 0 or more. */
  readonly dataBytes: number;
  /** Threads that will write. The stream ends when each of them has been closed. 1 or more. */
  readonly writerCount: number;
  /** Threads that will observe; default 0. */
  readonly observerCount?: number;
}

/** Where a ring is and what shape it has. Plain data: send it to the threads that attach. */
export type EventRingDescriptor = Required<EventRingOptions> & { readonly address: number };

export type ClaimResult = EventSlot | 'would-block' | 'closed' | 'stopped';
export type ReadResult = EventSlot | 'would-block' | 'end' | 'stopped';

export interface EventRingStatistics {
  /** Committed events since creation. */
  readonly eventCount: number;
  /** Sum of the dead-time fractions of the committed events. */
  readonly totalDeadtime: number;
  /** Events discarded while paused. */
  readonly pausedCount: number;
  /** Committed events that a crashed reader had taken and that nobody will see. */
  readonly abandonedCount: number;
  /** Events that wait for a reader; without the end marker, which mimoCoRB2 counts as one more. */
  readonly filledCount: number;
  readonly emptyCount: number;
  /** Slots held by writers and readers at this moment. */
  readonly inWorkCount: number;
  readonly isPaused: boolean;
  /** All writers are done: readers see the end after what is filled. mimoCoRB2: flush_event_received. */
  readonly isFlushed: boolean;
}

/** Quarters of a microsecond that a blocking call spins before it goes to sleep: less than a sleep and a wake cost. */
export const DEFAULT_SPIN_COUNT = 32;
/** Spin count for threads that shall burn a core rather than sleep. */
export const SPIN_FOREVER = 0xffff_ffff;

const MAX_SLOT_COUNT = 2 ** 20;
/** Between two looks where a thread cannot sleep without being blocked. */
const LOOK_MS = 10;

/** One buffer of events. Any thread; `claim`, `read` and `observe` of its handles sleep, so not on the page. */
export class EventRing {
  readonly core: Core;
  readonly descriptor: EventRingDescriptor;
  readonly #words: Int32Array<ArrayBufferLike>;
  readonly #slots: EventSlot[] = [];

  private constructor(core: Core, descriptor: EventRingDescriptor) {
    this.core = core;
    this.descriptor = descriptor;
    this.#words = new Int32Array(core.memory.buffer);
  }

  /** Lays out a new ring. The caller keeps `region` and releases it when no thread uses the ring any more. */
  static create(
    core: Core,
    arena: Arena,
    options: EventRingOptions,
    name = 'event ring',
  ): EventRing & { region: Region } {
    const { slotCount, metadataBytes, dataBytes, writerCount, observerCount = 0 } = options;
    checkRange('slot count', slotCount, 1, MAX_SLOT_COUNT);
    checkRange('metadata length in bytes', metadataBytes, 0, 2 ** 31);
    checkRange('data length in bytes', dataBytes, 0, 2 ** 31);
    checkRange('number of writers', writerCount, 1, 1024);
    checkRange('number of observers', observerCount, 0, 1024);
    const { exports } = core;
    const lengthBytes = exports.ringBytes(slotCount, metadataBytes, dataBytes, writerCount, observerCount);
    const region = arena.reserve(name, lengthBytes);
    exports.ringInit(region.address, slotCount, metadataBytes, dataBytes, writerCount, observerCount);
    const shape = { slotCount, metadataBytes, dataBytes, writerCount, observerCount };
    return Object.assign(new EventRing(core, { address: region.address, ...shape }), { region });
  }

  /** The ring of another thread, seen from this one. */
  static attach(core: Core, descriptor: EventRingDescriptor): EventRing {
    return new EventRing(core, descriptor);
  }

  /** Handle of the writer with this index (0 to writerCount - 1). One thread at a time may use it. */
  writer(index: number): EventWriter {
    assert(index >= 0 && index < this.descriptor.writerCount, `writer ${index} is not registered`);
    return new EventWriter(this, index);
  }

  /** Handle of a reader. The index (0 or more) tells readers apart in `recoverReader`. */
  reader(index: number): EventReader {
    return new EventReader(this, this.#readerOwner(index));
  }

  /** Handle of the observer with this index (0 to observerCount - 1). One thread at a time may use it. */
  observer(index: number): EventObserver {
    assert(index >= 0 && index < this.descriptor.observerCount, `observer ${index} is not registered`);
    return new EventObserver(this, index);
  }

  /** From now on writers get the trash slot: their events are counted and discarded. */
  pause(): void {
    this.core.exports.ringControl(this.descriptor.address, RING_PAUSED, 0);
  }

  resume(): void {
    this.core.exports.ringControl(this.descriptor.address, 0, RING_PAUSED);
  }

  /** Asks the writers to finish: their claims say `closed`. Readers get everything that was committed. */
  close(): void {
    this.core.exports.ringControl(this.descriptor.address, RING_CLOSING, 0);
  }

  /** Ends all calls on all threads with `stopped`, at once. What is filled stays unread. */
  stop(): void {
    this.core.exports.ringControl(this.descriptor.address, RING_STOPPED, 0);
  }

  /** Sleeps, at most until the ring is closing or stopped. For sources that wait between events. Not on the page. */
  sleepUntilClosing(seconds: number): void {
    const end = performance.now() + seconds * 1000;
    const index = (this.descriptor.address + RING_CONTROL) >>> 2;
    for (;;) {
      const control = Atomics.load(this.#words, index);
      const leftMs = end - performance.now();
      if (leftMs <= 0 || (control & (RING_CLOSING | RING_STOPPED)) !== 0) return;
      Atomics.wait(this.#words, index, control, leftMs);
    }
  }

  get isPaused(): boolean {
    return (this.#word(RING_CONTROL) & RING_PAUSED) !== 0;
  }

  /** Writers were asked to finish. */
  get isClosing(): boolean {
    return (this.#word(RING_CONTROL) & RING_CLOSING) !== 0;
  }

  get isStopped(): boolean {
    return (this.#word(RING_CONTROL) & RING_STOPPED) !== 0;
  }

  /** All writers are done. */
  get isFlushed(): boolean {
    return this.#word(RING_WRITERS_LEFT) === 0;
  }

  /**
   * Gives back what a writer holds and closes it: by its own thread, or when that can do nothing more. Returns the number
   * of slots. Were the thread still at it, no token would be doubled or lost, but it could write into others' slots.
   */
  recoverWriter(index: number): number {
    const { exports } = this.core;
    const count = exports.ringRecover(this.descriptor.address, index + 1);
    exports.ringCloseWriter(this.descriptor.address, index);
    return count;
  }

  /** Gives back what a reader holds: by its own thread, or when that can do nothing more. Returns the number of events lost with it. */
  recoverReader(index: number): number {
    return this.core.exports.ringRecover(this.descriptor.address, this.#readerOwner(index));
  }

  /** A snapshot of the counters. While threads run, the three slot counts may be off by those inside a call. */
  statistics(): EventRingStatistics {
    const { exports } = this.core;
    const { address, slotCount } = this.descriptor;
    const filledCount = Math.min(exports.ringQueueLength(address, RING_FILLED), slotCount);
    const emptyCount = Math.min(exports.ringQueueLength(address, RING_EMPTY), slotCount - filledCount);
    return {
      eventCount: exports.ringEventCount(address),
      totalDeadtime: exports.ringTotalDeadtime(address),
      pausedCount: exports.ringPausedCount(address),
      abandonedCount: this.#word(RING_ABANDONED_COUNT),
      filledCount,
      emptyCount,
      inWorkCount: slotCount - filledCount - emptyCount,
      isPaused: this.isPaused,
      isFlushed: this.isFlushed,
    };
  }

  /** The slot of a token, with its views; made once per token. `slotCount` is the trash slot. */
  slot(token: number): EventSlot {
    let slot = this.#slots[token];
    if (!slot) {
      const { address } = this.descriptor;
      slot = this.slotAt(token, address + this.#word(RING_SLOTS_OFFSET) + token * this.#word(RING_SLOT_STRIDE));
      this.#slots[token] = slot;
    }
    return slot;
  }

  /** A slot view at any address that holds a copy of one. For the observer. */
  slotAt(token: number, address: number): EventSlot {
    const { metadataBytes, dataBytes, slotCount } = this.descriptor;
    return new EventSlot(this.core.memory, { token, isTrash: token === slotCount, address, metadataBytes, dataBytes });
  }

  /** Address of an observer's words and snapshot. For the observer. */
  observerAddress(index: number): number {
    const line = this.#word(RING_OBSERVERS_OFFSET) + index * this.#word(RING_OBSERVER_STRIDE);
    return this.descriptor.address + line;
  }

  /** Calls `attempt` until it does not say `would-block`, sleeping between without blocking the thread. */
  async untilUnblocked<T>(queue: typeof RING_EMPTY | typeof RING_FILLED, attempt: () => T | 'would-block'): Promise<T> {
    const { address } = this.descriptor;
    for (;;) {
      const first = attempt();
      if (first !== 'would-block') return first;
      const signal = this.core.exports.ringPrepareSleep(address, queue) | 0;
      const second = attempt();
      if (second !== 'would-block') return second;
      await this.changed(address + queue + RING_QUEUE_SIGNAL, signal);
    }
  }

  /** Before a try to read that may find nothing: gives a wait for what is committed, or the end, after this moment. */
  watchFilled(): () => Promise<void> {
    const { address } = this.descriptor;
    const signal = this.core.exports.ringPrepareSleep(address, RING_FILLED) | 0;
    return () => this.changed(address + RING_FILLED + RING_QUEUE_SIGNAL, signal);
  }

  /** The word at `address`, for `changed`. */
  signalAt(address: number): number {
    return Atomics.load(this.#words, address >>> 2);
  }

  /** Resolves when the word at `address` is not, or was notified to be no longer, `value`; or when it is time to look again. */
  async changed(address: number, value: number): Promise<void> {
    if (!('waitAsync' in Atomics)) return delay(systemClock, LOOK_MS);
    await Atomics.waitAsync(this.#words as Int32Array<SharedArrayBuffer>, address >>> 2, value).value;
  }

  #word(offset: number): number {
    return this.signalAt(this.descriptor.address + offset) >>> 0;
  }

  #readerOwner(index: number): number {
    assert(index >= 0, `reader ${index} is no index`);
    return this.descriptor.writerCount + index + 1;
  }
}

/** Puts events into a ring. One thread; it may hold several slots at once. */
export class EventWriter {
  readonly #ring: EventRing;
  readonly #index: number;
  readonly #address: number;

  constructor(ring: EventRing, index: number) {
    this.#ring = ring;
    this.#index = index;
    this.#address = ring.descriptor.address;
  }

  /** An empty slot to fill, or why there is none. The slot holds the bytes of an earlier event or zeros. */
  tryClaim(): ClaimResult {
    return this.#result(this.#ring.core.exports.ringTryClaim(this.#address, this.#index + 1));
  }

  /** As `tryClaim`, but waits: spins for `spinCount` quarters of a microsecond, then sleeps. Never says `would-block`. Not on the page. */
  claim(spinCount = DEFAULT_SPIN_COUNT): ClaimResult {
    return this.#result(this.#ring.core.exports.ringClaim(this.#address, this.#index + 1, spinCount));
  }

  /** As `claim`, for threads that must not block. In Node something else must keep the thread alive meanwhile. */
  claimAsync(): Promise<Exclude<ClaimResult, 'would-block'>> {
    return this.#ring.untilUnblocked(RING_EMPTY, () => this.tryClaim());
  }

  /**
   * Hands the event to the readers. `deadtime` is the fraction 0..1 of mimo's definition; 0 where none is known. False,
   * and there is no event, when `recoverWriter` has given the slot back meanwhile.
   */
  commit(slot: EventSlot, deadtime = 0): boolean {
    return this.#ring.core.exports.ringCommit(this.#address, this.#index, slot.token, deadtime) !== 0;
  }

  /** Gives a claimed slot back without an event. */
  discard(slot: EventSlot): void {
    this.#ring.core.exports.ringRelease(this.#address, this.#index + 1, slot.token);
  }

  /** This writer is done; the last one ends the stream. A second call does nothing. */
  close(): void {
    this.#ring.core.exports.ringCloseWriter(this.#address, this.#index);
  }

  #result(token: number): ClaimResult {
    if (token >= 0) return this.#ring.slot(token);
    return token === RING_WOULD_BLOCK ? 'would-block' : token === RING_ENDED ? 'closed' : 'stopped';
  }
}

/** Takes events out of a ring. One thread; it may hold several slots at once. Readers share the work. */
export class EventReader {
  readonly #ring: EventRing;
  readonly #owner: number;
  readonly #address: number;

  constructor(ring: EventRing, owner: number) {
    this.#ring = ring;
    this.#owner = owner;
    this.#address = ring.descriptor.address;
  }

  /** The oldest event that nobody has read, or why there is none. `end` stays `end`. */
  tryRead(): ReadResult {
    return this.#result(this.#ring.core.exports.ringTryRead(this.#address, this.#owner));
  }

  /** As `tryRead`, but waits: spins for `spinCount` quarters of a microsecond, then sleeps. Never says `would-block`. Not on the page. */
  read(spinCount = DEFAULT_SPIN_COUNT): ReadResult {
    return this.#result(this.#ring.core.exports.ringRead(this.#address, this.#owner, spinCount));
  }

  /** As `read`, for threads that must not block. */
  readAsync(): Promise<Exclude<ReadResult, 'would-block'>> {
    return this.#ring.untilUnblocked(RING_FILLED, () => this.tryRead());
  }

  /** Gives the slot back. Its views must not be used any more. */
  release(slot: EventSlot): void {
    this.#ring.core.exports.ringRelease(this.#address, this.#owner, slot.token);
  }

  #result(token: number): ReadResult {
    if (token >= 0) return this.#ring.slot(token);
    return token === RING_KILLED ? 'stopped' : token === RING_ENDED ? 'end' : 'would-block';
  }
}

/** Looks at events on their way into a ring, without taking part. One thread. */
export class EventObserver {
  readonly #ring: EventRing;
  readonly #index: number;
  readonly #address: number;
  readonly #snapshot: EventSlot;
  readonly #signal: number;

  constructor(ring: EventRing, index: number) {
    this.#ring = ring;
    this.#index = index;
    this.#address = ring.descriptor.address;
    const line = ring.observerAddress(index);
    this.#signal = line + RING_OBSERVER_SIGNAL;
    this.#snapshot = ring.slotAt(-1, line + RING_OBSERVER_SNAPSHOT);
  }

  /**
   * A copy of an event that was committed after the previous call, valid until the next call; `would-block` asks
   * for one: the next commit makes the copy. Events between are not shown.
   */
  tryObserve(): ReadResult {
    return this.#result(this.#ring.core.exports.ringTryObserve(this.#address, this.#index));
  }

  /** As `tryObserve`, but sleeps until the next commit or the end. Not on the page. */
  observe(): ReadResult {
    return this.#result(this.#ring.core.exports.ringObserve(this.#address, this.#index));
  }

  /** As `observe`, for threads that must not block. */
  async observeAsync(): Promise<Exclude<ReadResult, 'would-block'>> {
    for (;;) {
      const before = this.#ring.signalAt(this.#signal);
      const result = this.tryObserve();
      if (result !== 'would-block') return result;
      await this.#ring.changed(this.#signal, before);
    }
  }

  #result(code: number): ReadResult {
    if (code >= 0) return this.#snapshot;
    return code === RING_KILLED ? 'stopped' : code === RING_ENDED ? 'end' : 'would-block';
  }
}

function checkRange(what: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new LabError(
    'setup/invalid',
    `The ${what} of a buffer must be a whole number from ${min} to ${max}, not ${value}.`,
    {
      context: { value },
    },
  );
}
