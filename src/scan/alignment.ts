// What the data of a scan say of a peak or an edge: the three classic definitions beside each other, fits of real curves, and
// what not to believe of them.

import { type Alignment2018, align2018 } from './align-2018.ts';
import { type Alignment2021, align2021 } from './align-2021.ts';
import { type AlignmentBluesky, alignBluesky } from './align-bluesky.ts';
import { type Curve, finitePart } from './curve.ts';
import { type CurveFit, fitCurve } from './curve-fit.ts';
import { FIT_MODELS } from './fit-models.ts';
import { hasAnySignal, shapeOf } from './shape.ts';

export interface Alignment {
  readonly bliss2018: Alignment2018;
  readonly bliss2021: Alignment2021;
  /** `undefined` without points. */
  readonly bluesky: AlignmentBluesky | undefined;
  /** The fits that were found, the one that tells the data best first (Akaike's criterion). */
  readonly fits: readonly CurveFit[];
  readonly warnings: readonly string[];
}

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

function warningsOf(curve: Curve): readonly string[] {
  const { regionCount, insideCount, isCut } = shapeOf(curve);
  const warnings: string[] = [];
  if (regionCount > 1) {
    warnings.push(
      `${regionCount} regions lie beyond half height: several peaks, or noise. The classic centres lie between them.`,
    );
  }
  if (isCut) {
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
