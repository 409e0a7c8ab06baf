// What the data of a scan say of a peak or an edge: the three classic definitions beside each other, fits of real curves, and
// what not to believe of them.

import { type Alignment2018, align2018 } from './align-2018.ts';
import { type Alignment2021, align2021 } from './align-2021.ts';
import { type AlignmentBluesky, alignBluesky } from './align-bluesky.ts';
import { type Curve, extremeIndex, medianOf } from './curve.ts';
import { type CurveFit, fitCurve } from './curve-fit.ts';
import { FIT_MODELS } from './fit-models.ts';

export interface Alignment {
  readonly bliss2018: Alignment2018;
  readonly bliss2021: Alignment2021;
  /** `undefined` without points. */
  readonly bluesky: AlignmentBluesky | undefined;
  /** The fits that were found, the one that tells the data best first (Akaike's criterion). */
  readonly fits: readonly CurveFit[];
  readonly warnings: readonly string[];
}

/** Standard deviations: of up to a thousand values of normal noise alone, the largest is not further above the smallest. */
const NOISE_RANGE = 7;
/** Fewer points tell nothing of their noise. */
const MIN_NOISE_POINTS = 16;
/** Standard deviations per median absolute deviation of normal data. */
const PER_MAD = 1.4826;

/** `edgeCount`: points at each end through which bluesky's straight background goes; none when left out. */
export function alignmentOf(curve: Curve, edgeCount?: number): Alignment {
  const kept = finitePart(curve);
  const hasSignal = hasAnySignal(kept.y);
  return {
    bliss2018: align2018(curve),
    bliss2021: align2021(curve),
    bluesky: alignBluesky(curve, edgeCount),
    fits: hasSignal ? fitsOf(kept) : [],
    warnings: hasSignal ? warningsOf(kept) : ['No signal: what there is may be noise alone. No centre can be told.'],
  };
}

function finitePart({ x, y }: Curve): Curve {
  const kept = [...x.keys()].filter((i) => Number.isFinite(x[i]) && Number.isFinite(y[i]));
  return { x: kept.map((i) => x[i]!), y: kept.map((i) => y[i]!) };
}

function fitsOf(curve: Curve): readonly CurveFit[] {
  return FIT_MODELS.map((model) => fitCurve(curve, model))
    .filter((fit) => fit !== undefined)
    .sort((a, b) => akaike(a) - akaike(b));
}

/** Of fits to the same points without known uncertainties: lower is better. */
function akaike({ chiSquare, freedomCount, parameters }: CurveFit): number {
  const pointCount = freedomCount + parameters.length;
  return pointCount * Math.log(chiSquare / pointCount) + 2 * parameters.length;
}

/** Whether the values differ by more than noise does, as far as second differences tell that. */
function hasAnySignal(y: readonly number[]): boolean {
  if (y.length === 0) return false;
  const range = y[extremeIndex(y)]! - y[extremeIndex(y, -1)]!;
  if (range === 0 || y.length < MIN_NOISE_POINTS) return range > 0;
  const bends = y.slice(2).map((value, i) => Math.abs(value - 2 * y[i + 1]! + y[i]!));
  // the variance of a second difference is 1 + 4 + 1 times that of a value
  return range > (NOISE_RANGE * PER_MAD * medianOf(bends)) / Math.sqrt(6);
}

function warningsOf({ x, y }: Curve): readonly string[] {
  const order = [...x.keys()].sort((a, b) => x[a]! - x[b]!);
  const heights = order.map((i) => y[i]!);
  const half = (heights[extremeIndex(heights)]! + heights[extremeIndex(heights, -1)]!) / 2;
  const isAbove = heights.map((value) => value >= half);
  const [startsHigh, endsHigh] = [isAbove[0]!, isAbove.at(-1)!];
  const isDip = startsHigh && endsHigh;
  const isInside = isAbove.map((above) => above !== isDip);
  const insideCount = isInside.filter(Boolean).length;
  const regionCount = isInside.filter((inside, i) => inside && !isInside[i - 1]).length;
  const warnings: string[] = [];
  if (regionCount > 1) {
    warnings.push(
      `${regionCount} regions lie beyond half height: several peaks, or noise. The classic centres lie between them.`,
    );
  }
  if (startsHigh !== endsHigh) {
    warnings.push(
      'The data end beyond half height: an edge, or a peak that is cut off. Scan further, or use the peak.',
    );
  } else if (insideCount < 3) {
    warnings.push(
      `Only ${insideCount} ${insideCount === 1 ? 'point lies' : 'points lie'} beyond half height: widths mean nothing. Scan in smaller steps.`,
    );
  }
  return warnings;
}
