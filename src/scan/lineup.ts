// The second half of `lineup`: the axis goes to the highest value of the scan, if that can be believed to be a peak.

import type { Clock } from '../base/clock.ts';
import type { Axis } from './axis.ts';
import { type Curve, extremeIndex, finitePart } from './curve.ts';
import { goTo, type MoveStops } from './move.ts';
import { hasAnySignal, shapeOf } from './shape.ts';
import { placeText } from './title.ts';

/** What a `lineup` found: where the axis is to go, or why it is to stay. */
export type Peak = { readonly position: number } | { readonly doubt: string };

/**
 * The first highest point. Doubted, and told why, where it may be noise, a single outlier, one of several peaks, or the top
 * of something that goes on beyond the scan.
 */
export function peakOf(curve: Curve): Peak {
  const { x, y } = finitePart(curve);
  if (!hasAnySignal(y)) return { doubt: 'There is no signal that noise alone would not give.' };
  const { isDip, isCut, insideCount, regionCount } = shapeOf({ x, y });
  if (isDip) return { doubt: 'Both ends are high: this is a dip, or no peak at all.' };
  if (isCut) return { doubt: 'One end is high: this is an edge, or a peak that is cut off. Scan further.' };
  if (regionCount > 1) {
    return { doubt: `${regionCount} regions lie above half height: several peaks, or noise. Scan a smaller range.` };
  }
  if (insideCount < 2) {
    return { doubt: 'Only one point lies above half height, which may be an outlier. Scan in smaller steps.' };
  }
  return { position: x[extremeIndex(y)]! };
}

/**
 * Sends the axis of a finished `lineup` to its peak, and resolves with what was done or why not, in a sentence. Rejects as
 * `goTo` does.
 */
export async function goToPeak(axis: Axis, curve: Curve, clock: Clock, stops: MoveStops): Promise<string> {
  const from = axis.position;
  const peak = peakOf(curve);
  if ('doubt' in peak) return `${axis.name} stays at ${placeText(axis, from)}. ${peak.doubt}`;
  await goTo(axis, peak.position, clock, stops);
  return `${axis.name} went from ${placeText(axis, from)} to ${placeText(axis, peak.position)}, where the highest value is.`;
}
