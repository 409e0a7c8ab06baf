// Items in records in a file: waveforms of events with metadata between them, rows of a table, a plain array. Reads
// any stretch of them as the values of one column, or reduces all columns of it in the core.

import { FormatError } from '../../base/errors.ts';
import type { Codec, Gather } from '../../core/codec.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { SampleValues } from '../../model/signal-store.ts';
import { type BinsOf, type ColumnSource, STRETCH_BYTES, visitBins } from '../column-source.ts';
import { joinValues } from '../plain-store.ts';
import type { RandomAccess } from '../source.ts';
import { type SampleColumn, toSampleValues } from './columns.ts';
import { decodeLeaf } from './decode.ts';
import type { Leaf, ScalarDtype } from './dtype.ts';
import { itemCore, releaseItemCore } from './item-core.ts';

/** Where items lie in a file. */
export interface ItemGrid {
  /** Of the first item. */
  readonly offsetBytes: number;
  readonly itemBytes: number;
  readonly itemsPerRecord: number;
  /** From the start of one record to the next. */
  readonly recordBytes: number;
  readonly itemCount: number;
}

/** Values that are packed before they are reduced: they stay in the processor's cache. */
const PACKED_SAMPLES = 65_536;

/** Items in the same places of consecutive records. */
interface Run {
  /** Of the first item, from the start of the span. */
  readonly offsetBytes: number;
  readonly recordCount: number;
  /** Per record. */
  readonly itemCount: number;
}

/** Bytes between the columns of an item, or between the items of two records, that may be read for nothing. */
const MAX_GAP_BYTES = STRETCH_BYTES / 8;

export class ItemTable implements ColumnSource {
  readonly sampleBytes: number;
  readonly #source: RandomAccess;
  readonly #grid: ItemGrid;
  readonly #columns: readonly SampleColumn[];
  readonly #workspace: Workspace;
  /** The bytes of an item from its first column to the end of its last one. */
  readonly #firstByte: number;
  readonly #endByte: number;

  constructor(source: RandomAccess, grid: ItemGrid, columns: readonly SampleColumn[], workspace: Workspace) {
    const { itemsPerRecord, recordBytes, itemCount } = grid;
    this.#source = source;
    // one item per record is one record of items that stand further apart
    this.#grid =
      itemsPerRecord === 1 ? { ...grid, itemBytes: recordBytes, itemsPerRecord: Math.max(1, itemCount) } : grid;
    this.#columns = columns;
    this.#workspace = workspace;
    this.sampleBytes = recordBytes / itemsPerRecord;
    this.#firstByte = Math.min(...columns.map(({ offsetBytes }) => offsetBytes));
    this.#endByte = Math.max(...columns.map(({ offsetBytes, scalar }) => offsetBytes + scalar.itemBytes));
  }

  get columnCount(): number {
    return this.#columns.length;
  }

  get sampleCount(): number {
    return this.#grid.itemCount;
  }

  /** True when a stretch is little more than the bytes of its samples. */
  get isCompact(): boolean {
    return this.#endByte - this.#firstByte <= MAX_GAP_BYTES && this.#gapBytes <= MAX_GAP_BYTES;
  }

