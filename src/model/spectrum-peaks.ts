// Peaks in counted spectra: net areas, fits of a bell over a straight background, and finding them.
//
// Places are measured in bins: bin i reaches from i to i + 1, its middle is i + 0.5.

import { type CountModel, fitCounts, profileUncertainty, type RegionFit, type Uncertain } from './poisson-fit.ts';

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

/** A bell over a straight line. */
export interface PeakFit extends RegionFit {
  readonly kind: 'peak';
  /** Of the bell's middle, in bins. */
  readonly position: Uncertain;
  /** Full width at half maximum, in bins. */
  readonly fwhm: Uncertain;
  /** Counts in the bell. */
  readonly area: Uncertain;
}

/** Full width at half maximum of a bell over its standard deviation: 2 √(2 ln 2). */
const FWHM_PER_SIGMA = 2 * Math.sqrt(2 * Math.LN2);
/**
 * The most likely width of n events is too small by 3/(4n) of itself (a bell's σ, to first order; Cordeiro and McCullagh,
 * "Bias correction in generalized linear models", J. R. Statist. Soc. B 53, 1991); with its variance σ²/(2n) that is so
 * many times its relative variance, which also holds over a background.
 */
const WIDTH_BIAS = 1.5;
/** Its place among the parameters of `bellModel`. */
const SIGMA = 2;
/** A narrower bell is one bin. */
const MIN_SIGMA = 0.4;
/**
 * What a bell must gain in the deviance against a straight line: by chance its three parameters gain this once in a
 * thousand (χ² with 3 degrees of freedom).
 */
const MIN_GAIN = 16;
/** By this much of the deviance, e² times as likely, an edge must tell the bins better than a bell. */
const CLEARLY = 4;
const MIN_EXPECTED = 1e-9;

/**
 * Fits a bell over a straight background to the bins [start, end), by Poisson likelihood. `undefined` when the bins show
 * no peak: too few of them, nothing that stands out of a straight line, a middle outside, or an edge (of a Compton
 * shelf, say) that tells them clearly better.
 */
export function fitPeak(counts: ArrayLike<number>, start: number, end: number): PeakFit | undefined {
  const size = end - start;
  const first = firstBell(counts, start, end);
  if (!first) return undefined;
  const line = fitCounts(counts, [start, end], lineModel(start, size), first.slice(3));
  const model = bellModel(start, size);
  const fit = fitCounts(counts, [start, end], model, first);
  if (!line || !fit || line.deviance - fit.deviance < MIN_GAIN) return undefined;
  const [area, position, sigma] = fit.parameters as readonly [Uncertain, Uncertain, Uncertain, ...Uncertain[]];
  const isInside = position.value > start && position.value < end;
  if (!isInside || !(sigma.value > MIN_SIGMA && sigma.value < size / 2)) return undefined;
  const edge = fitEdge(counts, start, end);
  if (edge && edge.deviance < fit.deviance - CLEARLY) return undefined;
  const perSigma = FWHM_PER_SIGMA * (1 + WIDTH_BIAS * (sigma.uncertainty / sigma.value) ** 2);
  const fwhm = {
    value: perSigma * sigma.value,
    uncertainty: perSigma * profileUncertainty(counts, model, fit, SIGMA),
  };
  return { ...fit, kind: 'peak', position, fwhm, area };
}

/** Where to begin: area, position and sigma of the bell, background at both ends; `undefined` without a top above it. */
function firstBell(counts: ArrayLike<number>, start: number, end: number): number[] | undefined {
  const size = end - start;
  if (size < 7) return undefined;
  const edge = Math.max(1, Math.round(size / 8));
  const left = sum(counts, start, start + edge) / edge;
  const right = sum(counts, end - edge, end) / edge;
  const above = (i: number) => counts[i]! - left - ((right - left) * (i + 0.5 - start)) / size;
  // The top of three bins together: of one alone, where counts are few, it is anywhere.
  let top = start + 1;
  for (let i = start + 1; i < end - 1; i++) {
    if (above(i - 1) + above(i) + above(i + 1) > above(top - 1) + above(top) + above(top + 1)) top = i;
  }
  const height = (above(top - 1) + above(top) + above(top + 1)) / 3;
  let area = 0;
  for (let i = start; i < end; i++) area += above(i);
  if (!(height > 0 && area > 0)) return undefined;
  return [area, top + 0.5, Math.max(0.7, Math.min(size / 4, area / height / Math.sqrt(2 * Math.PI))), left, right];
}

