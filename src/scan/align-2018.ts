// Centre and width as BLISS had them from October 2018 to the middle of 2020; the numbers of its documentation.

import { type Centre, type Curve, extremeIndex, gradientOf, indicesOf, meanOf, outerLimits, sumOf } from './curve.ts';

export interface Alignment2018 {
  /** `undefined` without two points and a number among the values. The width of an edge is 0. */
  readonly cen: Centre | undefined;
  readonly com: number;
  /** Position of the first largest value; `undefined` without points. */
  readonly peak: number | undefined;
}

/** All of it for points in recorded order. NaN is not looked for: it spoils what it touches. */
export function align2018(curve: Curve): Alignment2018 {
  const { x, y } = curve;
  const com = sumOf(x.map((value, i) => value * y[i]!)) / sumOf(y);
  return { cen: centreOf(curve), com: x.length > 0 ? com : Number.NaN, peak: x[extremeIndex(y)] };
}

function centreOf(curve: Curve): Centre | undefined {
  const { x, y } = curve;
  if (x.length < 2) return undefined;
  // as Python compares: a NaN counts only where it is the first
  const compared = Number.isNaN(y[0]) ? [Number.NaN] : y.filter((value) => !Number.isNaN(value));
  const max = compared[extremeIndex(compared)]!;
  const min = compared[extremeIndex(compared, -1)]!;
  const half = (max + min) / 2;
  const above = indicesOf(y, (value) => value >= half);
  if (above.length === 0) return undefined;
  const slopes = gradientOf(curve);
  const places = limitsOf(y, half, above).map((i) => x[i]! + (half - y[i]!) / slopes[i]!);
  return { position: meanOf(places), width: Math.max(...places) - Math.min(...places) };
}

/** Points whose tangents are followed to half height. */
function limitsOf(y: readonly number[], half: number, above: readonly number[]): readonly number[] {
  const hasFirst = above[0] === 0;
  const hasLast = above.at(-1) === y.length - 1;
  if (!hasFirst && !hasLast) return outerLimits(above);
  if (hasFirst && hasLast) return outerLimits(indicesOf(y, (value) => value <= half));
  return hasFirst ? [above.at(-1)!] : [above[0]!];
}
