// The values of a signal with a rate at the samples of another.

import type { DifferenceOperand } from '../../model/difference.ts';
import type { SampleRange, SampleType, SampleValues, SignalInfo, SteadySignal } from '../../model/signal-store.ts';

/** Places closer than this part of a sample are the same: times are sums of doubles, of which 10¹¹ steps leave 10⁻⁵. */
export const SAME_PLACE = 1e-4;
/** Bits and codes. */
const LEVEL_TYPES: ReadonlySet<SampleType> = new Set(['u1', 'u4']);
/** Samples of one request to a store. */
const READ_SAMPLES = 262_144;

/** Where the samples of a signal with a rate lie in a view. */
export type SteadyPlace = Pick<DifferenceOperand, 'shiftS'> & { readonly signal: SteadySignal };
type Steady = SteadyPlace & Pick<DifferenceOperand, 'store'>;

export class SteadyOperand {
  readonly #operand: Steady;
  /** Sample i of the grid lies at sample `zero + i × ratio` of the operand. */
  readonly #ratio: number;
  readonly #zero: number;
  /** The samples of the grid that lie between the first and the last of the operand. */
  readonly common: SampleRange;

  constructor(operand: Steady, { signal: grid, shiftS }: SteadyPlace) {
    const { signal } = operand;
    this.#operand = operand;
    this.#ratio = signal.sampleRateHz / grid.sampleRateHz;
    this.#zero = (grid.offsetS + shiftS - signal.offsetS - operand.shiftS) * signal.sampleRateHz;
    const gridAt = (place: number) => (place - this.#zero) / this.#ratio;
    const start = Math.max(grid.startSample, Math.ceil(gridAt(signal.startSample - SAME_PLACE)));
    const end = Math.min(grid.endSample, Math.floor(gridAt(signal.endSample - 1 + SAME_PLACE)) + 1);
    this.common = { start, end: Math.max(start, end) };
  }

  /** The operand has a sample at each place of the grid. */
  get isOnGrid(): boolean {
    const { start, end } = this.common;
    return [start, start + 1, end - 1].every((sample) => sample >= end || isSample(this.#placeOf(sample)));
  }

  /** It has levels, between which nothing lies: each holds until the next. */
  get isLevel(): boolean {
    return LEVEL_TYPES.has(this.#operand.signal.dtype);
  }

  /** At samples [from, to) of the grid, which are in common; long integers where it has a sample at each of them. */
  async read(from: number, to: number): Promise<SampleValues | readonly (number | bigint)[]> {
    const isLong = isLongInteger(this.#operand.signal) && this.isOnGrid;
    const found = isLong ? new Array<number | bigint>(to - from) : new Float64Array(to - from);
    const step = Math.max(1, Math.floor(READ_SAMPLES / Math.max(1, this.#ratio)));
    for (let at = from; at < to; at += step) await this.#readPiece(found, from, at, Math.min(to, at + step));
    return found;
  }

  async #readPiece(found: Float64Array | (number | bigint)[], from: number, at: number, to: number): Promise<void> {
    const { store, signal } = this.#operand;
    const start = Math.max(signal.startSample, Math.floor(this.#placeOf(at) + SAME_PLACE));
    const end = Math.min(signal.endSample, Math.ceil(this.#placeOf(to - 1) - SAME_PLACE) + 1);
    const { values } = await store.samples(signal.id, start, end);
    const sampleAt = (sample: number) => Number(values[sample - start]);
    for (let i = at; i < to; i++) {
      const place = this.#placeOf(i);
      const left = Math.floor(place);
      if (Array.isArray(found)) found[i - from] = values[Math.round(place) - start]!;
      else if (isSample(place)) found[i - from] = sampleAt(Math.round(place));
      else if (this.isLevel) found[i - from] = sampleAt(left);
      else found[i - from] = sampleAt(left) + (sampleAt(left + 1) - sampleAt(left)) * (place - left);
    }
  }

  #placeOf(gridSample: number): number {
    return this.#zero + gridSample * this.#ratio;
  }
}

/** A double does not hold all of them. */
export function isLongInteger({ dtype }: SignalInfo): boolean {
  return dtype === 'i64' || dtype === 'u64';
}

function isSample(place: number): boolean {
  return Math.abs(place - Math.round(place)) <= SAME_PLACE;
}
