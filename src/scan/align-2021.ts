// Centre and width as BLISS has them since September 2020: slopes near half height, edges from 12 % to 88 % of their
// height, cut peaks by what is left of them. The numbers in here are those of that definition.

import {
  type Centre,
  type Curve,
  extremeIndex,
  finitePart,
  gradientOf,
  indicesOf,
  meanOf,
  medianOf,
  outerLimits,
  PER_MAD,
  sumOf,
} from './curve.ts';
import { smoothed } from './smooth.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Alignment2021 {
  readonly cen: Centre;
  /** Centroid above the smallest value. */
  readonly com: number;
  /** Centroid of the data as they are; above the smallest value only where some are negative. */
  readonly comData: number;
  readonly peak: Point;
  readonly trough: Point;
}

/** Parts of fewer points tell nothing of their noise. */
const MIN_NOISE_POINTS = 9;
/** Slopes are looked for at up to so many points. */
const MAX_SLOPE_POINTS = 5;
const EDGE_LOW = 0.12;
const EDGE_HIGH = 0.88;
const NO_CENTRE: Centre = { position: Number.NaN, width: Number.NaN };

/** All of it for points in any order; those that are not finite do not count. NaN for what cannot be told. */
export function align2021(curve: Curve): Alignment2021 {
  const recorded = finitePart(curve);
  const sorted = sortedCurve(recorded);
  return {
    cen: finiteCentre(sorted),
    com: centroid(sorted, true),
    comData: centroid(
      recorded,
      recorded.y.some((value) => value < 0),
    ),
    peak: pointAt(recorded, extremeIndex(recorded.y)),
    trough: pointAt(recorded, extremeIndex(recorded.y, -1)),
  };
}

function pointAt({ x, y }: Curve, i: number): Point {
  return { x: x[i] ?? Number.NaN, y: y[i] ?? Number.NaN };
}

/** By position; of equal ones the first recorded. */
function sortedCurve({ x, y }: Curve): Curve {
  const order = [...x.keys()].sort((a, b) => x[a]! - x[b]!).filter((i, k, all) => k === 0 || x[all[k - 1]!] !== x[i]);
  return { x: order.map((i) => x[i]!), y: order.map((i) => y[i]!) };
}

function centroid({ x, y }: Curve, isAboveSmallest: boolean): number {
  if (x.length === 0) return Number.NaN;
  const smallest = isAboveSmallest ? y.reduce((least, value) => Math.min(least, value)) : 0;
  const heights = y.map((value) => value - smallest);
  const total = sumOf(heights);
  return total === 0 ? meanOf(x) : sumOf(x.map((value, i) => value * (heights[i]! / total)));
}

function finiteCentre(curve: Curve): Centre {
  if (curve.x.length === 0) return NO_CENTRE;
  if (curve.x.length === 1) return { position: curve.x[0]!, width: 0 };
  const centre = centreOf(curve);
  return Number.isFinite(centre.position) ? centre : NO_CENTRE;
}

type Slope = 'up' | 'down';

/** A point of the curve that is moved along its slope to a height. */
interface Limit {
  readonly index: number;
  readonly slope: Slope;
  readonly target: number;
}

function centreOf(curve: Curve): Centre {
  const { y } = curve;
  const max = y[extremeIndex(y)]!;
  const min = y[extremeIndex(y, -1)]!;
  const half = (max + min) / 2;
  const above = indicesOf(y, (value) => value >= half);
  const hasFirst = above[0] === 0;
  const hasLast = above.at(-1) === y.length - 1;
  const between = ([left, right]: readonly [number, number], [onLeft, onRight]: readonly [Slope, Slope]) =>
    spanOf(curve, { index: left, slope: onLeft, target: half }, { index: right, slope: onRight, target: half });
  if (!hasFirst && !hasLast) return between(outerLimits(above), ['up', 'down']);
  if (hasFirst && hasLast) return between(outerLimits(indicesOf(y, (value) => value <= half)), ['down', 'up']);
  return edgeOrCutPeak(curve, { max, min, half, above, slope: hasFirst ? 'down' : 'up' });
}

interface Heights {
  readonly max: number;
  readonly min: number;
  readonly half: number;
  /** Indices of the points at half height or more. */
  readonly above: readonly number[];
  readonly slope: Slope;
}

