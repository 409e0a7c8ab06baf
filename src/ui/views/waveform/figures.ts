// The figures of what is on screen, from the bins that are drawn anyway: exact for whole bins, good to a pixel
// at the edges. Figures that must be exact come from the store (see measure.ts).

import type { Summary, TimeBins } from '../../../model/signal-store.ts';
import type { TimeRange } from './state.ts';

export interface Figures {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/** Figures of the bins between two samples; `undefined` when none of them holds a valid sample. */
export function figuresOf(summary: Summary, startSample: number, endSample: number): Figures | undefined {
  const first = Math.max(0, Math.round((startSample - summary.start) / summary.increment));
  const last = Math.min(summary.mean.length, Math.round((endSample - summary.start) / summary.increment));
  let count = 0;
  let mean = 0;
  let between = 0;
  let within = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = first; i < last; i++) {
    const value = summary.mean[i]!;
    if (Number.isNaN(value)) continue;
    count++;
    // Welford over the bin means, plus the variance inside the bins.
    const step = value - mean;
    mean += step / count;
    between += step * (value - mean);
    const inside = summary.std[i]!;
    if (summary.increment > 1 && inside > 0) within += inside * inside;
    if (summary.min[i]! < min) min = summary.min[i]!;
    if (summary.max[i]! > max) max = summary.max[i]!;
  }
  if (count === 0) return undefined;
  const sampleCount = count * summary.increment;
  const squares = within * (summary.increment - 1) + between * summary.increment;
  return { mean, std: sampleCount > 1 ? Math.sqrt(squares / (sampleCount - 1)) : 0, min, max };
}

/** The same of bins of equal time, from bin `start` to `end`. */
export function figuresOfBins({ mean, std, min, max }: TimeBins, start: number, end: number): Figures | undefined {
  const held = new HeldSums();
  for (let i = Math.max(0, Math.round(start)); i < Math.min(mean.length, Math.round(end)); i++) {
    held.add(mean[i]!, std[i]!, min[i]!, max[i]!, 1);
  }
  return held.figures();
}

/** Of values that hold until the next time, the last until `untilS`; `first` is in force where the range begins. */
export function figuresOfHeld(
  timesS: Float64Array,
  values: Float64Array,
  untilS: number,
  first: number,
  { startS, endS }: TimeRange,
): Figures | undefined {
  const held = new HeldSums();
  for (let i = first; i < timesS.length && timesS[i]! < endS; i++) {
    const value = values[i]!;
    const heldS = Math.min(timesS[i + 1] ?? untilS, endS) - Math.max(timesS[i]!, startS);
    held.add(value, 0, value, value, Math.max(0, heldS));
  }
  return held.figures();
}

/** Values weighed by time: Welford over the values, plus the variance inside them. */
class HeldSums {
  #weight = 0;
  #mean = 0;
  #squares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  add(value: number, std: number, min: number, max: number, weight: number): void {
    if (Number.isNaN(value)) return;
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
    if (weight === 0) return;
    this.#weight += weight;
    const step = value - this.#mean;
    this.#mean += (step * weight) / this.#weight;
    this.#squares += weight * (step * (value - this.#mean) + std * std);
  }

  figures(): Figures | undefined {
    if (this.#weight === 0) return undefined;
    return { mean: this.#mean, std: Math.sqrt(this.#squares / this.#weight), min: this.#min, max: this.#max };
  }
}
