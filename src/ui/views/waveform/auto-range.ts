// The range of a value axis that follows its data: with room above and below, and calm while data move.

import type { Summary } from '../../../model/signal-store.ts';
import type { ValueRange } from './state.ts';

const MARGIN = 0.06;
/** A range grows at once, but shrinks only when the data need less than this part of it. */
const SHRINK_BELOW = 0.6;

/** Smallest and largest value between two samples; `undefined` when there is none. */
export function valuesOf(summary: Summary, startSample: number, endSample: number): ValueRange | undefined {
  const first = Math.max(0, Math.floor((startSample - summary.start) / summary.increment));
  const last = Math.min(summary.mean.length, Math.ceil((endSample - summary.start) / summary.increment));
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = first; i < last; i++) {
    if (summary.min[i]! < min) min = summary.min[i]!;
    if (summary.max[i]! > max) max = summary.max[i]!;
  }
  return min <= max ? { min, max } : undefined;
}

/** Data range with a margin; a constant gets room around it. */
export function padded({ min, max }: ValueRange): ValueRange {
  const span = max - min;
  const room = span > Math.abs(max) * 1e-9 ? span * MARGIN : Math.max(Math.abs(max) * 0.05, 1e-9);
  return { min: min - room, max: max + room };
}

/** Of whole numbers: a constant stands between its neighbours, so that the axis counts in ones. */
export function wholeNumbers({ min, max }: ValueRange): ValueRange {
  return max - min < 1 ? { min: Math.floor(min) - 1, max: Math.ceil(max) + 1 } : { min, max };
}

/** The next range of an axis that showed `previous` and must now show `data`. */
export function followRange(previous: ValueRange | undefined, data: ValueRange): ValueRange {
  const wanted = padded(data);
  if (!previous) return wanted;
  const isInside = data.min >= previous.min && data.max <= previous.max;
  const isRoomy = wanted.max - wanted.min < (previous.max - previous.min) * SHRINK_BELOW;
  return isInside && !isRoomy ? previous : wanted;
}

/** A logarithmic axis without a positive lower end shows this much below the highest value. */
const LOG_DEPTH = 1e6;
const LOG_ROOM = 1.5;

/** Range of a logarithmic axis; values ≤ 0 lie on its lower edge. */
export function logRange({ min, max }: ValueRange): ValueRange {
  return { min: (min > 0 ? min : max / LOG_DEPTH) / LOG_ROOM, max: max * LOG_ROOM };
}
