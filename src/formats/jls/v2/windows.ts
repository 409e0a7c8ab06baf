// A stretch of a file from front to back, into memory that is used again. Where a read costs little, a window is the chunk
// that is asked for; else it is a large piece of the file, and the next one is under way while it is used. Windows overlap
// by the longest chunk, so that every chunk lies whole in the window in which it begins.

import type { RandomAccess } from '../../source.ts';

/** Browsers read files fastest in pieces of about this size (docs/benchmarks.md, "all bytes read"). */
const WINDOW_BYTES = 8 * 2 ** 20;
/** Memory that is kept for the next stretch: a window in use and one under way. */
const SPARES_MAX = 2;

/** Memory of windows that are done with, for the next ones of the same file. */
export type Spares = Uint8Array[];

interface Window {
  readonly index: number;
  /** What the read was given. */
  readonly spare: Uint8Array | undefined;
  readonly bytes: Promise<Uint8Array>;
}

export class Windows {
  readonly #source: RandomAccess;
  readonly #spares: Spares;
  readonly #start: number;
  readonly #end: number;
  readonly #longestBytes: number;
  /** Where the chunks of a window begin: in so many bytes. */
  readonly #windowBytes: number;
  #current: Window | undefined;
  #next: Window | undefined;

  /** Over the chunks that begin in [start, end) and are at most `longestBytes` long. */
  constructor(source: RandomAccess, spares: Spares, start: number, end: number, longestBytes: number) {
    this.#source = source;
    this.#spares = spares;
    this.#start = start;
    this.#end = end;
    this.#longestBytes = longestBytes;
    this.#windowBytes = source.readCostBytes ? WINDOW_BYTES : 1;
  }

  /**
   * The bytes of the file from `offset` on, a whole chunk at least, valid until the next call. `undefined` outside the
   * stretch and in windows that were left.
   */
  async from(offset: number): Promise<Uint8Array | undefined> {
    const index = Math.floor((offset - this.#start) / this.#windowBytes);
    if (offset < this.#start || offset >= this.#end || index < (this.#current?.index ?? 0)) return undefined;
    if (this.#current?.index !== index) {
      await this.#leave(this.#current);
      if (this.#next?.index !== index) await this.#leave(this.#next);
      this.#current = this.#next?.index === index ? this.#next : this.#read(index);
      this.#next = this.#hasNext(index) ? this.#read(index + 1) : undefined;
    }
    const bytes = await this.#current.bytes;
    return bytes.subarray(offset - this.#start - index * this.#windowBytes);
  }

  /** Keeps the memory for the next stretch. */
  async close(): Promise<void> {
    await this.#leave(this.#current);
    await this.#leave(this.#next);
  }

  #hasNext(index: number): boolean {
    return this.#windowBytes > 1 && this.#start + (index + 1) * this.#windowBytes < this.#end;
  }

  #read(index: number): Window {
    const start = this.#start + index * this.#windowBytes;
    const end = Math.min(start + this.#windowBytes, this.#end) - 1 + this.#longestBytes;
    const spare = this.#spares.pop();
    const bytes = this.#source.read(start, Math.min(end, this.#source.sizeBytes) - start, spare);
    // A failure is met by whoever comes for the window.
    bytes.catch(() => undefined);
    return { index, spare, bytes };
  }

  async #leave(window: Window | undefined): Promise<void> {
    const bytes = await window?.bytes.catch(() => undefined);
    if (!bytes || !window || this.#spares.length === SPARES_MAX) return;
    this.#spares.push(window.spare?.buffer === bytes.buffer ? window.spare : bytes);
  }
}
