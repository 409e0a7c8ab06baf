// Moments of blocks of samples, filled in as a file is looked at: what was read once for a wide view is never read
// again. A page of blocks is read whole, for all signals that lie in the same bytes.

import { throwIfAborted } from '../base/errors.ts';
import { type BinsOf, type ColumnSource, STRETCH_BYTES } from './column-source.ts';
import { addMoments, emptyMoments, type Moments } from './moments.ts';

/** Samples per block, more when there are very many and fewer when they are very large. */
const BLOCK_SAMPLES = 256;
/** Memory for the moments of one table, all signals together. */
const MAX_TABLE_BYTES = 48 * 2 ** 20;
/** Numbers of a block in the table: those of Moments, in order. */
const BLOCK_VALUES = 5;
/** Bytes of a page: the least that is read. */
const PAGE_BYTES = 2 ** 20;
/** Stretches read at once: while one is reduced, the next is on its way. */
const STRETCHES_AT_ONCE = 2;
/** Single blocks read at once, for bins that end inside of a block. */
const BLOCKS_AT_ONCE = 16;
/** Cuts that are kept: about 300 bytes each. */
const MAX_CUTS = 1 << 14;

/** A block in which a bin ends: what lies before that position and what lies behind it. */
interface Cut {
  readonly before: Moments;
  readonly behind: Moments;
}

/** Where reading ends before everything is there. */
export interface FillLimit {
  /** About so many bytes of the file. */
  readonly mostBytes: number;
  readonly abort?: AbortSignal | undefined;
}

/** Bins of one column that lie side by side, whose moments are at hand. */
export interface PreparedBins {
  /** The moments of bin `index`; undefined when they are not known yet. */
  moments(index: number): Moments | undefined;
}

export class BlockTable {
  readonly blockSamples: number;
  readonly #source: ColumnSource;
  readonly #pageSamples: number;
  readonly #pagesPerStretch: number;
  /** Per column BLOCK_VALUES for each block. */
  readonly #blocks: readonly Float64Array[];
  readonly #isFilled: Uint8Array;
  /** Pages that are being read. These promises never reject. */
  readonly #arriving = new Map<number, Promise<void>>();
  readonly #cuts = new Map<string, Cut>();

  constructor(source: ColumnSource) {
    const { columnCount, sampleCount, sampleBytes } = source;
    let blockSamples = BLOCK_SAMPLES;
    while ((sampleCount / blockSamples) * columnCount * BLOCK_VALUES * 8 > MAX_TABLE_BYTES) blockSamples *= 2;
    while (blockSamples > 1 && blockSamples * sampleBytes > PAGE_BYTES) blockSamples /= 2;
    this.blockSamples = blockSamples;
    this.#source = source;
    this.#pageSamples = blockSamples * Math.max(1, Math.floor(PAGE_BYTES / (blockSamples * sampleBytes)));
    this.#pagesPerStretch = Math.max(1, Math.floor(STRETCH_BYTES / (this.#pageSamples * sampleBytes)));
    const blockCount = Math.ceil(sampleCount / blockSamples);
    this.#blocks = Array.from({ length: columnCount }, () => new Float64Array(blockCount * BLOCK_VALUES));
    this.#isFilled = new Uint8Array(Math.ceil(sampleCount / this.#pageSamples));
  }

