// Frames of one size, one behind the other: of each channel a number that is decoded from the frame's bytes. Reading one
// channel reads all, so views of several cost no more than of one.

import { FormatError } from '../base/errors.ts';
import type { SampleType, SampleValues } from '../model/signal-store.ts';
import { type BinsOf, type ColumnSource, STRETCH_BYTES, visitBins } from './column-source.ts';
import { joinValues, type SteadyPlainSignal } from './plain-store.ts';
import type { RandomAccess } from './source.ts';

/** Where frames lie in a source. */
export interface FrameGrid {
  readonly offsetBytes: number;
  readonly frameBytes: number;
  readonly frameCount: number;
}

export interface FrameColumn {
  readonly name: string;
  readonly unit: string;
  readonly dtype: SampleType;
  /** The values of `count` frames of `frameBytes` from `firstFrame` on; `view` begins with a frame. */
  readonly decode: (view: DataView, firstFrame: number, count: number, frameBytes: number) => SampleValues;
}

/** Values that are decoded at once: they stay in the processor's cache. */
const DECODED_FRAMES = 65_536;

export class FrameTable implements ColumnSource {
  readonly #source: RandomAccess;
  readonly #grid: FrameGrid;
  readonly #columns: readonly FrameColumn[];

  /** The grid lies inside the source. */
  constructor(source: RandomAccess, grid: FrameGrid, columns: readonly FrameColumn[]) {
    this.#source = source;
    this.#grid = grid;
    this.#columns = columns;
  }

  get columnCount(): number {
    return this.#columns.length;
  }

  get sampleCount(): number {
    return this.#grid.frameCount;
  }

  get sampleBytes(): number {
    return this.#grid.frameBytes;
  }

  /** Values of one column. Rejects with `format/damaged` when the file is shorter now. */
  async read(column: number, start: number, end: number): Promise<SampleValues> {
    const most = Math.max(1, Math.floor(STRETCH_BYTES / this.sampleBytes));
    const pieces: SampleValues[] = [];
    for (let at = start; at < end; at += most) {
      const count = Math.min(most, end - at);
      pieces.push(this.#columns[column]!.decode(await this.#frames(at, count), 0, count, this.sampleBytes));
    }
    return joinValues(pieces);
  }

  async withSamples(start: number, end: number, use: (bins: BinsOf) => void): Promise<void> {
    const view = await this.#frames(start, end - start);
    use((column, first, binSamples, binCount, visit) => {
      const perStep = Math.max(1, Math.floor(DECODED_FRAMES / binSamples));
      for (let bin = 0; bin < binCount; bin += perStep) {
        const count = Math.min(perStep, binCount - bin);
        const { decode } = this.#columns[column]!;
        const values = decode(view, first + bin * binSamples, count * binSamples, this.sampleBytes);
        visitBins(values, 0, binSamples, count, visit);
      }
    });
  }

  async #frames(start: number, count: number): Promise<DataView> {
    const { offsetBytes, frameBytes } = this.#grid;
    const offset = offsetBytes + start * frameBytes;
    const bytes = await this.#source.read(offset, count * frameBytes);
    if (bytes.length === count * frameBytes) return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    throw new FormatError('format/damaged', 'The file became shorter while it was open. Open it again.', offset);
  }
}

/** Where the frames lie in time: at a rate, or counted. */
export type FrameAxis = Pick<SteadyPlainSignal['info'], 'sampleRateHz' | 'offsetS' | 'axis'>;

/** A signal per column; names are ids, so they are unique. */
export function frameSignals(
  source: RandomAccess,
  grid: FrameGrid,
  columns: readonly FrameColumn[],
  axis: FrameAxis,
): SteadyPlainSignal[] {
  const table = new FrameTable(source, grid, columns);
  return columns.map(({ name, unit, dtype }, column) => ({
    info: {
      id: name,
      name,
      unit,
      source: '',
      dtype,
      timing: 'steady',
      ...axis,
      startSample: 0,
      endSample: grid.frameCount,
      firstSampleId: 0n,
    },
    read: (start, end) => table.read(column, start, end),
    packed: { source: table, column },
  }));
}
