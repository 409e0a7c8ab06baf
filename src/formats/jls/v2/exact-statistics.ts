// Exact figures of a fixed-rate signal over any span, from its samples. The moments of whole blocks of DATA chunks are
// kept, so that the next question about the same region reads only what it does not know yet.

import { throwIfAborted } from '../../../base/errors.ts';
import { nextTask } from '../../../base/next-task.ts';
import type { Codec } from '../../../core/codec.ts';
import { addMoments, emptyMoments, type Moments } from '../../moments.ts';
import type { FsrReader } from './fsr-reader.ts';

/** Other tasks of the thread get their turn after so many samples: a millisecond or two of work. */
const PIECE_SAMPLES = 2 ** 18;
/** Blocks that are kept for a signal, at most; a block is one DATA chunk until a signal has more chunks than that. */
const BLOCKS_MAX = 2 ** 16;
/** Numbers kept for a block: those of Moments, in order. */
const BLOCK_VALUES = 5;

export class ExactStatistics {
  readonly #reader: FsrReader;
  readonly #codec: Codec;
  /** Samples per block. */
  readonly #blockSize: number;
  /** NaN where a block is not known yet. */
  #blocks: Float64Array | undefined;

  constructor(reader: FsrReader, codec: Codec) {
    this.#reader = reader;
    this.#codec = codec;
    const { samplesPerData } = reader.signal.sizes;
    this.#blockSize = samplesPerData * Math.max(1, Math.ceil(reader.sampleCount / samplesPerData / BLOCKS_MAX));
  }

  /**
   * Moments of the samples [start, end), which must lie inside the signal. Gives way to other tasks of the thread now
   * and then; rejects with `cancelled` when `signal` is aborted meanwhile.
   */
  async over(start: number, end: number, signal?: AbortSignal): Promise<Moments> {
    const total = emptyMoments();
    let unbrokenCount = 0;
    const rest = (sampleCount: number): Promise<void> | undefined => {
      unbrokenCount += sampleCount;
      if (unbrokenCount < PIECE_SAMPLES) return undefined;
      unbrokenCount = 0;
      return nextTask().then(() => throwIfAborted(signal, 'The statistics'));
    };
    const blockEnd = (position: number) =>
      Math.min(end, (Math.floor(position / this.#blockSize) + 1) * this.#blockSize);
    for (let position = start; position < end; ) {
      let stop = blockEnd(position);
      const known = this.#known(position, stop);
      if (known) addMoments(total, known);
      else {
        while (stop < end && !this.#known(stop, blockEnd(stop))) stop = blockEnd(stop);
        await this.#read(total, position, stop, rest);
      }
      position = stop;
    }
    return total;
  }

  /** Adds the samples [start, end) to `total` and keeps the blocks that lie inside. */
  async #read(
    total: Moments,
    start: number,
    end: number,
    rest: (sampleCount: number) => Promise<void> | undefined,
  ): Promise<void> {
    const { dtype, sizes } = this.#reader.signal;
    const size = sizes.samplesPerData;
    let block = emptyMoments();
    const add = (count: number, mean: number, m2: number, min: number, max: number) => {
      addMoments(block, { count, mean, m2, min, max });
    };
    await this.#reader.eachData(Math.floor(start / size), Math.floor((end - 1) / size), (bytes, number) => {
      const from = Math.max(start, number * size);
      const to = Math.min(end, (number + 1) * size);
      if (bytes) this.#codec.bins(dtype, this.#codec.place(bytes), from - number * size, to - from, 1, add);
      if (to % this.#blockSize === 0 || to === end) {
        this.#keep(Math.max(start, to - this.#blockSize), to, block);
        addMoments(total, block);
        block = emptyMoments();
      }
      return rest(to - from);
    });
  }

  #known(start: number, end: number): Moments | undefined {
    if (!this.#blocks || end - start !== this.#blockSize) return undefined;
    const at = (start / this.#blockSize) * BLOCK_VALUES;
    const [count = Number.NaN, mean, m2, min, max] = this.#blocks.subarray(at, at + BLOCK_VALUES);
    return Number.isNaN(count) ? undefined : { count, mean: mean!, m2: m2!, min: min!, max: max! };
  }

  /** Keeps the moments of [start, end) if that is a whole block. */
  #keep(start: number, end: number, { count, mean, m2, min, max }: Moments): void {
    if (start % this.#blockSize !== 0 || end - start !== this.#blockSize) return;
    const blockCount = Math.ceil(this.#reader.sampleCount / this.#blockSize);
    this.#blocks ??= new Float64Array(blockCount * BLOCK_VALUES).fill(Number.NaN);
    const at = (start / this.#blockSize) * BLOCK_VALUES;
    if (at < this.#blocks.length) this.#blocks.set([count, mean, m2, min, max], at);
  }
}
