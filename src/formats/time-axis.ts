// How the times of a table's rows are kept: at a rate where they rise evenly, else as they are. Decided over all of
// them; nothing is sorted, and no time is invented.

import { rateOf, SINGLE_NOISE } from '../base/rate.ts';
import { formatSiText } from '../base/si.ts';
import type { Diagnostic, SampleValues, SignalAxis, StampedSignal } from '../model/signal-store.ts';
import { EvenSteps, EXACT, PrintedError, simplest, type TimeDigits } from './even-steps.ts';
import type { StampedPlainSignal } from './plain-store.ts';
import { findGaps, gapsBetweenJitter, lostSteps, type TimeGap } from './time-gaps.ts';

/** The axis of samples of which nothing says how far they are apart: 1 per sample. */
export const COUNTED_AXIS: SignalAxis = { name: 'sample', unit: '' };

/** Times that rise evenly. */
export interface EvenTimes {
  readonly timing: 'steady';
  readonly sampleRateHz: number;
  /** Time of the first row. */
  readonly offsetS: number;
  /** Largest distance of a time from its even place, where rounding does not explain it; else 0. */
  readonly jitterS: number;
  /** Where samples are missing; only when asked for. */
  readonly gaps?: readonly TimeGap[];
}

/** Times that are kept as they are. */
export interface UnevenTimes {
  readonly timing: 'stamped';
  /** Not falling. */
  readonly timesS: Float64Array;
  /** Rows without a time, which are left out; rising. */
  readonly untimedRows: readonly number[];
  /** The first row whose time falls below one before it: it and what follows are left out. */
  readonly stepBackRow: number | undefined;
}

/** A time of this unit in seconds. Divided where that is exact: a decimal text of milliseconds stays the nearest double. */
export function inSeconds(time: number, unitSeconds: number): number {
  return unitSeconds < 1 ? time / Math.round(1 / unitSeconds) : time * unitSeconds;
}

/**
 * Decides over the times of rows in seconds, NaN where a row has none; `digits` tells how they were printed (a number: one
 * unit of the last digit, 0 = binary). `hasGaps`: even stretches may stand whole steps apart. Undefined with fewer than
 * two times.
 */
export function timeAxisOf(
  times: ArrayLike<number>,
  digits: number | TimeDigits,
  { hasGaps = false } = {},
): EvenTimes | UnevenTimes | undefined {
  let first = 0;
  let last = times.length - 1;
  while (first < last && !Number.isFinite(times[first]!)) first++;
  while (last > first && !Number.isFinite(times[last]!)) last--;
  if (last <= first) return undefined;
  const printed = typeof digits === 'number' ? { resolution: digits, significant: 0 } : digits;
  const steps = new EvenSteps(printed);
  steps.add(times);
  const { even } = steps;
  if (even) {
    const mostS = Math.max(Math.abs(times[first]!), Math.abs(times[last]!));
    const isRounded = largestDeviation(times, first, last, even.step) > EXACT * mostS;
    const lost = hasGaps && isRounded && isCoarse(even.step, printed.resolution) ? lostSteps(times) : undefined;
    return lost ? evenTimes(lost.stepS, lost.startS, 0, lost.gaps) : evenTimes(even.step, even.start, 0, []);
  }
  const error = new PrintedError(printed);
  const exact = hasGaps ? (lostSteps(times) ?? findGaps(times, (time) => error.of(time))) : undefined;
  if (exact) return evenTimes(exact.stepS, exact.startS, 0, exact.gaps);
  const meanS = (times[last]! - times[first]!) / (last - first);
  const jitterS = meanS > 0 ? largestDeviation(times, first, last, meanS) : Number.POSITIVE_INFINITY;
  if (jitterS < meanS / 2) {
    const stepS = simplest(meanS, meanS - jitterS / (last - first), meanS + jitterS / (last - first));
    const mostS = Math.max(Math.abs(times[first]!), Math.abs(times[last]!));
    return evenTimes(stepS, times[first]! - first * stepS, jitterS <= SINGLE_NOISE * mostS ? 0 : jitterS, []);
  }
  const loose = hasGaps ? gapsBetweenJitter(times, (time) => error.of(time)) : undefined;
  return loose ? evenTimes(loose.stepS, loose.startS, loose.jitterS, loose.gaps) : unevenTimes(times);
}

/** Whether the step is so short for the digits that rounding could explain a lost row, too. */
export function isCoarse(stepS: number, resolutionS: number): boolean {
  return stepS < 2 * resolutionS && stepS > resolutionS / 2;
}

function evenTimes(stepS: number, offsetS: number, jitterS: number, gaps: readonly TimeGap[]): EvenTimes {
  const even: EvenTimes = { timing: 'steady', sampleRateHz: rateOf(stepS), offsetS, jitterS };
  return gaps.length > 0 ? { ...even, gaps } : even;
}

