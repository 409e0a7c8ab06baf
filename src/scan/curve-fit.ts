// Least squares: a curve with parameters through measured values, by the damping of Levenberg and Marquardt.

import { solveDamped } from '../model/damped-equations.ts';
import type { Uncertain } from '../model/poisson-fit.ts';
import type { Curve } from './curve.ts';

/** A family of curves. */
export interface CurveModel {
  readonly name: string;
  /** Names of the parameters, in their order. */
  readonly parameterNames: readonly string[];
  /** Where a fit begins, from the data alone. */
  start(curve: Curve): readonly number[];
  /** The value at x; its derivatives by the parameters go to `slopes`. NaN for parameters that make no curve. */
  valueAt(parameters: readonly number[], x: number, slopes: Float64Array): number;
}

export interface CurveFit {
  readonly model: CurveModel;
  readonly parameters: readonly Uncertain[];
  /** Squared distances, in standard deviations where those are known. */
  readonly chiSquare: number;
  readonly freedomCount: number;
}

const MAX_ROUNDS = 500;
const MAX_DAMPING = 1e16;
/** A round that gains less than this share of the squares is the last. */
const ENOUGH_SHARE = 1e-13;

/**
 * The best fit to points that are all finite. With `sigmas`, a standard deviation of each value, the uncertainties are as good
 * as those; without, all values are taken for equally uncertain by as much as they scatter around the curve. `undefined`
 * for no more points than parameters, and where the data do not tell the parameters apart.
 */
export function fitCurve(curve: Curve, model: CurveModel, sigmas?: readonly number[]): CurveFit | undefined {
  const size = model.parameterNames.length;
  const freedomCount = curve.x.length - size;
  if (freedomCount <= 0) return undefined;
  const all = Array.from({ length: size }, (_, k) => k);
  let best = squaresOf(curve, model, sigmas, model.start(curve));
  let damping = 1e-3;
  for (let round = 0; round < MAX_ROUNDS && damping < MAX_DAMPING; round++) {
    const step = solveDamped(best.normal, best.gradient, all, damping);
    if (!step) return undefined;
    const next = squaresOf(
      curve,
      model,
      sigmas,
      best.parameters.map((value, k) => value + step[k]!),
    );
    if (next.sum <= best.sum) {
      const gain = best.sum - next.sum;
      best = next;
      damping /= 10;
      if (gain <= ENOUGH_SHARE * best.sum) break;
    } else damping *= 10;
  }
  const scale = sigmas ? 1 : best.sum / freedomCount;
  const parameters = best.parameters.map((value, k) => {
    const unit = all.map((row) => (row === k ? 1 : 0));
    const variance = solveDamped(best.normal, unit, all, 0)?.[k] ?? Number.NaN;
    return { value, uncertainty: Math.sqrt(variance * scale) };
  });
  const isKnown = parameters.every(({ value, uncertainty }) => Number.isFinite(value) && Number.isFinite(uncertainty));
  return isKnown ? { model, parameters, chiSquare: best.sum, freedomCount } : undefined;
}

interface Squares {
  readonly parameters: readonly number[];
  readonly sum: number;
  readonly gradient: readonly number[];
  readonly normal: readonly Float64Array[];
}

function squaresOf(
  { x, y }: Curve,
  model: CurveModel,
  sigmas: readonly number[] | undefined,
  parameters: readonly number[],
): Squares {
  const size = parameters.length;
  const slopes = new Float64Array(size);
  const gradient = new Array<number>(size).fill(0);
  const normal = parameters.map(() => new Float64Array(size));
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const weight = sigmas ? 1 / sigmas[i]! ** 2 : 1;
    const rest = y[i]! - model.valueAt(parameters, x[i]!, slopes);
    sum += weight * rest ** 2;
    for (let r = 0; r < size; r++) {
      gradient[r]! += weight * rest * slopes[r]!;
      for (let c = 0; c < size; c++) normal[r]![c]! += weight * slopes[r]! * slopes[c]!;
    }
  }
  return { parameters, sum, gradient, normal };
}
