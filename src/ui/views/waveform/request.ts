// Which summary a view needs. Pure. Bins are anchored to multiples of their length, counted from sample 0, so
// that a bin holds the same samples whatever the view shows: nothing jitters while the view pans or data arrive.

import type {
  SampleRange,
  StampedSignal,
  SteadySignal,
  SummaryRequest,
  TimeBinsRequest,
} from '../../../model/signal-store.ts';
import { sampleAtTime, timeOfSample } from '../../../model/timing.ts';
import type { TimeRange } from './state.ts';

export interface Window {
  readonly time: TimeRange;
  /** Width in pixels of the screen (not CSS). */
  readonly columnCount: number;
  /** Extra on each side, as a fraction of the span, so that small pans need no request. */
  readonly margin: number;
  /** Moves the signal on the store's time axis (compared recordings). */
  readonly shiftS: number;
  /** The view runs with the end of the data: a last bin that is not full yet waits, so that nothing shimmers. */
  readonly isFollowing?: boolean;
}

/**
 * Long bins are whole multiples of this, at the price of an eighth more of them: a store that keeps moments of so many
 * samples then needs to read none of the file for them.
 */
const EVEN_SAMPLES = 256;

export interface Plan {
  readonly request: SummaryRequest;
  /** What is left behind the last whole bin where the signal ends: shorter than a bin, and as much to be seen. */
  readonly tail: SampleRange | undefined;
  /** What lies on screen from `needStart` to `needEnd` is to be shown; the rest is margin. Sample positions. */
  readonly needStart: number;
  readonly needEnd: number;
}

/** Sample position (with fraction) of a time. */
export function sampleAt(signal: SteadySignal, timeS: number, shiftS = 0): number {
  return sampleAtTime(signal, timeS - shiftS);
}

/** Time of a sample position. */
export function timeOf(signal: SteadySignal, sample: number, shiftS = 0): number {
  return timeOfSample(signal, sample) + shiftS;
}

/** The request that fills the window, or `undefined` when the signal has nothing there. */
export function planSummary(signal: SteadySignal, window: Window): Plan | undefined {
  const { endSample, overview } = signal;
  if (endSample <= signal.startSample || window.columnCount < 1) return undefined;
  const left = sampleAt(signal, window.time.startS, window.shiftS);
  const right = sampleAt(signal, window.time.endS, window.shiftS);
  const perColumn = Math.floor((right - left) / window.columnCount);
  const even = perColumn < 8 * EVEN_SAMPLES ? perColumn : perColumn - (perColumn % EVEN_SAMPLES);
  // Where samples on screen are gone, bins are no finer than what is left of them.
  const isPartlyGone = overview !== undefined && left < signal.startSample;
  const { startSample } = isPartlyGone ? overview : signal;
  const least = isPartlyGone ? overview.stretchSamples : 1;
  const increment = Math.max(least, Math.min(even, endSample - startSample));
  const clampBin = (sample: number, round: (value: number) => number) =>
    Math.min(
      Math.max(round(sample / increment), Math.ceil(startSample / increment)),
      Math.floor(endSample / increment),
    );
  const marginSamples = (right - left) * window.margin;
  // One bin more on each side, so that lines run off the edge.
  const first = clampBin(left - increment - marginSamples, Math.floor);
  const last = clampBin(right + increment + marginSamples, Math.ceil);
  const tailStart = Math.floor(endSample / increment) * increment;
  const isTailSeen = right + increment + marginSamples > tailStart && left < endSample;
  const tail = isTailSeen && tailStart < endSample && !window.isFollowing;
  if (last <= first && !tail) return undefined;
  const needEnd = tail && right > tailStart ? endSample : clampBin(right, Math.floor) * increment;
  return {
    request: { signalId: signal.id, start: first * increment, increment, count: Math.max(0, last - first) },
    tail: tail ? { start: tailStart, end: endSample } : undefined,
    needStart: Math.min(clampBin(left, Math.ceil) * increment, needEnd),
    needEnd,
  };
}

export interface BinsPlan {
  readonly request: TimeBinsRequest;
  /** On screen, of what there is; the rest is margin. */
  readonly needStartS: number;
  readonly needEndS: number;
}

/** Significant bits of a bin's length: it stays the same while a view pans or breathes by a rounding. */
const STEP_BITS = 3;

/** The bins of time that fill the window, or `undefined` when the signal has nothing there. */
export function planBins(signal: StampedSignal, { time, columnCount, margin, shiftS }: Window): BinsPlan | undefined {
  const leftS = time.startS - shiftS;
  const rightS = time.endS - shiftS;
  const { startS, endS } = signal;
  if (signal.endSample <= signal.startSample || columnCount < 1 || rightS < startS || leftS > endS) return undefined;
  const unit = 2 ** (Math.floor(Math.log2((rightS - leftS) / columnCount)) - STEP_BITS);
  const stepS = Math.floor((rightS - leftS) / columnCount / unit) * unit;
  const marginS = (rightS - leftS) * margin + stepS;
  const firstBin = Math.floor(Math.max(leftS - marginS, startS) / stepS);
  const endBin = Math.floor(Math.min(rightS + marginS, endS) / stepS) + 1;
  return {
    request: { signalId: signal.id, stepS, firstBin, count: endBin - firstBin },
    needStartS: Math.max(leftS, startS),
    needEndS: Math.min(rightS, endS),
  };
}
