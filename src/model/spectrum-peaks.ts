// Peaks in counted spectra: net areas, fits of a bell over a straight background, and finding them.
//
// Places are measured in bins: bin i reaches from i to i + 1, its middle is i + 0.5.

export interface NetArea {
  readonly gross: number;
  /** Gross minus a straight background through the bins beside the region. */
  readonly net: number;
  /** One standard deviation of `net` for counts that follow Poisson's law. */
  readonly uncertainty: number;
}

/** Bins on each side of a region that give its background. */
const SIDE_BINS = 3;

/** Area of the bins [start, end) after Covell's method. */
export function netArea(counts: ArrayLike<number>, start: number, end: number): NetArea {
  const gross = sum(counts, start, end);
  const leftStart = Math.max(0, start - SIDE_BINS);
  const rightEnd = Math.min(counts.length, end + SIDE_BINS);
  const sideBins = start - leftStart + (rightEnd - end);
  if (sideBins === 0) return { gross, net: gross, uncertainty: Math.sqrt(gross) };
  const mean = (from: number, to: number) => (to > from ? sum(counts, from, to) / (to - from) : undefined);
  const left = mean(leftStart, start);
  const right = mean(end, rightEnd);
  const width = end - start;
  const background = (width * ((left ?? right!) + (right ?? left!))) / 2;
  // Each side weighs half the region's width, spread over its own bins.
  const variance = (level: number | undefined, bins: number) =>
    level === undefined ? 0 : (width / 2) ** 2 * (level / bins);
  return {
    gross,
    net: gross - background,
    uncertainty: Math.sqrt(gross + variance(left, start - leftStart) + variance(right, rightEnd - end)),
  };
}

/** A bell over a straight line, fitted to the bins [start, end). */
export interface PeakFit {
  readonly start: number;
  readonly end: number;
  /** Of the bell's middle, in bins. */
  readonly position: number;
  readonly sigma: number;
  /** Full width at half maximum, in bins. */
  readonly fwhm: number;
  /** Counts above the background at the middle. */
  readonly height: number;
  /** Counts in the bell. */
  readonly area: number;
  /** Background per bin at `start`, and its slope. */
  readonly level: number;
  readonly slope: number;
}

/** Full width at half maximum of a bell over its standard deviation: 2 √(2 ln 2). */
const FWHM_PER_SIGMA = 2 * Math.sqrt(2 * Math.LN2);
const MAX_ROUNDS = 60;
/** Standard deviations by which the top must be above both ends of the bins. */
const STANDING_OUT = 2;
const PARAMETER_COUNT = 5;

/** The fitted curve at a place between bins. */
export function fittedCount({ height, position, sigma, level, slope, start }: PeakFit, place: number): number {
  return height * Math.exp(-(((place - position) / sigma) ** 2) / 2) + level + slope * (place - start);
}

/**
 * Fits by Levenberg and Marquardt's method with weights of Poisson counts. `undefined` when the bins show no peak:
 * too few, no top above both ends, or a middle outside them.
 */
export function fitPeak(counts: ArrayLike<number>, start: number, end: number): PeakFit | undefined {
  const size = end - start;
  if (size < PARAMETER_COUNT + 2) return undefined;
  const edge = Math.max(1, Math.round(size / 8));
  const left = sum(counts, start, start + edge) / edge;
  const right = sum(counts, end - edge, end) / edge;
  const slope = (right - left) / Math.max(1, size - edge);
  let top = start;
  for (let i = start; i < end; i++) if (counts[i]! > counts[top]!) top = i;
  const above = (i: number) => counts[i]! - (left + slope * (i + 0.5 - start));
  const height = above(top);
  const higherEdge = Math.max(left, right);
  if (!(height > 0 && counts[top]! > higherEdge + STANDING_OUT * Math.sqrt(Math.max(1, higherEdge)))) return undefined;
  let area = 0;
  for (let i = start; i < end; i++) area += Math.max(0, above(i));
  let values = [height, top + 0.5, Math.max(0.7, area / height / Math.sqrt(2 * Math.PI)), left, slope];
  let error = chiSquare(counts, start, end, values);
  let damping = 1e-3;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const step = solveStep(counts, start, end, values, damping);
    if (!step) return undefined;
    const next = values.map((value, k) => value + step[k]!);
    next[2] = Math.abs(next[2]!);
    const nextError = chiSquare(counts, start, end, next);
    if (nextError < error) {
      const gain = error - nextError;
      values = next;
      error = nextError;
      damping /= 10;
      if (gain < 1e-6 * error) break;
    } else {
      damping *= 10;
      if (damping > 1e9) break;
    }
  }
  const [fitted, position, sigma, level, tilt] = values as [number, number, number, number, number];
  if (!(fitted > 0 && position > start && position < end && sigma > 0.3 && sigma < size)) return undefined;
  return {
    start,
    end,
    position,
    sigma,
    fwhm: FWHM_PER_SIGMA * sigma,
    height: fitted,
    area: fitted * sigma * Math.sqrt(2 * Math.PI),
    level,
    slope: tilt,
  };
}

/** Standard deviations by which a peak must stand out of its surroundings. */
const SIGNIFICANCE = 5;
/** Bins over which counts are smoothed, as a part of the spectrum; at least one. */
const SMOOTHING_PART = 1 / 200;

