// Rows of a table on demand: stretches are parsed in the core, all columns at once, and reduced there. Samples are rows,
// with those between that are missing.

import { FormatError } from '../../base/errors.ts';
import { Codec, CRC32 } from '../../core/codec.ts';
import type { Region } from '../../core/memory.ts';
import type { TextRows } from '../../core/text-rows.ts';
import type { Workspace } from '../../core/workspace.ts';
import { type BinsOf, type ColumnSource, STRETCH_BYTES, visitBins } from '../column-source.ts';
import type { RandomAccess } from '../source.ts';
import type { TimeGap } from '../time-gaps.ts';
import type { OddCells } from './odd-cells.ts';
import { type RowIndex, wholeLines } from './row-index.ts';

/** Where a signal's numbers stand. */
export interface TableSignal {
  /** Position among the columns of the file. */
  readonly column: number;
  /** Values are multiplied by it. */
  readonly scale: number;
  /** Of a word of bits, which digit from the right; undefined for a number. */
  readonly lane: number | undefined;
}

interface TableParts {
  readonly bytes: RandomAccess;
  readonly index: RowIndex;
  readonly rows: TextRows;
  readonly odd: OddCells;
  readonly workspace: Workspace;
  readonly columnCount: number;
  readonly signals: readonly TableSignal[];
  readonly gaps: readonly TimeGap[];
}

/** What the cells of a signal are, when all were seen. */
export interface SignalSurvey {
  /** Nothing but 0 and 1. */
  readonly isBinary: boolean;
  /** Both of them. */
  readonly hasBoth: boolean;
}

export class CsvTable implements ColumnSource {
  readonly sampleCount: number;
  readonly sampleBytes: number;
  readonly #parts: TableParts;
  /** Columns of the file that are parsed, in order; each has a place in the core. */
  readonly #parsed: readonly number[];
  readonly #capacity: number;
  readonly #out: Region;
  readonly #codec: Codec;
  readonly #isSeen: Uint8Array;
  #held = { firstRow: 0, endRow: 0 };
  #blankCount = 0;
  #isClosed = false;

