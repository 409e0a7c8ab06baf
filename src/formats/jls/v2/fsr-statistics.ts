// Statistics of a fixed-rate signal over consecutive bins. Which stored level is used, and how bins that do not
// fall on its entries are put together, follows the reference library, so that numbers agree with it; the
// outermost edges are exact. Unlike there, a missing sample (NaN) is skipped instead of making its bin NaN.

import type { Codec } from '../../../core/codec.ts';
import { addMoments, emptyMoments, type Moments } from '../../moments.ts';
import type { Entries, FsrReader } from './fsr-reader.ts';

/** Chunks asked for at once. */
const READ_AHEAD = 16;
/** The reference uses a level only if the request spans at least so many of its entries. */
const ENTRIES_MIN = 25;

/** Receives the moments of one bin; the object is used again for the next. */
export type MomentsVisitor = (moments: Moments, index: number) => void;

export class FsrStatistics {
  readonly #reader: FsrReader;
  readonly #codec: Codec;

  constructor(reader: FsrReader, codec: Codec) {
    this.#reader = reader;
    this.#codec = codec;
  }

  /** Bins [start + i × increment, … + increment) for i < count. The range must lie inside the signal. */
  async bins(start: number, increment: number, count: number, visit: MomentsVisitor): Promise<void> {
    if (count <= 0) return;
    const level = this.#levelOf(increment, count);
    if (level === 0) await this.#fromSamples(start, increment, count, visit);
    else await this.#fromEntries(level, start, increment, count, visit);
  }

  /**
   * Samples of an entry from which such bins are made, 1 where they are made from samples. A bin may take a share of an
   * entry that lies in the next one, too.
   */
  entrySamples(increment: number, count: number): number {
    const level = this.#levelOf(increment, count);
    return level === 0 ? 1 : this.#reader.stepOf(level);
  }

  #levelOf(increment: number, count: number): number {
    const { summaryDecimateFactor } = this.#reader.signal.sizes;
    let level = 0;
    let next = this.#reader.stepOf(1);
    while (increment >= next && increment * count >= ENTRIES_MIN * next && level < 15) {
      level += 1;
      next *= summaryDecimateFactor;
    }
    return level;
  }

  /** The same straight from the samples, exact throughout. */
  async #fromSamples(start: number, increment: number, count: number, visit: MomentsVisitor): Promise<void> {
    const reader = this.#reader;
    const { dtype, sizes } = reader.signal;
    const size = sizes.samplesPerData;
    const end = start + increment * count;
    const lastChunk = Math.floor((end - 1) / size);
    let bin = emptyMoments();
    let binIndex = 0;
    let position = start;
    const emit = () => {
      visit(bin, binIndex);
      binIndex += 1;
      bin = emptyMoments();
    };
    const add = (n: number, mean: number, deviation: number, low: number, high: number) => {
      addMoments(bin, { count: n, mean, m2: deviation, min: low, max: high });
    };
    const addWhole = (n: number, mean: number, deviation: number, low: number, high: number) => {
      add(n, mean, deviation, low, high);
      emit();
    };
    for (let number = Math.floor(start / size); number <= lastChunk; number++) {
      for (let ahead = number + 1; ahead <= Math.min(lastChunk, number + READ_AHEAD); ahead++) void reader.data(ahead);
      const bytes = await reader.data(number);
      const chunkStart = number * size;
      const chunkEnd = Math.min(end, chunkStart + size);
      const address = bytes ? this.#codec.load(bytes) : 0;
      while (position < chunkEnd) {
        const binEnd = start + (binIndex + 1) * increment;
        if (position === binEnd - increment && binEnd <= chunkEnd) {
          const whole = Math.floor((chunkEnd - position) / increment);
          if (bytes) this.#codec.bins(dtype, address, position - chunkStart, increment, whole, addWhole);
          else for (let i = 0; i < whole; i++) emit();
          position += whole * increment;
        } else {
          const stop = Math.min(binEnd, chunkEnd);
          if (bytes) this.#codec.bins(dtype, address, position - chunkStart, stop - position, 1, add);
          position = stop;
          if (stop === binEnd) emit();
        }
      }
    }
  }

  async #exact(start: number, count: number): Promise<Moments> {
    let result = emptyMoments();
    await this.bins(start, count, 1, (moments) => {
      result = moments;
    });
    return result;
  }

  async #fromEntries(
    level: number,
    start: number,
    increment: number,
    count: number,
    visit: MomentsVisitor,
  ): Promise<void> {
    const step = this.#reader.stepOf(level);
    const end = start + increment * count;
    const cursor = new EntryCursor(this.#reader, level, Math.ceil(start / step), Math.floor((end - 1) / step));
    let bin = emptyMoments();
    let remaining = increment;
    let position = start;
    const head = Math.ceil(start / step) * step - start;
    if (head > 0) {
      bin = await this.#exact(start, head);
      remaining -= head;
      position += head;
    }
    for (let index = 0; index < count; ) {
      if (remaining > step) {
        if (!cursor.isReady) await cursor.load();
        cursor.addTo(bin, step);
        cursor.advance();
        remaining -= step;
        position += step;
      } else if (index === count - 1) {
        addMoments(bin, await this.#exact(position, remaining));
        visit(bin, index);
        index += 1;
      } else {
        if (!cursor.isReady) await cursor.load();
        cursor.addTo(bin, remaining);
        visit(bin, index);
        index += 1;
        bin = emptyMoments();
        const left = step - remaining;
        if (left > 0) cursor.addTo(bin, left);
        cursor.advance();
        position += step;
        remaining = increment - left;
      }
    }
  }
}

/** Goes through the entries of a level. */
class EntryCursor {
  readonly #reader: FsrReader;
  readonly #level: number;
  readonly #perChunk: number;
  readonly #lastChunk: number;
  #chunk: number;
  #index: number;
  #entries: Entries | undefined;

  constructor(reader: FsrReader, level: number, firstEntry: number, lastEntry: number) {
    this.#reader = reader;
    this.#level = level;
    this.#perChunk = reader.signal.sizes.entriesPerSummary;
    this.#chunk = Math.floor(firstEntry / this.#perChunk);
    this.#lastChunk = Math.floor(lastEntry / this.#perChunk);
    this.#index = firstEntry % this.#perChunk;
  }

  get isReady(): boolean {
    return this.#entries !== undefined;
  }

  async load(): Promise<void> {
    const last = Math.min(this.#lastChunk, this.#chunk + READ_AHEAD);
    for (let ahead = this.#chunk + 1; ahead <= last; ahead++) void this.#reader.entries(this.#level, ahead);
    this.#entries = await this.#reader.entries(this.#level, this.#chunk);
  }

  advance(): void {
    this.#index += 1;
    if (this.#index < this.#perChunk) return;
    this.#index = 0;
    this.#chunk += 1;
    this.#entries = undefined;
  }

  /** Adds the entry as if it were `count` samples; an empty entry adds none. */
  addTo(bin: Moments, count: number): void {
    const at = this.#index * 4;
    const entries = this.#entries;
    const mean = entries?.[at] ?? Number.NaN;
    if (!entries || Number.isNaN(mean)) return;
    const std = entries[at + 1]!;
    const m2 = count > 1 ? std * std * (count - 1) : 0;
    addMoments(bin, { count, mean, m2, min: entries[at + 2]!, max: entries[at + 3]! });
  }
}
