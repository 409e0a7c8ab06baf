// What a marked region of a histogram shows: a peak, a decay, an edge, or nothing that stands out.

import { type DecayFit, fitDecay } from './decay-fit.ts';
import type { RegionFit } from './poisson-fit.ts';
import { fitEdge, fitPeak, type PeakFit } from './spectrum-peaks.ts';

/** `automatic`: the one that tells the counts best. */
export const FIT_CHOICES = ['automatic', 'peak', 'decay', 'decay + flat'] as const;
export type FitChoice = (typeof FIT_CHOICES)[number];

/** A mean life that is not known better than this many standard deviations is none. */
const MIN_SIGNIFICANCE = 3;
/** An edge must gain more than this in the deviance against a decay, which its soft end resembles. */
const MIN_EDGE_GAIN = 16;

/** The fit to the bins [start, end); `undefined` when the choice does not fit there. */
export function fitRegion(
  counts: ArrayLike<number>,
  [start, end]: readonly [number, number],
  choice: FitChoice,
): PeakFit | DecayFit | undefined {
  switch (choice) {
    case 'peak':
      return fitPeak(counts, start, end);
    case 'decay':
      return fitDecay(counts, start, end, false);
    case 'decay + flat':
      return fitDecay(counts, start, end, true);
    case 'automatic': {
      const decays = [fitDecay(counts, start, end, false), fitDecay(counts, start, end, true)].filter(
        (fit) => fit && fit.meanLife.value > MIN_SIGNIFICANCE * fit.meanLife.uncertainty,
      );
      const [best] = [fitPeak(counts, start, end), ...decays]
        .filter((fit) => fit !== undefined)
        .sort((a, b) => akaike(a) - akaike(b));
      if (best?.kind !== 'decay') return best;
      const edge = fitEdge(counts, start, end);
      return edge && best.deviance - edge.deviance > MIN_EDGE_GAIN ? undefined : best;
    }
  }
}

/** Akaike's criterion: of two fits the one with less of it tells the counts better. */
function akaike({ deviance, parameterCount }: RegionFit): number {
  return deviance + 2 * parameterCount;
}
