// What the data of a scan look like at half height: by that a peak, a dip, an edge and noise are told apart.

import { type Curve, extremeIndex, medianOf, PER_MAD } from './curve.ts';

export interface Shape {
  /** Both ends lie above half height: what there is points down. */
  readonly isDip: boolean;
  /** One end lies above half height and the other below: an edge, or a peak that is cut off. */
  readonly isCut: boolean;
  /** Points beyond half height: above it, or of a dip below. */
  readonly insideCount: number;
  /** Runs of such points along x. */
  readonly regionCount: number;
}

/** Standard deviations: of up to a thousand values of normal noise alone, the largest is not further above the smallest. */
const NOISE_RANGE = 7;
/** Fewer points tell nothing of their noise. */
const MIN_NOISE_POINTS = 16;

/** Whether the values differ by more than noise does, as far as second differences tell that. */
export function hasAnySignal(y: readonly number[]): boolean {
  if (y.length === 0) return false;
  const range = y[extremeIndex(y)]! - y[extremeIndex(y, -1)]!;
  if (range === 0 || y.length < MIN_NOISE_POINTS) return range > 0;
  const bends = y.slice(2).map((value, i) => Math.abs(value - 2 * y[i + 1]! + y[i]!));
  // the variance of a second difference is 1 + 4 + 1 times that of a value
  return range > (NOISE_RANGE * PER_MAD * medianOf(bends)) / Math.sqrt(6);
}

/** Of a curve with one finite point at least. */
export function shapeOf({ x, y }: Curve): Shape {
  const order = [...x.keys()].sort((a, b) => x[a]! - x[b]!);
  const heights = order.map((i) => y[i]!);
  const half = (heights[extremeIndex(heights)]! + heights[extremeIndex(heights, -1)]!) / 2;
  const isAbove = heights.map((value) => value >= half);
  const [startsHigh, endsHigh] = [isAbove[0]!, isAbove.at(-1)!];
  const isDip = startsHigh && endsHigh;
  const isInside = isAbove.map((above) => above !== isDip);
  return {
    isDip,
    isCut: startsHigh !== endsHigh,
    insideCount: isInside.filter(Boolean).length,
    regionCount: isInside.filter((inside, i) => inside && !isInside[i - 1]).length,
  };
}
