// The home of an instrument's values: records of a time and n numbers, appended by one thread and read by any. It lies
// in a shared memory of its own that grows by blocks up to a stated maximum and ends with the last thread that holds it.
// Nothing in it moves and nothing is overwritten, so a reader needs no lock: what lies below the count is there.
//
//   word 0  state (CHANNEL_STATES) anybody may end it, the first word stands
//   word 1  generation, odd while the writer empties the series; a reader compares it before and after it copies
//   word 2  count of records, stored after their bytes
//   word 3  count of times that were not taken as they were given, of all generations
//
// From HEADER_BYTES on: i64 UTC ticks, n × f64, record after record.

import { assert } from '../base/assert.ts';
import { LabError } from '../base/errors.ts';
import { type Utc, utcFromTicks } from '../base/time.ts';
import { CHANNEL_STATES, type ChannelState } from '../model/channel.ts';

/** Structured-cloneable; whoever has it can read. */
export interface SeriesDescriptor {
  readonly memory: WebAssembly.Memory;
  /** Numbers per record. */
  readonly valueCount: number;
}

export interface SeriesOptions {
  /** Numbers per record, ≥ 1. */
  readonly valueCount: number;
  /** Most memory for records (see `recordBytes`); rounded up to whole blocks. */
  readonly mostBytes: number;
}

const STATE_WORD = 0;
const GENERATION_WORD = 1;
const COUNT_WORD = 2;
const HELD_WORD = 3;
const HEADER_BYTES = 64;
const PAGE_BYTES = 65_536;
/** Pages per block: 1 MiB. */
const BLOCK_PAGES = 16;
const WORD_BYTES = 8;
/** 2^32: the upper half of an i64 counts so many of the lower. */
const UPPER = 2 ** 32;
const TICKS_PER_SECOND = 2 ** 30;

/** Records [start, end) as they were at one moment. */
export interface SeriesBlock {
  readonly timesS: Float64Array;
  readonly values: Float64Array;
}

/** The same with exact times, and all the numbers. */
export interface SeriesRecords {
  readonly times: readonly Utc[];
  /** One array for each number of a record. */
  readonly values: readonly Float64Array[];
}

/** One writer; any number of readers, each with a handle of its own. */
export class StampedSeries {
  readonly descriptor: SeriesDescriptor;
  readonly #recordWords: number;
  #words!: Int32Array;
  #unsigned!: Uint32Array;
  #ticks!: BigInt64Array;
  #numbers!: Float64Array;

  private constructor(descriptor: SeriesDescriptor) {
    this.descriptor = descriptor;
    this.#recordWords = 1 + descriptor.valueCount;
    this.#takeViews();
  }

  /** An empty series, which the caller writes. */
  static create({ valueCount, mostBytes }: SeriesOptions): StampedSeries {
    assert(valueCount >= 1, 'a record has a value');
    const maximum = Math.ceil((HEADER_BYTES + mostBytes) / PAGE_BYTES / BLOCK_PAGES) * BLOCK_PAGES;
    const memory = new WebAssembly.Memory({ initial: BLOCK_PAGES, maximum, shared: true });
    return new StampedSeries({ memory, valueCount });
  }

  static recordBytes(valueCount: number): number {
    return WORD_BYTES * (1 + valueCount);
  }

  /** The same series on another thread. */
  static attach(descriptor: SeriesDescriptor): StampedSeries {
    return new StampedSeries(descriptor);
  }

