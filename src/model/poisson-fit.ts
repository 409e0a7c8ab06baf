// Fits of expected counts to counted ones by maximum likelihood for Poisson's law: exact where a few counts fall in a
// bin, too, which least squares are not.

import { solveDamped } from './damped-equations.ts';

export interface Uncertain {
  readonly value: number;
  /** One standard deviation. */
  readonly uncertainty: number;
}

/** A fit to the bins [start, end) of a histogram. */
export interface RegionFit {
  readonly start: number;
  readonly end: number;
  readonly parameterCount: number;
  /** Twice the distance of the log-likelihood from that of a perfect model. */
  readonly deviance: number;
  /** Pearson's: squared differences over expected counts, whose mean is the degrees of freedom at any counts. */
  readonly chiSquare: number;
  readonly freedomCount: number;
  /** The fitted curve: counts expected in the bin from here to one further, between edges of bins, too. */
  expected(bin: number): number;
}

/** How many counts are expected in each bin, by parameters. */
export interface CountModel {
  /** Smallest value of each parameter; −∞ for none. */
  readonly lowest: readonly number[];
  /** The expected count of a bin, above 0; its derivatives by the parameters go to `slopes`. */
  expected(values: readonly number[], bin: number, slopes: Float64Array): number;
}

export interface CountFit extends RegionFit {
  /** The parameters. One that is at its lowest value has the uncertainty 0; the others' are from Fisher's information. */
  readonly parameters: readonly Uncertain[];
}

const MAX_ROUNDS = 200;
/** A round that gains less than this in the deviance, where 1 is one standard deviation, is the last. */
const ENOUGH_GAIN = 1e-7;
const MAX_DAMPING = 1e12;

/**
 * Fits the bins [start, end) from `values` on, by Fisher's scoring with the damping of Levenberg and Marquardt.
 * `undefined` when the equations cannot be solved.
 */
export function fitCounts(
  counts: ArrayLike<number>,
  [start, end]: readonly [number, number],
  model: CountModel,
  values: readonly number[],
): CountFit | undefined {
  let best = scoreOf(counts, start, end, model, atLeast(values, model.lowest));
  let damping = 1e-3;
  for (let round = 0; round < MAX_ROUNDS && damping < MAX_DAMPING; round++) {
    const free = freeParameters(best, model.lowest);
    const step = solveDamped(best.information, best.gradient, free, damping);
    if (!step) return undefined;
    const moved = best.values.map((value, k) => value + step[k]!);
    const next = scoreOf(counts, start, end, model, atLeast(moved, model.lowest));
    if (next.deviance <= best.deviance) {
      const gain = best.deviance - next.deviance;
      best = next;
      damping /= 10;
      if (gain < ENOUGH_GAIN) break;
    } else damping *= 10;
  }
  const free = freeParameters(best, model.lowest);
  const parameters = best.values.map((value, k) => ({ value, uncertainty: uncertaintyOf(best, free, k) }));
  if (!parameters.every(({ uncertainty }) => Number.isFinite(uncertainty))) return undefined;
  const slopes = new Float64Array(values.length);
  return {
    start,
    end,
    parameters,
    parameterCount: values.length,
    deviance: best.deviance,
    chiSquare: best.chiSquare,
    freedomCount: end - start - free.length,
    expected: (bin) => model.expected(best.values, bin, slopes),
  };
}

/** Fits of the others on each side of a parameter: each lands about ten times closer to where the deviance is 1 more. */
const PROFILE_ROUNDS = 4;

/**
 * Half the interval of parameter `k` outside of which the best fit of the others is worse by more than one standard
 * deviation (1 in the deviance). Where few counts make the likelihood lopsided it is wider than Fisher's information
 * says, and truer.
 */
export function profileUncertainty(
  counts: ArrayLike<number>,
  model: CountModel,
  { start, end, parameters, deviance }: CountFit,
  k: number,
): number {
  const { value, uncertainty } = parameters[k]!;
  const others = parameters.filter((_, index) => index !== k).map((parameter) => parameter.value);
  const reach = (direction: number): number => {
    let distance = uncertainty;
    for (let round = 0; round < PROFILE_ROUNDS; round++) {
      const held = Math.max(model.lowest[k]!, value + direction * distance);
      const worse = fitCounts(counts, [start, end], heldModel(model, k, held), others);
      const gain = worse ? worse.deviance - deviance : 0;
      // no further: at the lowest value, or where the likelihood tells nothing
      if (!(gain > 0) || (held === model.lowest[k] && gain < 1)) return Math.abs(held - value);
      distance = Math.abs(held - value) / Math.sqrt(gain);
    }
    return distance;
  };
  return (reach(1) + reach(-1)) / 2;
}

/** The model with one parameter held at a value, and without it. */
function heldModel({ lowest, expected }: CountModel, k: number, held: number): CountModel {
  const all = new Float64Array(lowest.length);
  return {
    lowest: lowest.filter((_, index) => index !== k),
    expected: (values, bin, slopes) => {
      const count = expected([...values.slice(0, k), held, ...values.slice(k)], bin, all);
      slopes.set(all.subarray(0, k));
      slopes.set(all.subarray(k + 1), k);
      return count;
    },
  };
}

function uncertaintyOf({ information, values }: Score, free: readonly number[], k: number): number {
  if (!free.includes(k)) return 0;
  const unit = values.map((_, r) => (r === k ? 1 : 0));
  return Math.sqrt(solveDamped(information, unit, free, 0)?.[k] ?? Number.NaN);
}

interface Score {
  readonly values: readonly number[];
  readonly deviance: number;
  readonly chiSquare: number;
  /** Of the log-likelihood. */
  readonly gradient: readonly number[];
  readonly information: readonly Float64Array[];
}

function scoreOf(
  counts: ArrayLike<number>,
  start: number,
  end: number,
  model: CountModel,
  values: readonly number[],
): Score {
  const size = values.length;
  const slopes = new Float64Array(size);
  const gradient = new Array<number>(size).fill(0);
  const information = values.map(() => new Float64Array(size));
  let deviance = 0;
  let chiSquare = 0;
  for (let bin = start; bin < end; bin++) {
    const count = counts[bin]!;
    const expected = model.expected(values, bin, slopes);
    deviance += 2 * (expected - count + (count > 0 ? count * Math.log(count / expected) : 0));
    chiSquare += (count - expected) ** 2 / expected;
    for (let r = 0; r < size; r++) {
      gradient[r]! += (count / expected - 1) * slopes[r]!;
      for (let c = 0; c < size; c++) information[r]![c]! += (slopes[r]! * slopes[c]!) / expected;
    }
  }
  return { values, deviance, chiSquare, gradient, information };
}

/** Those that are not held at their lowest value. */
function freeParameters({ values, gradient }: Score, lowest: readonly number[]): readonly number[] {
  return [...values.keys()].filter((k) => values[k]! > lowest[k]! || gradient[k]! > 0);
}

function atLeast(values: readonly number[], lowest: readonly number[]): readonly number[] {
  return values.map((value, k) => Math.max(lowest[k]!, value));
}
