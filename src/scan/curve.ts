// Helpers that the definitions of a centre share. All take a curve as it was recorded, point by point.

/** Measured values over positions: two lists of one length. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Where something is and how wide; NaN for what cannot be told. */
export interface Centre {
  readonly position: number;
  readonly width: number;
}

/** Index of the first largest value, -1 for an empty list. `sign` -1: of the smallest. The first NaN wins, as in NumPy. */
export function extremeIndex(values: readonly number[], sign: 1 | -1 = 1): number {
  let best = values.length > 0 ? 0 : -1;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) return i;
    if ((values[i]! - values[best]!) * sign > 0) best = i;
  }
  return best;
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

export function meanOf(values: readonly number[]): number {
  return sumOf(values) / values.length;
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Indices of the values for which `test` holds. */
export function indicesOf(values: readonly number[], test: (value: number) => boolean): readonly number[] {
  return [...values.keys()].filter((i) => test(values[i]!));
}

/**
 * Slope at every point, as numpy.gradient(y, x) has it: one-sided at the ends; inside of second order, by the short
 * formula where all steps have the same bits. Needs two points; equal neighbours in x give infinities or NaN.
 */
export function gradientOf({ x, y }: Curve): readonly number[] {
  const n = x.length;
  const steps = x.slice(1).map((value, i) => value - x[i]!);
  const isEven = steps.every((step) => step === steps[0]);
  return x.map((_, i) => {
    if (i === 0) return (y[1]! - y[0]!) / steps[0]!;
    if (i === n - 1) return (y[n - 1]! - y[n - 2]!) / steps[n - 2]!;
    const [a, b] = [steps[i - 1]!, steps[i]!];
    if (isEven) return (y[i + 1]! - y[i - 1]!) / (2 * a);
    return (-b / (a * (a + b))) * y[i - 1]! + ((b - a) / (a * b)) * y[i]! + (a / (b * (a + b))) * y[i + 1]!;
  });
}

/** The outer limits of a run of indices; a single point is limited by its neighbours. */
export function outerLimits(indices: readonly number[]): readonly [number, number] {
  const [first, last] = [indices[0]!, indices.at(-1)!];
  return indices.length === 1 ? [first - 1, first + 1] : [first, last];
}

/** Standard deviations per median absolute deviation of normal data. */
export const PER_MAD = 1.4826;

/** The points at which both values are finite, in their order. */
export function finitePart({ x, y }: Curve): Curve {
  const kept = [...x.keys()].filter((i) => Number.isFinite(x[i]) && Number.isFinite(y[i]));
  return { x: kept.map((i) => x[i]!), y: kept.map((i) => y[i]!) };
}