/** Nodes and weights of Gauss and Legendre's rule with three points on 0..1. */
const NODES = [0.5 - Math.sqrt(0.15), 0.5, 0.5 + Math.sqrt(0.15)] as const;
const WEIGHTS = [5 / 18, 8 / 18, 5 / 18] as const;

/** Parameters: area, position, sigma, background per bin at the start and at the end of the region. */
function bellModel(start: number, size: number): CountModel {
  const line = lineModel(start, size);
  return {
    lowest: [0, Number.NEGATIVE_INFINITY, MIN_SIGMA, 0, 0],
    expected: ([area, position, sigma, left, right], bin, slopes) => {
      let bell = 0;
      let byPosition = 0;
      let bySigma = 0;
      for (let n = 0; n < NODES.length; n++) {
        const z = (bin + NODES[n]! - position!) / sigma!;
        const density = (WEIGHTS[n]! * Math.exp((-z * z) / 2)) / (sigma! * Math.sqrt(2 * Math.PI));
        bell += density;
        byPosition += (density * z) / sigma!;
        bySigma += (density * (z * z - 1)) / sigma!;
      }
      const background = line.expected([left!, right!], bin, slopes.subarray(3));
      slopes[0] = bell;
      slopes[1] = area! * byPosition;
      slopes[2] = area! * bySigma;
      return area! * bell + background;
    },
  };
}

/** Parameters: counts per bin at the start and at the end of the region. */
function lineModel(start: number, size: number): CountModel {
  return {
    lowest: [0, 0],
    expected: ([left, right], bin, slopes) => {
      const part = (bin + 0.5 - start) / size;
      slopes[0] = 1 - part;
      slopes[1] = part;
      return Math.max(MIN_EXPECTED, left! * (1 - part) + right! * part);
    },
  };
}

export interface EdgeFit extends RegionFit {
  readonly kind: 'edge';
}

/** A sloping shelf that falls off smoothly to a floor, on either side, with as many parameters as a bell on a line has. */
export function fitEdge(counts: ArrayLike<number>, start: number, end: number): EdgeFit | undefined {
  const size = end - start;
  const part = Math.max(1, Math.round(size / 4));
  const isFalling = sum(counts, start, start + part) >= sum(counts, end - part, end);
  const shelfFirst = Array.from({ length: size }, (_, i) => counts[isFalling ? start + i : end - 1 - i]!);
  const shelf = sum(shelfFirst, 0, part) / part;
  const floor = sum(shelfFirst, size - part, size) / part;
  let place = size;
  while (place > 1 && shelfFirst[place - 1]! < (shelf + floor) / 2) place--;
  const first = [shelf - floor, shelf - floor, place, size / 16, floor];
  const fit = fitCounts(shelfFirst, [0, size], edgeModel(size), first);
  if (!fit) return undefined;
  const expected = (bin: number) => fit.expected(isFalling ? bin - start : end - 1 - bin);
  return { ...fit, kind: 'edge', start, end, expected };
}

/** Parameters: height of the shelf at both ends of the region, place and softness of the edge, counts behind it. */
function edgeModel(size: number): CountModel {
  return {
    lowest: [0, 0, 0, 0.1, 0],
    expected: ([first, last, place, softness, floor], bin, slopes) => {
      const part = (bin + 0.5) / size;
      const shelf = first! * (1 - part) + last! * part;
      const z = (bin + 0.5 - place!) / softness!;
      const left = 1 / (1 + Math.exp(z));
      const steepness = (shelf * left * (1 - left)) / softness!;
      slopes[0] = (1 - part) * left;
      slopes[1] = part * left;
      slopes[2] = steepness;
      slopes[3] = steepness * z;
      slopes[4] = 1;
      return Math.max(MIN_EXPECTED, shelf * left + floor!);
    },
  };
}