function edgeOrCutPeak(curve: Curve, { max, min, half, above, slope }: Heights): Centre {
  const { x, y } = curve;
  const limit = (index: number, target: number): Limit => ({ index, slope, target });
  const [left, right] = moved(curve, limit(above[0]!, half), limit(above.at(-1)!, half));
  const xHalf = slope === 'down' ? right : left;
  const noiseAbove = noiseOf(above.map((i) => y[i]!));
  const share = Math.min(0.9, 1 - Math.min(1, (6 * noiseAbove) / (max - half)));
  const farEnd = slope === 'down' ? y[0]! : y.at(-1)!;
  if (farEnd - half < share * (max - half)) {
    const position = x[extremeIndex(y)]!;
    return { position, width: 2 * Math.abs(position - xHalf) };
  }
  const top = max - 3 * noiseAbove;
  const bottom = min + 3 * noiseOf(y.filter((value) => value < half));
  if (bottom >= top) return { position: xHalf, width: Number.NaN };
  const [low, high] = [EDGE_LOW, EDGE_HIGH].map((part) => bottom + part * (top - bottom)) as [number, number];
  const rising = withoutOutliers(
    x,
    indicesOf(y, (value) => value >= low && value <= high),
  );
  if (rising.length < 2) return { position: xHalf, width: 0 };
  const [atFirst, atLast] = slope === 'up' ? [low, high] : [high, low];
  const edge = spanOf(curve, limit(rising[0]!, atFirst), limit(rising.at(-1)!, atLast));
  const isFar = Math.abs(edge.position - xHalf) >= 0.2 * rangeOf(x);
  return isFar ? { ...edge, position: xHalf } : edge;
}

function spanOf(curve: Curve, left: Limit, right: Limit): Centre {
  const [start, end] = moved(curve, left, right);
  return { position: (start + end) / 2, width: end - start };
}

/** Positions of both limits, moved along the slope to their targets; the ends of a curve without any slope. */
function moved(curve: Curve, left: Limit, right: Limit): readonly [number, number] {
  const gradient = gradientOf(curve);
  if (gradient.every((value) => value === 0)) return [curve.x[0]!, curve.x.at(-1)!];
  return [movedLimit(curve, gradient, left), movedLimit(curve, gradient, right)];
}

function movedLimit({ x, y }: Curve, gradient: readonly number[], { index, slope, target }: Limit): number {
  const shift = (target - y[index]!) / steepest(gradient, index, slope);
  return Math.abs(shift) <= rangeOf(x) ? x[index]! + shift : x[index]!;
}

/** The steepest slope of the wanted sign near a point; of any sign where none has it. */
function steepest(gradient: readonly number[], index: number, slope: Slope): number {
  const sign = slope === 'up' ? 1 : -1;
  const wanted = indicesOf(gradient, (value) => value * sign > 0);
  const indices = wanted.length > 0 ? wanted : indicesOf(gradient, (value) => value !== 0);
  const count = Math.max(1, Math.min(MAX_SLOPE_POINTS, Math.floor(gradient.length / 4)));
  // sorting is stable: of equally near points the lower index comes first
  const near = [...indices].sort((a, b) => Math.abs(a - index) - Math.abs(b - index)).slice(0, count);
  return near.map((i) => gradient[i]!).reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best));
}

/** Standard deviation from the smoothed values. */
function noiseOf(values: readonly number[]): number {
  if (values.length < MIN_NOISE_POINTS) return 0;
  const smooth = smoothed(values);
  const rest = values.map((value, i) => value - smooth[i]!);
  const mean = meanOf(rest);
  return Math.sqrt(meanOf(rest.map((value) => (value - mean) ** 2)));
}

function withoutOutliers(x: readonly number[], indices: readonly number[]): readonly number[] {
  if (indices.length === 0) return indices;
  const median = medianOf(indices.map((i) => x[i]!));
  const spread = PER_MAD * medianOf(indices.map((i) => Math.abs(x[i]! - median)));
  return spread === 0 ? indices : indices.filter((i) => Math.abs(x[i]! - median) <= 3 * spread);
}

/** Of sorted positions. */
function rangeOf(x: readonly number[]): number {
  return x.at(-1)! - x[0]!;
}