  /** Between the items of two records. */
  get #gapBytes(): number {
    const { recordBytes, itemsPerRecord, itemBytes, itemCount } = this.#grid;
    return itemCount > itemsPerRecord ? recordBytes - itemsPerRecord * itemBytes : 0;
  }

  /** Values of one column of items [start, end). Rejects with `format/damaged` when the file is shorter now. */
  async read(column: number, start: number, end: number): Promise<SampleValues> {
    const { offsetBytes, scalar } = this.#columns[column]!;
    const pieces: SampleValues[] = [];
    for (let item = start; item < end; ) {
      const stop = this.#stretchEnd(item, end);
      const span = await this.#readSpan(item, stop, offsetBytes, offsetBytes + scalar.itemBytes);
      pieces.push(this.#decode(span, 0, scalar, this.#runs(item, item, stop)));
      item = stop;
    }
    return joinValues(pieces);
  }

  async withSamples(start: number, end: number, use: (bins: BinsOf) => void): Promise<void> {
    const span = await this.#readSpan(start, end, this.#firstByte, this.#endByte);
    // a stretch, and the gaps that it may run into at its ends; all of a small file
    const wholeBytes = Math.min(this.#source.sizeBytes, Math.ceil(this.sampleCount * this.sampleBytes));
    const roomBytes = Math.min(STRETCH_BYTES + 2 * MAX_GAP_BYTES, wholeBytes);
    const { codec, packed } = itemCore(this.#workspace, roomBytes, this);
    const address = codec.load(span);
    use((index, first, binSamples, binCount, visit) => {
      const { scalar, offsetBytes, dtype } = this.#columns[index]!;
      const { kind, itemBytes, byteOrder } = scalar;
      const isConverted = kind === 'b' || (kind === 'f' && itemBytes === 2);
      const gather = { strideBytes: this.#grid.itemBytes, widthBytes: itemBytes, isSwapped: byteOrder === '>' };
      const isPacked = gather.strideBytes === itemBytes && !gather.isSwapped;
      const columnBytes = offsetBytes - this.#firstByte;
      const perStep = Math.max(1, Math.floor(PACKED_SAMPLES / binSamples));
      for (let bin = 0; bin < binCount; bin += perStep) {
        const count = Math.min(perStep, binCount - bin);
        const from = start + first + bin * binSamples;
        const runs = this.#runs(start, from, from + count * binSamples);
        if (isConverted) {
          visitBins(this.#decode(span, columnBytes, scalar, runs), 0, binSamples, count, visit);
        } else if (isPacked && runs.length === 1 && runs[0]!.recordCount === 1) {
          codec.bins(dtype, address + columnBytes + runs[0]!.offsetBytes, 0, binSamples, count, visit);
        } else {
          this.#gather(codec, address + columnBytes, gather, runs, packed);
          codec.bins(dtype, packed, 0, binSamples, count, visit);
        }
      }
    });
  }

  close(): void {
    releaseItemCore(this.#workspace, this);
  }

  #gather(codec: Codec, address: number, gather: Gather, runs: readonly Run[], packed: number): void {
    let target = packed;
    for (const { offsetBytes, recordCount, itemCount } of runs) {
      for (let record = 0; record < recordCount; record++) {
        codec.gather(address + offsetBytes + record * this.#grid.recordBytes, gather, itemCount, target);
        target += itemCount * gather.widthBytes;
      }
    }
  }

  #decode(span: Uint8Array, columnBytes: number, scalar: ScalarDtype, runs: readonly Run[]): SampleValues {
    const view = new DataView(span.buffer, span.byteOffset, span.byteLength);
    const leaf: Leaf = { name: '', scalar, offsetBytes: 0, shape: [], stridesBytes: [] };
    const { recordBytes, itemBytes } = this.#grid;
    const pieces = runs.map(({ offsetBytes, recordCount, itemCount }) =>
      toSampleValues(
        decodeLeaf(view, leaf, {
          firstOffsetBytes: columnBytes + offsetBytes,
          recordCount,
          recordBytes,
          itemCount,
          itemBytes,
        }),
      ),
    );
    return joinValues(pieces);
  }

  /** The end of as many items from `start` on as one read takes, at least one. */
  #stretchEnd(start: number, end: number): number {
    const { itemsPerRecord } = this.#grid;
    const stop = Math.min(end, start + Math.max(1, Math.floor(STRETCH_BYTES / this.sampleBytes)));
    if (this.#gapBytes <= MAX_GAP_BYTES) return stop;
    return Math.min(stop, (Math.floor(start / itemsPerRecord) + 1) * itemsPerRecord);
  }

  #offsetOf(item: number): number {
    const { offsetBytes, itemBytes, itemsPerRecord, recordBytes } = this.#grid;
    const record = Math.floor(item / itemsPerRecord);
    return offsetBytes + record * recordBytes + (item - record * itemsPerRecord) * itemBytes;
  }

  /** The bytes from `firstByte` of item `start` to `endByte` of item `end - 1`. */
  async #readSpan(start: number, end: number, firstByte: number, endByte: number): Promise<Uint8Array> {
    const offset = this.#offsetOf(start) + firstByte;
    const length = this.#offsetOf(end - 1) + endByte - offset;
    const bytes = await this.#source.read(offset, length);
    if (bytes.length === length) return bytes;
    throw new FormatError('format/damaged', 'The file became shorter while it was open. Open it again.', offset);
  }

  /** Where items [start, end) are in a span that begins with item `spanStart`: the end of a record, whole ones, a start. */
  #runs(spanStart: number, start: number, end: number): readonly Run[] {
    const { itemsPerRecord } = this.#grid;
    const origin = this.#offsetOf(spanStart);
    const runs: Run[] = [];
    for (let item = start; item < end; ) {
      const inRecord = item % itemsPerRecord;
      const recordCount = inRecord === 0 ? Math.max(1, Math.floor((end - item) / itemsPerRecord)) : 1;
      const itemCount = Math.min(end - item, itemsPerRecord - inRecord);
      runs.push({ offsetBytes: this.#offsetOf(item) - origin, recordCount, itemCount });
      item += recordCount * itemCount;
    }
    return runs;
  }
}
