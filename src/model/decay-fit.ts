// The mean life of an exponential decay, from a histogram of times.

export interface DecayFit {
  /** In bins. */
  readonly meanLife: number;
  /** One standard deviation, in bins. */
  readonly uncertainty: number;
}

const MAX_ROUNDS = 80;
/** Fewer entries say nothing. */
const MIN_ENTRIES = 10;

/**
 * The most likely mean life for the bins [start, end), which cut the decay off on both sides; without background.
 * `undefined` when there are too few entries or they do not fall off.
 */
export function fitDecay(counts: ArrayLike<number>, start: number, end: number): DecayFit | undefined {
  const span = end - start;
  let total = 0;
  let moment = 0;
  for (let i = start; i < end; i++) {
    total += counts[i]!;
    moment += counts[i]! * (i + 0.5 - start);
  }
  const mean = moment / total;
  if (total < MIN_ENTRIES || !(mean > 0 && mean < span / 2)) return undefined;
  // The mean of a decay cut off at `span` grows with the mean life up to span / 2: halve the interval that holds it.
  let low = 0;
  let high = span;
  while (cutMean(high, span) < mean) {
    high *= 2;
    if (high > 100 * span) return undefined;
  }
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const middle = (low + high) / 2;
    if (cutMean(middle, span) < mean) low = middle;
    else high = middle;
  }
  const meanLife = (low + high) / 2;
  const ratio = span / meanLife;
  // Fisher's information of one entry.
  const information = (1 - ratio ** 2 / (4 * Math.sinh(ratio / 2) ** 2)) / meanLife ** 2;
  return { meanLife, uncertainty: 1 / Math.sqrt(total * information) };
}

/** Mean of an exponential distribution that is cut off at `span`. */
function cutMean(meanLife: number, span: number): number {
  return meanLife - span / Math.expm1(span / meanLife);
}