function largestDeviation(times: ArrayLike<number>, first: number, last: number, stepS: number): number {
  let largest = 0;
  for (let row = first + 1; row < last; row++) {
    const deviation = Math.abs(times[row]! - times[first]! - (row - first) * stepS);
    if (deviation > largest) largest = deviation;
  }
  return largest;
}

/** Times as they are, up to the first that falls below one before it. */
export function unevenTimes(times: ArrayLike<number>): UnevenTimes {
  const timesS = new Float64Array(times.length);
  const untimedRows: number[] = [];
  let stepBackRow: number | undefined;
  let count = 0;
  for (let row = 0; row < times.length; row++) {
    const timeS = times[row]!;
    if (!Number.isFinite(timeS)) {
      untimedRows.push(row);
    } else if (count > 0 && timeS < timesS[count - 1]!) {
      stepBackRow = row;
      break;
    } else {
      timesS[count++] = timeS;
    }
  }
  return { timing: 'stamped', timesS: timesS.slice(0, count), untimedRows, stepBackRow };
}

/** Of rows of which one at most has a time: it counts, and nobody can tell a rate. Undefined without any. */
export function onlyTime(times: ArrayLike<number>): UnevenTimes | undefined {
  const uneven = unevenTimes(times);
  return uneven.timesS.length > 0 ? uneven : undefined;
}

/** A signal of rows that have a time each; rows without one are no samples. `axisId` names the times. */
export function stampedSignal(
  { timesS, untimedRows }: UnevenTimes,
  base: Omit<StampedSignal, 'timing' | 'axisId' | 'startS' | 'endS' | 'endSample'>,
  axisId: string,
  readRows: (start: number, end: number) => Promise<SampleValues>,
): StampedPlainSignal {
  const endSample = timesS.length;
  const timing = { timing: 'stamped', axisId, startS: timesS[0] ?? 0, endS: timesS[endSample - 1] ?? 0 } as const;
  const read = async (start: number, end: number): Promise<SampleValues> => {
    if (end <= start) return readRows(0, 0);
    const from = rowOf(untimedRows, start);
    const rows = await readRows(from, rowOf(untimedRows, end - 1) + 1);
    if (rows.length === end - start) return rows;
    const untimed = new Set(untimedRows);
    return (rows as Float64Array).filter((_, index) => !untimed.has(from + index));
  };
  return { info: { ...base, endSample, ...timing }, timesS, read };
}

/** The row of a sample, when the rows without a time are no samples. */
function rowOf(untimedRows: readonly number[], sample: number): number {
  let row = sample;
  for (const untimed of untimedRows) {
    if (untimed > row) break;
    row++;
  }
  return row;
}

/** Where a row stands, for people. */
type RowPlace = (row: number) => string;

function gapSentence(gaps: readonly TimeGap[], name: string, placeOf: RowPlace): string {
  const missingCount = gaps.reduce((sum, gap) => sum + gap.missingCount, 0);
  const places = gaps.length === 1 ? 'a gap' : `${gaps.length} gaps, the first`;
  return `The times in "${name}" have ${places} before ${placeOf(gaps[0]!.row)}: ${missingCount} samples are missing there and stay empty.`;
}

/** What was decided about the times, in sentences. Rows count from 1, without the head of the table. */
export function axisDiagnostics(
  axis: EvenTimes | UnevenTimes,
  name: string,
  format: string,
  placeOf: RowPlace = (row) => `row ${row + 1}`,
): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const say = (severity: Diagnostic['severity'], code: string, message: string) =>
    diagnostics.push({ severity, code: `${format}/${code}`, message });
  if (axis.timing === 'steady') {
    const { jitterS, sampleRateHz, gaps = [] } = axis;
    const most = formatSiText(jitterS, 's', { significantDigits: 3 });
    const rate = formatSiText(sampleRateHz, 'Hz', { significantDigits: 6 });
    const message = `The times in "${name}" are even but for up to ${most}; rows are shown at the mean rate, ${rate}.`;
    if (jitterS > 0) say('info', 'time-jitter', message);
    if (gaps.length > 0) say('warning', 'time-gap', gapSentence(gaps, name, placeOf));
    return diagnostics;
  }
  const { timesS, untimedRows, stepBackRow } = axis;
  const uneven = `The times in "${name}" are not even: each row keeps its own, and figures weigh by it.`;
  if (timesS.length > 1) say('info', 'uneven-time', uneven);
  if (untimedRows.length > 0) {
    const [first] = untimedRows;
    const message = `${untimedRows.length} rows have no time in "${name}" and are left out, the first is ${placeOf(first!)}.`;
    say('warning', 'no-time', message);
  }
  if (stepBackRow !== undefined) {
    const message = `The times in "${name}" step back at ${placeOf(stepBackRow)}; that row and what follows are left out.`;
    say('warning', 'time-steps-back', message);
  }
  return diagnostics;
}
