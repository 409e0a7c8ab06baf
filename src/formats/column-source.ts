// Where a scan store's numbers come from: signals that are read together, stretch by stretch, and reduced to moments
// while they are in memory.

import type { BinVisitor } from '../core/codec.ts';
import type { SampleValues } from '../model/signal-store.ts';
import { addValues, emptyMoments } from './moments.ts';

/** Reduces bins [first + i × binSamples, …) of one column, counted from the stretch's start. Synchronous. */
export type BinsOf = (column: number, first: number, binSamples: number, binCount: number, visit: BinVisitor) => void;

/** Signals of one length whose samples lie side by side, so that reading one reads all. */
export interface ColumnSource {
  readonly columnCount: number;
  readonly sampleCount: number;
  /** Bytes that one sample position takes, all columns together. */
  readonly sampleBytes: number;
  /**
   * Reads samples [start, end) of all columns, STRETCH_BYTES or one sample at most, and calls `use` while they can be
   * reduced; the bins mean nothing afterwards.
   */
  withSamples(start: number, end: number, use: (bins: BinsOf) => void): Promise<void>;
  /** Gives memory of the core back. */
  close?(): void;
}

/** Largest stretch. Chromium hands out twice as much per second in reads of this size as in reads of 1 MB. */
export const STRETCH_BYTES = 8 * 2 ** 20;

/** What a sample counts that was not read from bytes: makes stretches of 65 536. */
const VALUE_BYTES = 128;

/** One signal that can only be read as numbers. */
export function valueSource(
  sampleCount: number,
  read: (start: number, end: number) => Promise<SampleValues>,
): ColumnSource {
  return {
    columnCount: 1,
    sampleCount,
    sampleBytes: VALUE_BYTES,
    withSamples: async (start, end, use) => {
      const values = await read(start, end);
      use((_column, first, binSamples, binCount, visit) => visitBins(values, first, binSamples, binCount, visit));
    },
  };
}

/** Reduces bins of numbers, from the value `first` on. */
export function visitBins(
  values: SampleValues,
  first: number,
  binSamples: number,
  binCount: number,
  visit: BinVisitor,
): void {
  for (let bin = 0; bin < binCount; bin++) {
    const moments = emptyMoments();
    addValues(moments, values, first + bin * binSamples, first + (bin + 1) * binSamples);
    visit(moments.count, moments.mean, moments.m2, moments.min, moments.max);
  }
}