  /**
   * Gets bins ready that end at each of `edges` (in order, the first is where the first bin starts, each at least two
   * blocks after the one before). Beyond the limit bins stay unknown. Rejects with `cancelled` when aborted.
   */
  async prepare(column: number, edges: readonly number[], limit: FillLimit): Promise<PreparedBins> {
    const taken = new Map<number, Cut>();
    const recall = () => {
      for (const edge of edges) {
        const cut = this.#cuts.get(`${column}:${edge}`);
        if (cut) taken.set(edge, cut);
      }
    };
    recall();
    // the other columns lie in the same bytes, and are mostly asked for next
    const all = Array.from({ length: this.#source.columnCount }, (_, index) => index);
    const columns = all.length * edges.length <= MAX_CUTS ? all : [column];
    if (this.#cuts.size + columns.length * edges.length > MAX_CUTS) this.#cuts.clear();
    const take = (bins: BinsOf, start: number, edge: number) => {
      const blockStart = Math.floor(edge / this.blockSamples) * this.blockSamples;
      const blockEnd = Math.min(blockStart + this.blockSamples, this.#source.sampleCount);
      for (const each of columns) {
        const cut: Cut = {
          before: momentsOf(bins, each, blockStart - start, edge - blockStart),
          behind: momentsOf(bins, each, edge - start, blockEnd - edge),
        };
        if (each === column) taken.set(edge, cut);
        this.#cuts.set(`${each}:${edge}`, cut);
      }
    };
    const cutting = edges.filter((edge) => !this.#isBoundary(edge) && !taken.has(edge));
    await this.#fill(edges[0]!, edges.at(-1)!, limit, (bins, start, end) => {
      for (let at = lowerBound(cutting, start); at < cutting.length && cutting[at]! < end; at++) {
        take(bins, start, cutting[at]!);
      }
    });
    // what was asked of another column meanwhile
    recall();
    const isKnown = (index: number) => this.#isKnown(edges[index]!, edges[index + 1]!);
    const missing = cutting.filter((edge) => !taken.has(edge) && this.#isKnown(edge, edge + 1));
    await atOnce(BLOCKS_AT_ONCE, missing, (edge) => {
      const start = Math.floor(edge / this.blockSamples) * this.blockSamples;
      const end = Math.min(start + this.blockSamples, this.#source.sampleCount);
      return this.#source.withSamples(start, end, (bins) => take(bins, start, edge));
    });
    return {
      moments: (index) => (isKnown(index) ? this.#moments(column, edges[index]!, edges[index + 1]!, taken) : undefined),
    };
  }

  #moments(column: number, start: number, end: number, cuts: ReadonlyMap<number, Cut>): Moments {
    const moments = emptyMoments();
    if (!this.#isBoundary(start)) addMoments(moments, cuts.get(start)!.behind);
    const blocks = this.#blocks[column]!;
    const endBlock =
      end === this.#source.sampleCount ? blocks.length : Math.floor(end / this.blockSamples) * BLOCK_VALUES;
    const part = emptyMoments();
    for (let at = Math.ceil(start / this.blockSamples) * BLOCK_VALUES; at < endBlock; at += BLOCK_VALUES) {
      part.count = blocks[at]!;
      part.mean = blocks[at + 1]!;
      part.m2 = blocks[at + 2]!;
      part.min = blocks[at + 3]!;
      part.max = blocks[at + 4]!;
      addMoments(moments, part);
    }
    if (!this.#isBoundary(end)) addMoments(moments, cuts.get(end)!.before);
    return moments;
  }

  #isBoundary(position: number): boolean {
    return position % this.blockSamples === 0 || position === this.#source.sampleCount;
  }

  #isKnown(start: number, end: number): boolean {
    const endPage = Math.ceil(end / this.#pageSamples);
    for (let page = Math.floor(start / this.#pageSamples); page < endPage; page++) {
      if (this.#isFilled[page] === 0) return false;
    }
    return true;
  }

  /** Reads the pages of samples [start, end) that are missing, from the front; `look` sees each stretch that was read. */
  async #fill(start: number, end: number, limit: FillLimit, look: StretchVisitor): Promise<void> {
    const endPage = Math.ceil(end / this.#pageSamples);
    const isMissing = (page: number) => page < endPage && this.#isFilled[page] === 0 && !this.#arriving.has(page);
    const failures: unknown[] = [];
    const own: Promise<void>[] = [];
    let bytes = 0;
    let page = Math.floor(start / this.#pageSamples);
    while (page < endPage && bytes < limit.mostBytes && failures.length === 0 && !limit.abort?.aborted) {
      if (this.#isFilled[page] !== 0) {
        page++;
      } else if (!isMissing(page)) {
        await this.#arriving.get(page);
        bytes += PAGE_BYTES;
      } else if (this.#arriving.size >= STRETCHES_AT_ONCE * this.#pagesPerStretch) {
        await Promise.race(this.#arriving.values());
      } else {
        let next = page + 1;
        while (next - page < this.#pagesPerStretch && isMissing(next)) next++;
        own.push(this.#arrive(page, next, look).catch((error: unknown) => void failures.push(error)));
        bytes += (next - page) * PAGE_BYTES;
        page = next;
      }
    }
    await Promise.all(own);
    throwIfAborted(limit.abort, 'Reading the file');
    if (failures.length > 0) throw failures[0];
  }

  async #arrive(firstPage: number, endPage: number, look: StretchVisitor): Promise<void> {
    const start = firstPage * this.#pageSamples;
    const end = Math.min(endPage * this.#pageSamples, this.#source.sampleCount);
    const reading = this.#source.withSamples(start, end, (bins) => {
      for (let page = firstPage; page < endPage; page++) this.#reducePage(bins, page, start);
      look(bins, start, end);
    });
    const over = reading.then(
      () => {},
      () => {},
    );
    for (let page = firstPage; page < endPage; page++) this.#arriving.set(page, over);
    try {
      await reading;
    } finally {
      for (let page = firstPage; page < endPage; page++) this.#arriving.delete(page);
    }
  }

  /** Page by page, so that the bytes are still in the cache when the next column is taken from them. */
  #reducePage(bins: BinsOf, page: number, stretchStart: number): void {
    const { blockSamples } = this;
    const start = page * this.#pageSamples;
    const sampleCount = Math.min(this.#pageSamples, this.#source.sampleCount - start);
    const wholeCount = Math.floor(sampleCount / blockSamples);
    const rest = sampleCount - wholeCount * blockSamples;
    this.#blocks.forEach((blocks, column) => {
      let at = (start / blockSamples) * BLOCK_VALUES;
      const put = (count: number, mean: number, deviation: number, low: number, high: number) => {
        blocks[at] = count;
        blocks[at + 1] = mean;
        blocks[at + 2] = deviation;
        blocks[at + 3] = low;
        blocks[at + 4] = high;
        at += BLOCK_VALUES;
      };
      bins(column, start - stretchStart, blockSamples, wholeCount, put);
      if (rest > 0) bins(column, start - stretchStart + wholeCount * blockSamples, rest, 1, put);
    });
    this.#isFilled[page] = 1;
  }
}

type StretchVisitor = (bins: BinsOf, start: number, end: number) => void;

function momentsOf(bins: BinsOf, column: number, first: number, sampleCount: number): Moments {
  const moments = emptyMoments();
  bins(column, first, sampleCount, 1, (count, mean, m2, min, max) => {
    addMoments(moments, { count, mean, m2, min, max });
  });
  return moments;
}

/** Index of the first value that is not below `limit`, in a rising list. */
function lowerBound(values: readonly number[], limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Does `work` for every item, a few at a time. */
async function atOnce<T>(most: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += most) await Promise.all(items.slice(at, at + most).map(work));
}
