// Even stretches that stand whole steps apart: a logger that paused, or lost rows.

import { EXACT, StepFit, simplest } from './even-steps.ts';

/** Samples that are missing before a row. */
export interface TimeGap {
  readonly row: number;
  readonly missingCount: number;
}

export interface GappedTimes {
  readonly stepS: number;
  /** Time of row 0. */
  readonly startS: number;
  readonly gaps: readonly TimeGap[];
  /** Largest distance of a time from its place. */
  readonly jitterS: number;
}

/** Steps of rows that may be gaps, of all; more make changes only, not stretches. */
const MOST_GAPS = 0.1;
/** Differences from which the step is found. */
const SAMPLE_COUNT = 10_001;
/** Missing samples for each row, and what may be missing of a short table. */
const MOST_MISSING_PER_ROW = 64;
const MOST_MISSING = 1 << 20;

/** `errorOf`: how far a time may lie from its place. Undefined when the times are no such stretches, or fall. */
export function findGaps(times: ArrayLike<number>, errorOf: (time: number) => number): GappedTimes | undefined {
  const commonS = commonStep(times);
  const fit = new StepFit();
  const gaps: TimeGap[] = [];
  let firstRow = -1;
  let lastRow = -1;
  let place = 0;
  let missing = 0;
  for (let row = 0; row < times.length; row++) {
    const time = times[row]!;
    if (!Number.isFinite(time)) continue;
    const error = errorOf(time);
    const stepCount = firstRow < 0 ? 0 : row - lastRow;
    // the first step may be a gap: nothing but the others tells
    const isGapFirst = place === 0 && firstRow >= 0 && Math.abs(time - times[firstRow]! - commonS) > 2 * error;
    if (isGapFirst || !fit.add(place + stepCount, time, error)) {
      const stepS = place > 0 && Number.isFinite(fit.high) ? (fit.low + fit.high) / 2 : commonS;
      const jump = Math.round((time - times[lastRow]!) / stepS);
      if (!(jump > stepCount) || !fit.add(place + jump, time, error)) return undefined;
      gaps.push({ row, missingCount: jump - stepCount });
      missing += jump - stepCount;
      place += jump;
      const isTooMuch = missing > Math.max(MOST_MISSING, MOST_MISSING_PER_ROW * times.length);
      if (isTooMuch || gaps.length > MOST_GAPS * (times.length - 1)) return undefined;
    } else {
      place += stepCount;
    }
    if (firstRow < 0) firstRow = row;
    lastRow = row;
  }
  const meanS = place > 0 ? (times[lastRow]! - times[firstRow]!) / place : 0;
  if (!(meanS > 0) || gaps.length === 0) return undefined;
  const stepS = simplest(meanS, fit.low, fit.high);
  return { stepS, startS: times[firstRow]! - firstRow * stepS, gaps, jitterS: 0 };
}

/** The same where the rows of a stretch jitter: a gap must be whole steps long as far as the jitter of the others allows. */
export function gapsBetweenJitter(
  times: ArrayLike<number>,
  errorOf: (time: number) => number,
): GappedTimes | undefined {
  const commonS = commonStep(times);
  if (!(commonS > 0)) return undefined;
  let spreadS = 0;
  let previousS = Number.NaN;
  for (let row = 0; row < times.length; row++) {
    const time = times[row]!;
    if (time - previousS < 1.5 * commonS) spreadS = Math.max(spreadS, Math.abs(time - previousS - commonS));
    if (Number.isFinite(time)) previousS = time;
  }
  if (spreadS >= commonS / 2) return undefined;
  const found = findGaps(times, (time) => errorOf(time) + spreadS);
  if (!found) return undefined;
  let jitterS = 0;
  let gap = 0;
  let missing = 0;
  for (let row = 0; row < times.length; row++) {
    while (found.gaps[gap]?.row === row) missing += found.gaps[gap++]!.missingCount;
    const deviation = Math.abs(times[row]! - found.startS - (row + missing) * found.stepS);
    if (deviation > jitterS) jitterS = deviation;
  }
  return jitterS < commonS / 2 ? { ...found, jitterS } : undefined;
}

/** Gaps that stand as evenly as this are no losses, but a step that is a little longer than the digits show. */
const REGULAR = 2;

/** Rows that are lost among times that are exact but for them; undefined where rounding is the better explanation. */
export function lostSteps(times: ArrayLike<number>): GappedTimes | undefined {
  const found = findGaps(times, (time) => EXACT * Math.abs(time));
  if (!found) return undefined;
  const distances = found.gaps.slice(1).map(({ row }, gap) => row - found.gaps[gap]!.row);
  const isRegular = distances.length > 1 && Math.max(...distances) < REGULAR * Math.min(...distances);
  return isRegular ? undefined : found;
}

/** The median of the differences of rows that follow each other. */
function commonStep(times: ArrayLike<number>): number {
  const every = Math.max(1, Math.floor(times.length / SAMPLE_COUNT));
  const steps: number[] = [];
  for (let row = 1; row < times.length; row += every) {
    const step = times[row]! - times[row - 1]!;
    if (Number.isFinite(step)) steps.push(step);
  }
  steps.sort((a, b) => a - b);
  return steps[steps.length >> 1] ?? 0;
}
