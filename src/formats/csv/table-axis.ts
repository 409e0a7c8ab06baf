// The axis of a table: how the times of its rows are kept, where the first one stands, and what it is.

import { rateOf } from '../../base/rate.ts';
import { type Utc, utcAddSeconds, utcFromUnixMs } from '../../base/time.ts';
import type { ReadChoice } from '../../model/read-choice.ts';
import type { SignalAxis } from '../../model/signal-store.ts';
import { COUNTED_AXIS, type EvenTimes, isCoarse, onlyTime, timeAxisOf, type UnevenTimes } from '../time-axis.ts';
import { utcOf } from './clock-times.ts';
import type { Layout } from './layout.ts';
import type { LineJudge } from './line-judge.ts';
import type { RowIndex } from './row-index.ts';
import { serialMoment } from './serial-dates.ts';
import type { TimePlan } from './time-column.ts';

/** No table has so many: every line is then judged here, since a number may be a clock. */
const NO_COLUMN = 0xffff;

/** The column that every row has a plain number in, if it can be. */
export function keyColumnOf(plan: TimePlan, { kinds }: Layout): number {
  if (plan.kind === 'numbers') return plan.column;
  if (plan.kind === 'clock') return kinds[plan.columns.at(-1)!] === 'number' ? NO_COLUMN : plan.columns.at(-1)!;
  if (plan.kind === 'steps' && plan.column !== undefined) return plan.column;
  const number = kinds.indexOf('number');
  return number >= 0
    ? number
    : Math.max(
        0,
        kinds.findIndex((kind) => kind === 'bits' || kind === 'switch'),
      );
}

/** Times of rows as they are kept; undefined where rows are counted, or there is one at most. */
export async function axisOf(
  plan: TimePlan,
  index: RowIndex,
  judge: LineJudge,
  readTimes: () => Promise<Float64Array>,
): Promise<EvenTimes | UnevenTimes | undefined> {
  if (plan.kind === 'counted' || (plan.kind === 'steps' && plan.column === undefined)) {
    return plan.kind === 'steps' ? even(plan.stepS, plan.startS) : undefined;
  }
  const found = plan.kind === 'numbers' ? index.even : undefined;
  if (found && (found.isExact || !isCoarse(found.step, index.digits.resolution))) return even(found.step, found.start);
  const times = index.timesS ?? (await readTimes());
  if (plan.kind === 'clock') {
    const resolution = judge.clockDecimals < 0 ? 60 : 10 ** -judge.clockDecimals;
    return timeAxisOf(times, resolution, { hasGaps: true }) ?? onlyTime(times);
  }
  if (plan.kind === 'steps') {
    const scaled = times.map((row) => plan.startS + row * plan.stepS);
    const counted = timeAxisOf(times, 0, { hasGaps: true });
    if (counted?.timing !== 'steady') return timeAxisOf(scaled, plan.stepS / 2) ?? even(plan.stepS, plan.startS);
    const { sampleRateHz, offsetS, gaps = [] } = counted;
    return { ...even(plan.stepS / sampleRateHz, plan.startS + offsetS * plan.stepS), gaps };
  }
  return timeAxisOf(times, index.digits, { hasGaps: plan.axis === undefined }) ?? onlyTime(times);
}

function even(stepS: number, offsetS: number): EvenTimes {
  return { timing: 'steady', sampleRateHz: rateOf(stepS), offsetS, jitterS: 0 };
}

/** With the start that the user states, or the time of day of a clock without a date. */
export function shifted(
  axis: EvenTimes | UnevenTimes | undefined,
  plan: TimePlan,
  judge: LineJudge,
  startS: number | undefined,
): EvenTimes | UnevenTimes | undefined {
  if (!axis) return undefined;
  const first = axis.timing === 'steady' ? axis.offsetS : (axis.timesS[0] ?? 0);
  const clock = plan.kind === 'clock' ? judge.firstClock : undefined;
  const clockS = clock && (clock.day === undefined || clock.isYearless) ? clock.seconds : 0;
  const isSerial = plan.kind === 'numbers' && plan.serialDay !== undefined;
  const byS = startS === undefined ? (isSerial ? -first : clockS) : startS - first;
  if (byS === 0) return axis;
  return axis.timing === 'steady'
    ? { ...axis, offsetS: axis.offsetS + byS }
    : { ...axis, timesS: axis.timesS.map((time) => time + byS) };
}

export function axisName(plan: TimePlan, { rateHz }: ReadChoice): SignalAxis | undefined {
  if (plan.kind === 'numbers') return plan.axis;
  return plan.kind === 'counted' && rateHz === undefined ? COUNTED_AXIS : undefined;
}

/** What second 0 is; where the user says at which second the first row lies, it is so much before that row. */
export function originOf(plan: TimePlan, judge: LineJudge, startS: number | undefined): Utc | undefined {
  const first = firstUtcOf(plan, judge);
  const isDated = plan.kind === 'numbers' || judge.firstClock?.day !== undefined;
  return first !== undefined && startS !== undefined && isDated ? utcAddSeconds(first, -startS) : first;
}

function firstUtcOf(plan: TimePlan, judge: LineJudge): Utc | undefined {
  if (plan.kind === 'clock') return judge.firstClock && utcOf(judge.firstClock);
  if (plan.kind !== 'numbers') return undefined;
  if (plan.serialDay !== undefined) return utcOf(serialMoment(plan.serialDay));
  if (!plan.base) return undefined;
  const { mantissa, exponent } = plan.base;
  const power = exponent + Math.round(Math.log10(plan.unitSeconds));
  const scale = 10n ** BigInt(Math.abs(power));
  const wholeS = power >= 0 ? mantissa * scale : mantissa / scale;
  const restS = power >= 0 ? 0 : Number(mantissa % scale) / Number(scale);
  return utcAddSeconds(utcFromUnixMs(Number(wholeS) * 1000), restS);
}