/** The peaks that stand out, fitted, by position; at most `maxCount`, the most significant ones. */
export function findSpectrumPeaks(counts: ArrayLike<number>, maxCount: number): readonly PeakFit[] {
  const half = Math.max(1, Math.round(counts.length * SMOOTHING_PART));
  const smooth = smoothed(smoothed(counts, half), half);
  const found: { readonly fit: PeakFit; readonly significance: number }[] = [];
  for (let top = 1; top < smooth.length - 1; top++) {
    if (!(smooth[top]! > smooth[top - 1]! && smooth[top]! >= smooth[top + 1]!)) continue;
    const left = valley(smooth, top, -1);
    const right = valley(smooth, top, 1);
    const background = Math.max(smooth[left]!, smooth[right]!);
    // Smoothing averages about 2 half + 1 bins, which narrows the fluctuation accordingly.
    const significance = (smooth[top]! - background) / Math.sqrt(Math.max(background, 1) / (2 * half + 1));
    if (significance < SIGNIFICANCE) continue;
    const reach = Math.max(4, 2 * halfWidth(smooth, top, background));
    const fit = fitPeak(counts, Math.max(left, top - reach, 0), Math.min(right, top + reach) + 1);
    if (fit && fit.area > SIGNIFICANCE * Math.sqrt(fit.area + fit.level)) found.push({ fit, significance });
  }
  return found
    .sort((a, b) => b.significance - a.significance)
    .slice(0, maxCount)
    .map(({ fit }) => fit)
    .sort((a, b) => a.position - b.position);
}

function sum(counts: ArrayLike<number>, start: number, end: number): number {
  let total = 0;
  for (let i = start; i < end; i++) total += counts[i]!;
  return total;
}

function smoothed(counts: ArrayLike<number>, half: number): Float64Array {
  const result = new Float64Array(counts.length);
  for (let i = 0; i < counts.length; i++) {
    const from = Math.max(0, i - half);
    const to = Math.min(counts.length, i + half + 1);
    result[i] = sum(counts, from, to) / (to - from);
  }
  return result;
}

/** Lowest place between a top and the next higher one in a direction. */
function valley(values: ArrayLike<number>, top: number, step: -1 | 1): number {
  let lowest = top;
  for (let i = top + step; i >= 0 && i < values.length && values[i]! <= values[top]!; i += step) {
    if (values[i]! < values[lowest]!) lowest = i;
  }
  return lowest;
}

/** Bins from the top to half of its height above the background, on the nearer side. */
function halfWidth(values: ArrayLike<number>, top: number, background: number): number {
  const half = (values[top]! + background) / 2;
  let reach = 1;
  while (
    top - reach >= 0 &&
    top + reach < values.length &&
    values[top - reach]! > half &&
    values[top + reach]! > half
  ) {
    reach++;
  }
  return reach;
}

/** Value and derivatives of the model in the middle of a bin. */
function model(values: readonly number[], place: number, start: number): { value: number; slopes: number[] } {
  const [height, position, sigma, level, slope] = values as [number, number, number, number, number];
  const z = (place - position) / sigma;
  const bell = Math.exp((-z * z) / 2);
  return {
    value: height * bell + level + slope * (place - start),
    slopes: [bell, (height * bell * z) / sigma, (height * bell * z * z) / sigma, 1, place - start],
  };
}

function chiSquare(counts: ArrayLike<number>, start: number, end: number, values: readonly number[]): number {
  let total = 0;
  for (let i = start; i < end; i++) {
    total += (counts[i]! - model(values, i + 0.5, start).value) ** 2 / Math.max(1, counts[i]!);
  }
  return total;
}

/** One damped step towards the least squares; `undefined` when the equations cannot be solved. */
function solveStep(
  counts: ArrayLike<number>,
  start: number,
  end: number,
  values: readonly number[],
  damping: number,
): number[] | undefined {
  const n = PARAMETER_COUNT;
  const rows = Array.from({ length: n }, () => new Float64Array(n + 1));
  for (let i = start; i < end; i++) {
    const { value, slopes } = model(values, i + 0.5, start);
    const weight = 1 / Math.max(1, counts[i]!);
    for (let r = 0; r < n; r++) {
      for (let c = 0; c < n; c++) rows[r]![c]! += weight * slopes[r]! * slopes[c]!;
      rows[r]![n]! += weight * slopes[r]! * (counts[i]! - value);
    }
  }
  for (let r = 0; r < n; r++) rows[r]![r]! *= 1 + damping;
  return solve(rows);
}

/** Gauss' elimination with pivots of a system whose last column is the right-hand side. */
function solve(rows: Float64Array[]): number[] | undefined {
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let r = k + 1; r < n; r++) if (Math.abs(rows[r]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = r;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    if (!(Math.abs(rows[k]![k]!) > 1e-300)) return undefined;
    for (let r = k + 1; r < n; r++) {
      const factor = rows[r]![k]! / rows[k]![k]!;
      for (let c = k; c <= n; c++) rows[r]![c]! -= factor * rows[k]![c]!;
    }
  }
  const result = new Array<number>(n).fill(0);
  for (let r = n - 1; r >= 0; r--) {
    let value = rows[r]![n]!;
    for (let c = r + 1; c < n; c++) value -= rows[r]![c]! * result[c]!;
    result[r] = value / rows[r]![r]!;
  }
  return result;
}
