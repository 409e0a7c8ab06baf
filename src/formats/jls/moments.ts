// Count, mean, spread and range of a set of samples, and how two sets combine (Chan, Golub and LeVeque 1979).

/** Statistics of `count` valid samples; `deviation` is the sum of squared deviations from the mean. */
export interface Moments {
  count: number;
  mean: number;
  deviation: number;
  low: number;
  high: number;
}

export function noMoments(): Moments {
  return { count: 0, mean: Number.NaN, deviation: 0, low: Number.NaN, high: Number.NaN };
}

/** Adds a set to `into`. A set of 0 samples changes nothing. */
export function addMoments(
  into: Moments,
  count: number,
  mean: number,
  deviation: number,
  low: number,
  high: number,
): void {
  if (count === 0) return;
  if (into.count === 0) {
    into.count = count;
    into.mean = mean;
    into.deviation = deviation;
    into.low = low;
    into.high = high;
    return;
  }
  const total = into.count + count;
  const share = into.count / total;
  const combined = share * into.mean + (1 - share) * mean;
  into.deviation += into.count * (into.mean - combined) ** 2 + deviation + count * (mean - combined) ** 2;
  into.mean = combined;
  into.count = total;
  if (low < into.low) into.low = low;
  if (high > into.high) into.high = high;
}

/** Sample standard deviation (n − 1); 0 for a single sample, NaN for none. */
export function sampleStd(moments: Moments): number {
  if (moments.count === 0) return Number.NaN;
  if (moments.count <= 1) return 0;
  return Math.sqrt(moments.deviation / (moments.count - 1));
}
