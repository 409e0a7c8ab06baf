// A histogram with evenly spaced bins, filled by the core: the spectra of pulse-height analysis. Edges are those of
// numpy.linspace and the counting rule is that of numpy.histogram, so the numbers are NumPy's.

import { LabError } from '../base/errors.ts';
import type { Region } from './memory.ts';
import type { Workspace } from './workspace.ts';

export interface HistogramOptions {
  readonly min: number;
  readonly max: number;
  /** Number of edges, one more than the number of bins; 0 and 1 make a histogram without bins. */
  readonly edgeCount: number;
}

/** Values that are counted per call of the core. */
const BLOCK_COUNT = 4096;

/** Counts values between `min` and `max`, both included. One thread. */
export class Histogram {
  readonly #workspace: Workspace;
  readonly #region: Region;
  readonly #edges: Float64Array<ArrayBufferLike>;
  readonly #counts: BigInt64Array<ArrayBufferLike>;
  readonly #block: Float64Array<ArrayBufferLike>;
  readonly #scale: number;

  /** Reserves its memory in the workspace. Throws `setup/invalid` with NumPy's text when max < min. */
  constructor(workspace: Workspace, { min, max, edgeCount }: HistogramOptions) {
    if (edgeCount > 1 && !(min <= max))
      throw new LabError('setup/invalid', '`bins` must increase monotonically, when an array', {
        context: { min, max },
      });
    const binCount = Math.max(edgeCount - 1, 0);
    const { buffer } = workspace.core.memory;
    this.#workspace = workspace;
    this.#region = workspace.arena.reserve('histogram', 8 * (edgeCount + binCount + BLOCK_COUNT));
    this.#edges = new Float64Array(buffer, this.#region.address, edgeCount);
    this.#counts = new BigInt64Array(buffer, this.#region.address + 8 * edgeCount, binCount);
    this.#block = new Float64Array(buffer, this.#region.address + 8 * (edgeCount + binCount), BLOCK_COUNT);
    const step = (max - min) / binCount;
    for (let i = 0; i < edgeCount; i++) this.#edges[i] = i * step + min;
    if (edgeCount > 1) this.#edges[edgeCount - 1] = max;
    this.#scale = binCount / (max - min);
  }

  /** A copy of the edges. */
  edges(): Float64Array {
    return new Float64Array(this.#edges);
  }

  /** A copy of the counts, one per bin. */
  counts(): BigInt64Array {
    return new BigInt64Array(this.#counts);
  }

  /** Counts one value. */
  add(value: number): void {
    this.#block[0] = value;
    this.#count(this.#block.byteOffset, 1);
  }

  /** Counts many. Float64 values that lie in the workspace's memory are used where they are, others are copied. */
  fill(values: Float64Array<ArrayBufferLike> | Float32Array<ArrayBufferLike> | Int16Array<ArrayBufferLike>): void {
    if (values instanceof Float64Array && values.buffer === this.#block.buffer) {
      this.#count(values.byteOffset, values.length);
      return;
    }
    for (let start = 0; start < values.length; start += BLOCK_COUNT) {
      const block = values.subarray(start, start + BLOCK_COUNT);
      this.#block.set(block);
      this.#count(this.#block.byteOffset, block.length);
    }
  }

  /** Back to zero. */
  clear(): void {
    this.#counts.fill(0n);
  }

  /** Gives the memory back. */
  [Symbol.dispose](): void {
    this.#workspace.arena.release(this.#region);
  }

  #count(address: number, count: number): void {
    const { exports } = this.#workspace.core;
    const binCount = this.#counts.length;
    exports.histogramFill(address, count, this.#edges.byteOffset, binCount, this.#scale, this.#counts.byteOffset);
  }
}
