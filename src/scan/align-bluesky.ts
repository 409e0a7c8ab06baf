// Peak statistics as bluesky 1.14.6 has them: straight lines between the points around half height.

import type { Point } from './align-2021.ts';
import { type Curve, extremeIndex, meanOf, sumOf } from './curve.ts';

export interface AlignmentBluesky {
  readonly min: Point;
  readonly max: Point;
  readonly com: number;
  /** Mean of the crossings; `undefined` without any. */
  readonly cen: number | undefined;
  /** Positions at which the curve goes through half height; `undefined` for none. */
  readonly crossings: readonly number[] | undefined;
  /** From the first to the last crossing; `undefined` for fewer than two. */
  readonly fwhm: number | undefined;
  /** The straight line that was taken away, slope and value at 0, where one was asked for. */
  readonly background: { readonly slope: number; readonly offset: number } | undefined;
}

/**
 * All of it for points in recorded order; `undefined` without points. `edgeCount`: a straight line through the means of so
 * many first and last points is taken away first. NaN is not looked for.
 */
export function alignBluesky({ x, y }: Curve, edgeCount?: number): AlignmentBluesky | undefined {
  if (x.length === 0) return undefined;
  const background = edgeCount === undefined ? undefined : lineThroughEnds({ x, y }, edgeCount);
  const heights = background ? y.map((value, i) => value - (background.slope * x[i]! + background.offset)) : y;
  const crossings = crossingsOf({ x, y: heights });
  const pointAt = (i: number): Point => ({ x: x[i]!, y: y[i]! });
  return {
    min: pointAt(extremeIndex(heights, -1)),
    max: pointAt(extremeIndex(heights)),
    com: centroid({ x, y: heights }),
    cen: crossings.length > 0 ? meanOf(crossings) : undefined,
    crossings: crossings.length > 0 ? crossings : undefined,
    fwhm: crossings.length > 1 ? Math.abs(crossings.at(-1)! - crossings[0]!) : undefined,
    background,
  };
}

function lineThroughEnds({ x, y }: Curve, count: number): { readonly slope: number; readonly offset: number } {
  const [leftX, leftY] = [meanOf(x.slice(0, count)), meanOf(y.slice(0, count))];
  const [rightX, rightY] = [meanOf(x.slice(-count)), meanOf(y.slice(-count))];
  const slope = (rightY - leftY) / (rightX - leftX);
  return { slope, offset: leftY - slope * leftX };
}

/** The centroid of the indices, read off the positions. */
function centroid({ x, y }: Curve): number {
  const index = sumOf(y.map((value, i) => i * value)) / sumOf(y);
  if (Number.isNaN(index)) return Number.NaN;
  const clamped = Math.min(Math.max(0, index), x.length - 1);
  const below = Math.min(Math.floor(clamped), Math.max(0, x.length - 2));
  const above = Math.min(below + 1, x.length - 1);
  return x[below]! + (clamped - below) * (x[above]! - x[below]!);
}

function crossingsOf({ x, y }: Curve): number[] {
  const middle = (y[extremeIndex(y)]! + y[extremeIndex(y, -1)]!) / 2;
  const crossings: number[] = [];
  for (let i = 0; i + 1 < y.length; i++) {
    if (y[i]! > middle === y[i + 1]! > middle) continue;
    crossings.push(x[i]! + ((middle - y[i]!) * (x[i + 1]! - x[i]!)) / (y[i + 1]! - y[i]!));
  }
  return crossings;
}
