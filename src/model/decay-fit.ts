// The mean life of an exponential decay, from a histogram of times.

import { type CountModel, fitCounts, type RegionFit, type Uncertain } from './poisson-fit.ts';

export interface DecayFit extends RegionFit {
  readonly kind: 'decay';
  /** In bins. */
  readonly meanLife: Uncertain;
  /** Decays in the region. */
  readonly decays: Uncertain;
  /** Flat background per bin; `undefined` when none was fitted. */
  readonly background: Uncertain | undefined;
}

/** Fewer entries say nothing. */
const MIN_ENTRIES = 10;
/** A mean life of more regions than this cannot be told from none. */
const MAX_SPANS = 100;
const MIN_EXPECTED = 1e-9;

/**
 * The most likely mean life for the bins [start, end), which cut the decay off on both sides. Exact for bins of any
 * width: entries of an exponential decay fall into bins of one width by the geometric law. `undefined` when there are
 * too few entries or they do not fall off.
 */
export function fitDecay(
  counts: ArrayLike<number>,
  start: number,
  end: number,
  hasBackground: boolean,
): DecayFit | undefined {
  const size = end - start;
  let total = 0;
  let moment = 0;
  for (let i = start; i < end; i++) {
    total += counts[i]!;
    moment += counts[i]! * (i + 0.5 - start);
  }
  const mean = moment / total;
  if (total < MIN_ENTRIES || size < 3 || !(mean < size / 2)) return undefined;
  const model = decayModel(start, size, hasBackground);
  const level = counts[end - 1]! / 2;
  const first = hasBackground ? [Math.max(1, total - level * size), 2 / mean, level] : [total, 1 / mean];
  const fit = fitCounts(counts, [start, end], model, first);
  if (!fit) return undefined;
  const [decays, rate, background] = fit.parameters;
  if (!(rate!.value * size > 1 / MAX_SPANS)) return undefined;
  const meanLife = { value: 1 / rate!.value, uncertainty: rate!.uncertainty / rate!.value ** 2 };
  return { ...fit, kind: 'decay', meanLife, decays: decays!, background };
}

/** Parameters: decays in the region, rate per bin, and background per bin if there is one. */
function decayModel(start: number, size: number, hasBackground: boolean): CountModel {
  return {
    lowest: hasBackground ? [0, 1e-9, 0] : [0, 1e-9],
    expected: ([decays, rate, background = 0], bin, slopes) => {
      // (1 − q) q^k / (1 − q^size) with q = exp(−rate), and its derivative by the rate.
      const k = bin - start;
      const part = (Math.expm1(-rate!) / Math.expm1(-rate! * size)) * Math.exp(-rate! * k);
      slopes[0] = part;
      slopes[1] = decays! * part * (1 / Math.expm1(rate!) - k - size / Math.expm1(rate! * size));
      if (hasBackground) slopes[2] = 1;
      return Math.max(MIN_EXPECTED, decays! * part + background);
    },
  };
}
