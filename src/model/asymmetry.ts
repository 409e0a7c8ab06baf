// The asymmetry of two histograms of the same bins, such as decays upwards and downwards.

import type { Uncertain } from './poisson-fit.ts';

export interface Asymmetry {
  /** (up − down) / (up + down) of each group of bins; NaN where there is no entry. */
  readonly groups: readonly Uncertain[];
  /** Of all entries: the most likely constant. */
  readonly mean: Uncertain;
  /** Pearson's, of the groups around the constant. */
  readonly chiSquare: number;
  readonly freedomCount: number;
}

/** Of `groupSize` bins together; bins at the end that make no group are left out. */
export function asymmetryOf(up: ArrayLike<number>, down: ArrayLike<number>, groupSize: number): Asymmetry {
  const groupCount = Math.floor(up.length / groupSize);
  const sums = Array.from({ length: groupCount }, (_, g) => {
    let [ups, downs] = [0, 0];
    for (let i = g * groupSize; i < (g + 1) * groupSize; i++) {
      ups += up[i]!;
      downs += down[i]!;
    }
    return [ups, downs] as const;
  });
  const allUps = sums.reduce((sum, [ups]) => sum + ups, 0);
  const allDowns = sums.reduce((sum, [, downs]) => sum + downs, 0);
  const mean = asymmetry(allUps, allDowns);
  const counted = sums.filter(([ups, downs]) => ups + downs > 0);
  const chiSquare = counted.reduce((sum, [ups, downs]) => {
    const count = ups + downs;
    return sum + ((ups - downs) / count - mean.value) ** 2 / ((1 - mean.value ** 2) / count);
  }, 0);
  return {
    groups: sums.map(([ups, downs]) => asymmetry(ups, downs)),
    mean,
    chiSquare,
    freedomCount: Math.max(0, counted.length - 1),
  };
}

/** With the spread of a binomial distribution; its share is taken as if one more had come on each side, so that it is never 0. */
function asymmetry(ups: number, downs: number): Uncertain {
  const count = ups + downs;
  if (count === 0) return { value: Number.NaN, uncertainty: Number.NaN };
  const share = (ups + 1) / (count + 2);
  return { value: (ups - downs) / count, uncertainty: 2 * Math.sqrt((share * (1 - share)) / count) };
}
