// The values of a signal with a time per sample at places of another: each holds until the next, the last until the signal
// ends. All of it is in memory.

import { LabError } from '../../base/errors.ts';
import { formatCount } from '../../base/si.ts';
import type { DifferenceOperand } from '../../model/difference.ts';
import type { SampleRange, StampedSignal } from '../../model/signal-store.ts';
import { SAME_PLACE, type SteadyPlace } from './steady.ts';

/** Most samples that are taken into memory: 16 bytes each. */
const MOST_SAMPLES = 1 << 22;
const READ_SAMPLES = 262_144;
/** Times are sums of doubles: those that differ by so many steps of them are the same. */
const SAME_TIME_STEPS = 16;

type Held = Omit<DifferenceOperand, 'signal'> & { readonly signal: StampedSignal };

export class HeldOperand {
  /** In the places of the view, not falling. */
  readonly timesS: Float64Array;
  readonly values: Float64Array;
  /** Where the last value ends to hold. */
  readonly endS: number;
  /** Times are the same within this. */
  readonly toleranceS: number;

  private constructor(timesS: Float64Array, values: Float64Array, endS: number) {
    this.timesS = timesS;
    this.values = values;
    this.endS = endS;
    this.toleranceS = SAME_TIME_STEPS * Number.EPSILON * Math.max(Math.abs(timesS[0] ?? 0), Math.abs(endS));
  }

  /** Rejects with a LabError where the signal is too long for memory, and as its store does. */
  static async load({ store, signal, label, shiftS }: Held): Promise<HeldOperand> {
    const { id, startSample, endSample, endS } = signal;
    const count = endSample - startSample;
    if (count > MOST_SAMPLES) {
      throw new LabError(
        'format/unsupported',
        `${label} has ${formatCount(count)} samples with a time each, and a difference takes ${formatCount(MOST_SAMPLES)} at most: export a part of it and open that.`,
      );
    }
    const timesS = new Float64Array(count);
    const values = new Float64Array(count);
    for (let from = startSample; from < endSample; from += READ_SAMPLES) {
      const block = await store.samples(id, from, Math.min(endSample, from + READ_SAMPLES));
      timesS.set(
        block.timesS!.map((timeS) => timeS + shiftS),
        from - startSample,
      );
      values.set(Float64Array.from(block.values as ArrayLike<number>, Number), from - startSample);
    }
    return new HeldOperand(timesS, values, endS + shiftS);
  }

  /** The samples of a grid that lie between the first and the end of what holds here. */
  commonWith({ signal: { startSample, endSample, sampleRateHz, offsetS }, shiftS }: SteadyPlace): SampleRange {
    if (this.timesS.length === 0) return { start: startSample, end: startSample };
    const gridAt = (timeS: number) => (timeS - offsetS - shiftS) * sampleRateHz;
    const start = Math.max(startSample, Math.ceil(gridAt(this.timesS[0]!) - SAME_PLACE));
    const end = Math.min(endSample, Math.floor(gridAt(this.endS) + SAME_PLACE) + 1);
    return { start, end: Math.max(start, end) };
  }

  /** What holds at samples [from, to) of a grid, which are in common. */
  at(from: number, to: number, { signal: { sampleRateHz, offsetS }, shiftS }: SteadyPlace): Float64Array {
    const timeOf = (sample: number) => (sample + SAME_PLACE) / sampleRateHz + offsetS + shiftS;
    let held = this.inForce(timeOf(from));
    return Float64Array.from({ length: to - from }, (_, i) => {
      const timeS = timeOf(from + i);
      while (this.timesS[held + 1]! <= timeS) held++;
      return this.values[held]!;
    });
  }

  /** Index of the last sample that is not after a time, the first where none is. */
  inForce(timeS: number): number {
    let low = 0;
    let high = this.timesS.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timesS[middle]! <= timeS + this.toleranceS) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

export interface HeldDifference {
  readonly timesS: Float64Array;
  readonly values: Float64Array;
  readonly endS: number;
}

/** At the times of both, from where both have begun to where the first ends; undefined where they have nothing in common. */
export function differenceOfHeld(a: HeldOperand, b: HeldOperand): HeldDifference | undefined {
  const startS = Math.max(a.timesS[0] ?? Number.POSITIVE_INFINITY, b.timesS[0] ?? Number.POSITIVE_INFINITY);
  const endS = Math.min(a.endS, b.endS);
  const toleranceS = Math.max(a.toleranceS, b.toleranceS);
  if (!(startS <= endS + toleranceS)) return undefined;
  const timesS: number[] = [];
  const values: number[] = [];
  let atA = a.inForce(startS);
  let atB = b.inForce(startS);
  const put = (timeS: number) => {
    timesS.push(timeS);
    values.push(a.values[atA]! - b.values[atB]!);
  };
  put(startS);
  for (;;) {
    const nextA = a.timesS[atA + 1] ?? Number.POSITIVE_INFINITY;
    const nextB = b.timesS[atB + 1] ?? Number.POSITIVE_INFINITY;
    const nextS = Math.min(nextA, nextB);
    if (nextS > endS + toleranceS || nextS === Number.POSITIVE_INFINITY) break;
    if (nextA <= nextS + toleranceS) atA++;
    if (nextB <= nextS + toleranceS) atB++;
    put(nextS);
  }
  return { timesS: Float64Array.from(timesS), values: Float64Array.from(values), endS: Math.max(endS, timesS.at(-1)!) };
}
