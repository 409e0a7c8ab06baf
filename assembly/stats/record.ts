// The accumulator record: count, mean, M2 (sum of squared deviations), min, max, all f64. Records of disjoint
// parts merge into the record of the whole, so a reduction may be cut anywhere.
//
// While parts are added a record is open: it then holds sums around a fixed shift, Σ(x − shift) in place of the mean
// and Σ(x − shift)² in place of M2, so that adding costs no division. Being the mean so far, or a sample, the shift
// keeps the difference at closing free of cancellation (T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for
// computing the sample variance", 1983).

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
  const count = load<f64>(other + STATS_COUNT);
  if (count == 0) return;
  const mean = load<f64>(other + STATS_MEAN);
  const shift = openRecord(record, mean);
  addMoments(
    record,
    shift,
    count,
    mean,
    load<f64>(other + STATS_M2),
    load<f64>(other + STATS_MIN),
    load<f64>(other + STATS_MAX),
  );
  closeRecord(record, shift);
}

/** Opens the record; the result is the shift of its sums: its mean, or `first` while it is empty. */
export function openRecord(record: usize, first: f64): f64 {
  const shift = load<f64>(record + STATS_COUNT) > 0 ? load<f64>(record + STATS_MEAN) : first;
  store<f64>(record + STATS_MEAN, 0);
  return shift;
}

/** Adds a part to an open record, given by its sums around the record's shift. */
export function addSums(record: usize, count: f64, sum: f64, squares: f64, min: f64, max: f64): void {
  store<f64>(record + STATS_COUNT, load<f64>(record + STATS_COUNT) + count);
  store<f64>(record + STATS_MEAN, load<f64>(record + STATS_MEAN) + sum);
  store<f64>(record + STATS_M2, load<f64>(record + STATS_M2) + squares);
  if (min < load<f64>(record + STATS_MIN)) store<f64>(record + STATS_MIN, min);
  if (max > load<f64>(record + STATS_MAX)) store<f64>(record + STATS_MAX, max);
}

/** Adds a part to an open record, given by its own moments. */
export function addMoments(record: usize, shift: f64, count: f64, mean: f64, m2: f64, min: f64, max: f64): void {
  const deviation = mean - shift;
  const sum = count * deviation;
  addSums(record, count, sum, m2 + sum * deviation, min, max);
}

/** Turns the sums around `shift` into mean and M2 again. */
export function closeRecord(record: usize, shift: f64): void {
  const count = load<f64>(record + STATS_COUNT);
  if (count == 0) return;
  const sum = load<f64>(record + STATS_MEAN);
  const step = sum / count;
  store<f64>(record + STATS_MEAN, shift + step);
  const m2 = load<f64>(record + STATS_M2) - sum * step;
  store<f64>(record + STATS_M2, m2 < 0 ? 0 : m2);
}
