// The density of one channel of records, counted some columns at a time. Pure.

import type { ShownRecord } from './screen.ts';
import { type DensityArea, TraceDensity } from './trace-density.ts';

/** Samples and columns of one part; some 1 ms. */
const PART_SAMPLES = 2 ** 17;
const NO_SAMPLES = new Float32Array(0);

export class ChannelDensity {
  readonly signalId: string;
  readonly density: TraceDensity;

  constructor(signalId: string, area: DensityArea) {
    this.signalId = signalId;
    this.density = new TraceDensity(area);
  }

  /** Counts some columns of a record once more or less, from `from` on; the next one, or `undefined` when it has all. */
  countPart({ signals, samples, startS, stepS }: ShownRecord, by: 1 | -1, from: number): number | undefined {
    const { width, startS: leftS, endS: rightS } = this.density.area;
    const index = signals.findIndex(({ id }) => id === this.signalId);
    // a column costs as much as a sample
    const perColumn = 1 + (rightS - leftS) / width / stepS;
    const to = Math.min(width, from + Math.ceil(PART_SAMPLES / perColumn));
    this.density.count({ samples: samples[index] ?? NO_SAMPLES, startS, stepS }, by, from, to);
    return to < width ? to : undefined;
  }

  paint(pixels: Uint32Array, colors: Uint32Array): void {
    this.density.paint(pixels, colors);
  }
}
