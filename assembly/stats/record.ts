// The accumulator record: count, mean, M2 (sum of squared deviations), min, max, all f64. Records of disjoint
// parts merge into the record of the whole, so a reduction may be cut anywhere.

import { STATS_COUNT, STATS_M2, STATS_MAX, STATS_MEAN, STATS_MIN } from "../layout";

/** Makes the record at `record` empty. */
export function statsClear(record: usize): void {
  store<f64>(record + STATS_COUNT, 0);
  store<f64>(record + STATS_MEAN, 0);
  store<f64>(record + STATS_M2, 0);
  store<f64>(record + STATS_MIN, Infinity);
  store<f64>(record + STATS_MAX, -Infinity);
}

/** Adds the record at `other` to the one at `record`. */
export function statsMerge(record: usize, other: usize): void {
  mergeMoments(
    record,
    load<f64>(other + STATS_COUNT),
    load<f64>(other + STATS_MEAN),
    load<f64>(other + STATS_M2),
    load<f64>(other + STATS_MIN),
    load<f64>(other + STATS_MAX),
  );
}

/**
 * Adds a part of `n` samples given by its moments (parallel variance: T. F. Chan, G. H. Golub, R. J. LeVeque,
 * "Updating formulae and a pairwise algorithm for computing sample variances", 1979).
 */
export function mergeMoments(record: usize, n: f64, mean: f64, m2: f64, min: f64, max: f64): void {
  if (n == 0) return;
  const shift = shiftOf(record, mean);
  const deviation = mean - shift;
  const sum = n * deviation;
  mergeShifted(record, shift, n, sum, m2 + sum * deviation, min, max);
}

/** The shift that `mergeShifted` needs: the mean so far, or `first` while the record is empty. */
export function shiftOf(record: usize, first: f64): f64 {
  return load<f64>(record + STATS_COUNT) > 0 ? load<f64>(record + STATS_MEAN) : first;
}

/**
 * Adds a part of `n` > 0 samples given by sums around `shift`: sum = Σ(x − shift), squares = Σ(x − shift)².
 * `shift` must come from `shiftOf`: being the mean so far, it keeps the difference below free of cancellation.
 */
export function mergeShifted(record: usize, shift: f64, n: f64, sum: f64, squares: f64, min: f64, max: f64): void {
  const count = load<f64>(record + STATS_COUNT) + n;
  const step = sum / count;
  store<f64>(record + STATS_COUNT, count);
  store<f64>(record + STATS_MEAN, shift + step);
  const m2 = load<f64>(record + STATS_M2) + (squares - sum * step);
  store<f64>(record + STATS_M2, m2 < 0 ? 0 : m2);
  store<f64>(record + STATS_MIN, Math.min(load<f64>(record + STATS_MIN), min));
  store<f64>(record + STATS_MAX, Math.max(load<f64>(record + STATS_MAX), max));
}