/** Standard deviations by which a peak must stand out of its surroundings. */
const SIGNIFICANCE = 5;
/** The same with less smoothing than the most, where noise has many more places to stand out by chance. */
const SHARP_SIGNIFICANCE = 8;
/** Half widths on each side of a top that are fitted: less hides an edge, more reaches into neighbours. */
const REACH = 3;
/** Bins over which counts are smoothed at most, as a part of the spectrum; at least one. */
const SMOOTHING_PART = 1 / 200;
/** Least smoothing: the peaks of a germanium detector are a few bins wide. */
const SHARPEST_BINS = 2;
/** Spectra of so few bins that this is their most smoothing are not smoothed less: their detectors resolve no more. */
const LEAST_WIDEST_BINS = 8;
/** Peaks fitted at one width of smoothing for each that is asked for: most that stand out are fitted well. */
const TRIES_PER_PEAK = 3;

interface FoundPeak {
  readonly fit: PeakFit;
  readonly significance: number;
}

/**
 * The peaks that stand out, fitted, by position; at most `maxCount`, the most significant ones. Sharp ones are looked for
 * first: what is found with little smoothing is not looked for again with more.
 */
export function findSpectrumPeaks(counts: ArrayLike<number>, maxCount: number): readonly PeakFit[] {
  const widest = Math.max(1, Math.round(counts.length * SMOOTHING_PART));
  const tries = TRIES_PER_PEAK * maxCount;
  const found: FoundPeak[] = [];
  for (let half = smallest(widest); half <= widest; half *= 2) {
    const atLeast = half < widest ? SHARP_SIGNIFICANCE : SIGNIFICANCE;
    for (const { first, last, significance } of topsAt(counts, Math.round(half), atLeast).slice(0, tries)) {
      const isFound = found.some(({ fit }) => fit.position.value >= first && fit.position.value <= last + 1);
      const fit = isFound ? undefined : fitTop(counts, first, last, atLeast);
      if (fit) found.push({ fit, significance });
    }
  }
  return found
    .sort((a, b) => b.significance - a.significance)
    .slice(0, maxCount)
    .map(({ fit }) => fit)
    .sort((a, b) => a.position.value - b.position.value);
}

/** The first of the widths of smoothing, each twice the one before, that end at `widest`. */
function smallest(widest: number): number {
  if (widest < LEAST_WIDEST_BINS) return widest;
  return widest / 2 ** Math.floor(Math.log2(widest / SHARPEST_BINS));
}

interface Top {
  /** The bins [first, last] around it are to be fitted. */
  readonly first: number;
  readonly last: number;
  readonly significance: number;
}

/** What stands out of counts smoothed over `half` bins on each side, the most significant first. */
function topsAt(counts: ArrayLike<number>, half: number, atLeast: number): readonly Top[] {
  const smooth = smoothed(smoothed(counts, half), half);
  const tops: Top[] = [];
  for (let top = 1; top < smooth.length - 1; top++) {
    if (!(smooth[top]! > smooth[top - 1]! && smooth[top]! >= smooth[top + 1]!)) continue;
    const left = valley(smooth, top, -1);
    const right = valley(smooth, top, 1);
    const background = Math.max(smooth[left]!, smooth[right]!);
    // Smoothing averages about 2 half + 1 bins, which narrows the fluctuation accordingly.
    const significance = (smooth[top]! - background) / Math.sqrt(Math.max(background, 1) / (2 * half + 1));
    if (significance < atLeast) continue;
    const reach = Math.max(4, REACH * halfWidth(smooth, top, background));
    const [first, last] = [Math.max(left, top - reach), Math.min(right, top + reach)];
    // A bump on a shelf that falls by more than the bump is high is the shelf's edge.
    if (smooth[top]! - smooth[first]! >= smooth[first]! - smooth[last]!) tops.push({ first, last, significance });
  }
  return tops.sort((a, b) => b.significance - a.significance);
}

/** The peak of the bins [first, last], when its area is known well enough. */
function fitTop(counts: ArrayLike<number>, first: number, last: number, atLeast: number): PeakFit | undefined {
  const fit = fitPeak(counts, first, last + 1);
  if (!fit || fit.area.value < atLeast * fit.area.uncertainty) return undefined;
  // In so wide a region an edge need not be clearly better.
  const edge = fitEdge(counts, first, last + 1);
  return !edge || edge.deviance > fit.deviance ? fit : undefined;
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