  constructor(parts: TableParts) {
    const { index, rows, signals, columnCount, workspace, gaps } = parts;
    this.#parts = parts;
    this.#parsed = [...new Set(signals.map(({ column }) => column))].sort((a, b) => a - b);
    const rowBytes = index.rowCount > 0 ? (index.endOffset - (index.blocks[0]?.offset ?? 0)) / index.rowCount : 1;
    this.sampleBytes = Math.max(1, rowBytes, 8 * this.#parsed.length);
    this.sampleCount = index.rowCount + gaps.reduce((sum, { missingCount }) => sum + missingCount, 0);
    const longest = index.blocks.reduce(
      (most, _, block) => Math.max(most, this.#blockEnd(block) - index.blocks[block]!.row),
      0,
    );
    const stretchRows = Math.ceil(STRETCH_BYTES / this.sampleBytes);
    this.#capacity = Math.max(1, Math.min(index.rowCount, stretchRows + 2 * longest));
    this.#out = rows.reserve('parsed columns', Math.max(1, this.#parsed.length) * this.#capacity * 8);
    this.#codec = new Codec(workspace, CRC32, 64);
    this.#isSeen = new Uint8Array(index.blocks.length);
    rows.want(Array.from({ length: columnCount }, (_, column) => this.#parsed.includes(column)));
  }

  get columnCount(): number {
    return this.#parts.signals.length;
  }

  /** Blank cells that were seen so far. */
  get blankCount(): number {
    return this.#blankCount;
  }

  /** Samples [start, end) of one signal; NaN where one is missing. */
  async read(signal: number, start: number, end: number): Promise<Float64Array> {
    const values = new Float64Array(end - start).fill(Number.NaN);
    for (let at = start; at < end; ) {
      const from = at;
      const stop = Math.min(end, from + this.#stretchSamples);
      const target = values.subarray(from - start, stop - start);
      await this.#withRows(this.#rowAt(from), this.#rowAt(stop), () => this.#copy(signal, from, stop, target));
      at = stop;
    }
    return values;
  }

  /** Rows [start, end), without those that are missing between. */
  async readRows(signal: number, start: number, end: number): Promise<Float64Array> {
    const values = new Float64Array(end - start);
    for (let row = start; row < end; ) {
      const stop = Math.min(end, row + this.#stretchSamples);
      const first = row;
      await this.#withRows(first, stop, () => values.set(this.#rowValues(signal, first, stop), first - start));
      row = stop;
    }
    return values;
  }

  withSamples(start: number, end: number, use: (bins: BinsOf) => void): Promise<void> {
    const firstRow = this.#rowAt(start);
    const endRow = this.#rowAt(end);
    const isWhole = endRow - firstRow === end - start;
    const copies = new Map<number, Float64Array>();
    const bins: BinsOf = (signal, first, binSamples, binCount, visit) => {
      const { lane, scale, column } = this.#parts.signals[signal]!;
      if (isWhole && lane === undefined && scale === 1) {
        const row = firstRow - this.#held.firstRow;
        const address = this.#out.address + (this.#parsed.indexOf(column) * this.#capacity + row) * 8;
        this.#codec.bins('f64', address, first, binSamples, binCount, visit);
        return;
      }
      let copy = copies.get(signal);
      if (!copy) {
        copy = new Float64Array(end - start).fill(Number.NaN);
        this.#copy(signal, start, end, copy);
        copies.set(signal, copy);
      }
      visitBins(copy, first, binSamples, binCount, visit);
    };
    return this.#withRows(firstRow, endRow, () => use(bins));
  }

  /** Looks at every row once. */
  async survey(): Promise<readonly SignalSurvey[]> {
    const { signals, index } = this.#parts;
    const isBinary = signals.map(() => true);
    const seen = signals.map(() => [false, false]);
    for (let row = 0; row < index.rowCount; row += this.#stretchSamples) {
      const stop = Math.min(index.rowCount, row + this.#stretchSamples);
      const first = row;
      await this.#withRows(first, stop, () => {
        signals.forEach((_, signal) => {
          isBinary[signal] &&= isOnlyBits(this.#rowValues(signal, first, stop), seen[signal]!);
        });
      });
    }
    return isBinary.map((is, signal) => ({
      isBinary: is && seen[signal]!.some(Boolean),
      hasBoth: seen[signal]!.every(Boolean),
    }));
  }

  close(): void {
    this.#isClosed = true;
    this.#codec[Symbol.dispose]();
    this.#parts.rows[Symbol.dispose]();
  }

  get #stretchSamples(): number {
    return Math.max(1, Math.floor(STRETCH_BYTES / this.sampleBytes));
  }

  #blockEnd(block: number): number {
    return this.#parts.index.blocks[block + 1]?.row ?? this.#parts.index.rowCount;
  }

  /** The first row at or behind a sample. */
  #rowAt(sample: number): number {
    let missing = 0;
    for (const { row, missingCount } of this.#parts.gaps) {
      if (sample <= row + missing) break;
      if (sample < row + missing + missingCount) return row;
      missing += missingCount;
    }
    return sample - missing;
  }

  /** Calls `use` while rows [start, end) are in the core: nothing else comes between. */
  async #withRows(start: number, end: number, use: () => void): Promise<void> {
    const { bytes, index } = this.#parts;
    if (end <= start || (start >= this.#held.firstRow && end <= this.#held.endRow)) return use();
    const firstBlock = blockOf(index.blocks, start);
    const lastBlock = blockOf(index.blocks, end - 1);
    const offset = index.blocks[firstBlock]!.offset;
    const endOffset = index.blocks[lastBlock + 1]?.offset ?? index.endOffset;
    const chunk = await bytes.read(offset, endOffset - offset);
    if (chunk.length < endOffset - offset) {
      throw new FormatError('format/damaged', 'The file became shorter while it was open. Open it again.', offset);
    }
    if (this.#isClosed) throw new FormatError('format/not-found', 'The file was closed.', offset);
    blankOut(chunk, offset, index.skipped);
    this.#parse(chunk, firstBlock, lastBlock);
    use();
  }

  /** Parses the bytes of whole blocks. */
  #parse(chunk: Uint8Array, firstBlock: number, lastBlock: number): void {
    const { index, rows, odd } = this.#parts;
    const firstRow = index.blocks[firstBlock]!.row;
    const endRow = this.#blockEnd(lastBlock);
    const isNew = this.#isSeen.subarray(firstBlock, lastBlock + 1).includes(0);
    this.#held = { firstRow: 0, endRow: 0 };
    const { buffer } = this.#parts.workspace.core.memory;
    const values = new Float64Array(buffer, this.#out.address, this.#out.lengthBytes / 8);
    let row = 0;
    let block = firstBlock;
    for (let at = 0; at < chunk.length; ) {
      const stop = wholeLines(chunk, at);
      if (stop <= at) break;
      const piece = { address: this.#out.address, capacity: this.#capacity };
      const found = rows.columns(chunk.subarray(at, stop), piece, row, (oddRow, column, text) => {
        while (block < lastBlock && firstRow + oddRow >= this.#blockEnd(block)) block++;
        const place = this.#parsed.indexOf(column) * this.#capacity + oddRow;
        values[place] = odd.value(column, text, this.#isSeen[block] === 0);
      });
      if (isNew) this.#blankCount += found.blankCount;
      row = found.endRow;
      at = stop;
    }
    // a file that changed meanwhile has other rows
    if (firstRow + row < endRow) values.fill(Number.NaN);
    this.#isSeen.fill(1, firstBlock, lastBlock + 1);
    this.#held = { firstRow, endRow };
  }

  #rowValues(signal: number, start: number, end: number): Float64Array {
    const { column, lane, scale } = this.#parts.signals[signal]!;
    const first = this.#parsed.indexOf(column) * this.#capacity + start - this.#held.firstRow;
    const { buffer } = this.#parts.workspace.core.memory;
    const values = new Float64Array(buffer, this.#out.address + first * 8, end - start);
    if (lane !== undefined) {
      const power = 10 ** lane;
      return values.map((word) => Math.floor(word / power) % 10);
    }
    return scale === 1 ? values : values.map((value) => value * scale);
  }

  /** Samples [start, end), whose rows are in the core, to `into`, which is NaN. */
  #copy(signal: number, start: number, end: number, into: Float64Array): void {
    let row = this.#rowAt(start);
    const endRow = this.#rowAt(end);
    if (endRow <= row) return;
    const values = this.#rowValues(signal, row, endRow);
    const firstRow = row;
    let missing = 0;
    for (const { row: gapRow, missingCount } of this.#parts.gaps) {
      if (gapRow > row) {
        if (gapRow >= endRow) break;
        into.set(values.subarray(row - firstRow, gapRow - firstRow), row + missing - start);
        row = gapRow;
      }
      missing += missingCount;
    }
    if (endRow > row) into.set(values.subarray(row - firstRow, endRow - firstRow), row + missing - start);
  }
}

/** Whether there is nothing but 0, 1 and missing values; notes which of the two there are. */
function isOnlyBits(values: Float64Array, seen: boolean[]): boolean {
  for (const value of values) {
    if (value === 0 || value === 1) seen[value] = true;
    else if (!Number.isNaN(value)) return false;
  }
  return true;
}

/** The block of a row. */
function blockOf(blocks: RowIndex['blocks'], row: number): number {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (blocks[middle]!.row <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Makes lines that are no rows blank. `skipped`: start and end of each, rising. */
function blankOut(chunk: Uint8Array, offset: number, skipped: readonly number[]): void {
  let low = 0;
  let high = skipped.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (skipped[2 * middle + 1]! <= offset) low = middle + 1;
    else high = middle;
  }
  for (let at = 2 * low; at < skipped.length && skipped[at]! < offset + chunk.length; at += 2) {
    chunk.fill(0x20, Math.max(0, skipped[at]! - offset), skipped[at + 1]! - offset);
  }
}