  /** What is there now, in a series of its own to which nothing comes. */
  copy(): StampedSeries {
    const { count } = this;
    const from = new Uint8Array(this.descriptor.memory.buffer);
    const pages = from.length / PAGE_BYTES;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    new Uint8Array(memory.buffer).set(from);
    const copy = new StampedSeries({ ...this.descriptor, memory });
    Atomics.store(copy.#words, COUNT_WORD, count);
    copy.end('ended');
    return copy;
  }

  get valueCount(): number {
    return this.descriptor.valueCount;
  }

  get state(): ChannelState {
    return CHANNEL_STATES[Atomics.load(this.#words, STATE_WORD)]!;
  }

  /** Another number means another content, counted from 0; odd while it is being emptied. */
  get generation(): number {
    return Atomics.load(this.#words, GENERATION_WORD);
  }

  /** Records that can be read. */
  get count(): number {
    const count = Atomics.load(this.#words, COUNT_WORD);
    if (this.#endOf(count) > this.#numbers.length) this.#takeViews();
    // A thread may learn of the memory's growth a little later than of the count.
    return Math.min(count, Math.floor((this.#numbers.length - HEADER_BYTES / WORD_BYTES) / this.#recordWords));
  }

  /** Records since the beginning whose time was before the last one and counts as that. */
  get heldCount(): number {
    return Atomics.load(this.#words, HELD_WORD);
  }

  // The writer's side.

  /**
   * Appends a record; false when the maximum is reached, then nothing was written. A time before the last one (a clock
   * was set) counts as the last one: times never fall.
   */
  append(utc: Utc, values: ArrayLike<number>): boolean {
    assert(values.length === this.valueCount, 'a record has its number of values');
    const count = Atomics.load(this.#words, COUNT_WORD);
    if (this.#endOf(count + 1) > this.#numbers.length && !this.#grow()) return false;
    const at = this.#endOf(count);
    const last = count > 0 ? this.#ticks[at - this.#recordWords]! : utc;
    if (utc < last) Atomics.add(this.#words, HELD_WORD, 1);
    this.#ticks[at] = utc < last ? last : utc;
    for (let index = 0; index < values.length; index++) this.#numbers[at + 1 + index] = values[index]!;
    Atomics.store(this.#words, COUNT_WORD, count + 1);
    return true;
  }

  /** Forgets everything. Readers see another generation. */
  reset(): void {
    Atomics.add(this.#words, GENERATION_WORD, 1);
    Atomics.store(this.#words, COUNT_WORD, 0);
    Atomics.add(this.#words, GENERATION_WORD, 1);
  }

  /** As `append`; a full series begins anew, as another generation: the newest record is never the one that is missing. */
  appendNewest(utc: Utc, values: ArrayLike<number>): void {
    if (this.append(utc, values)) return;
    this.reset();
    this.append(utc, values);
  }

  // The readers' side.

  /** Nothing more will be appended. What is there stays readable. Anybody; the first word stands. */
  end(state: Exclude<ChannelState, 'live'>): void {
    Atomics.compareExchange(this.#words, STATE_WORD, 0, CHANNEL_STATES.indexOf(state));
  }

  /** UTC of a record below `count`. */
  utcAt(record: number): Utc {
    return utcFromTicks(this.#ticks[this.#endOf(record)]!);
  }

  /** Seconds from `origin` to a record below `count`; exact to 2⁻³⁰ s over 97 days, to a double beyond. */
  secondsAt(record: number, origin: Utc): number {
    const at = 2 * this.#endOf(record);
    const upper = this.#words[at + 1]! - Number(origin >> 32n);
    const lower = this.#unsigned[at]! - Number(BigInt.asUintN(32, origin));
    return (upper * UPPER + lower) / TICKS_PER_SECOND;
  }

  /** The first record that is not before `utc`; `count` when there is none. */
  firstFrom(utc: Utc): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.utcAt(middle) < utc) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Number `index` of the records [start, end), with their times as seconds from `origin`. Throws `format/range` outside
   * the series, also when it was emptied meanwhile.
   */
  read(index: number, start: number, end: number, origin: Utc): SeriesBlock {
    const { generation } = this;
    if (!(start >= 0 && start <= end && end <= this.count) || generation % 2 !== 0) throw this.#rangeError(start, end);
    const timesS = new Float64Array(end - start);
    const values = new Float64Array(end - start);
    for (let record = start; record < end; record++) {
      timesS[record - start] = this.secondsAt(record, origin);
      values[record - start] = this.#numbers[this.#endOf(record) + 1 + index]!;
    }
    if (this.generation !== generation) throw this.#rangeError(start, end);
    return { timesS, values };
  }

  /** Records [start, end), which are there, with their times as they are; `undefined` when it was emptied meanwhile. */
  records(start: number, end: number): SeriesRecords | undefined {
    const { generation } = this;
    if (end > this.count || generation % 2 !== 0) return undefined;
    const times = Array.from({ length: end - start }, (_, index) => this.utcAt(start + index));
    const values = Array.from({ length: this.valueCount }, (_, index) =>
      Float64Array.from(times, (_time, record) => this.#numbers[this.#endOf(start + record) + 1 + index]!),
    );
    return this.generation === generation ? { times, values } : undefined;
  }

  #rangeError(start: number, end: number): LabError {
    return new LabError(
      'format/range',
      `Values ${start} to ${end} are not there; the instrument has 0 to ${this.count}.`,
    );
  }

  /** Where record `count` begins, in words of 8 bytes. */
  #endOf(count: number): number {
    return HEADER_BYTES / WORD_BYTES + count * this.#recordWords;
  }

  #grow(): boolean {
    try {
      this.descriptor.memory.grow(BLOCK_PAGES);
    } catch {
      // RangeError: at the maximum, or the system has no more
      return false;
    }
    this.#takeViews();
    return true;
  }

  #takeViews(): void {
    const { buffer } = this.descriptor.memory;
    this.#words = new Int32Array(buffer);
    this.#unsigned = new Uint32Array(buffer);
    this.#ticks = new BigInt64Array(buffer);
    this.#numbers = new Float64Array(buffer);
  }
}
