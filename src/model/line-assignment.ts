// What the peaks of a gamma spectrum may be: lines of isotopes, and of those what the detector makes beside the full-energy
// peak: escape of one or both photons of an annihilation, and sums of two that came together. Pure.

import { ELECTRON_KEV, ISOTOPES, type Isotope } from './isotope-lines.ts';

export interface MeasuredPeak {
  readonly keV: number;
  /** One standard deviation. */
  readonly uncertaintyKeV: number;
  readonly fwhmKeV: number;
  /** Counts in the peak. */
  readonly area: number;
}

export type Assignment =
  | { readonly kind: 'line'; readonly isotope: string; readonly keV: number }
  /** Photons of annihilations: without an isotope that is known to make them. */
  | { readonly kind: 'annihilation'; readonly keV: number }
  | { readonly kind: 'single-escape' | 'double-escape'; readonly of: number; readonly keV: number }
  | { readonly kind: 'sum'; readonly of: readonly [number, number]; readonly keV: number };

/** A peak is at a line when it is as close as this many standard deviations, */
const SIGMAS = 3;
/** or as this part of its width: a calibration by a few lines is not better between them. */
const WIDTH_PART = 0.2;
/** An isotope is there when all its lines are that are at least so strong a part of its strongest. */
const STRONG_PART = 0.5;
/** Pairs are made above this: what escapes is one or two of their annihilation's photons. */
const PAIR_KEV = 2 * ELECTRON_KEV;

/** Of each peak what it may be, the nearest first; empty for one that nothing explains. */
export function assignPeaks(
  peaks: readonly MeasuredPeak[],
  rangeKeV: readonly [number, number],
  isotopes: readonly Isotope[] = ISOTOPES,
): readonly (readonly Assignment[])[] {
  const present = isotopes.filter((isotope) => isPresent(isotope, peaks, rangeKeV));
  const lines = peaks.map((peak) =>
    nearest(
      peak,
      present.flatMap(({ name, lines: known }) =>
        known.map(({ keV }): Assignment => ({ kind: 'line', isotope: name, keV })),
      ),
    ),
  );
  const parents = peaks.flatMap((peak, index) => {
    const [line] = lines[index]!;
    return line ? [{ peak, keV: line.keV }] : [];
  });
  return peaks.map((peak, index) => {
    if (lines[index]!.length > 0) return lines[index]!;
    return nearest(peak, [
      { kind: 'annihilation', keV: ELECTRON_KEV },
      ...parents.flatMap(({ keV }): readonly Assignment[] => {
        if (keV <= PAIR_KEV) return [];
        return [
          { kind: 'single-escape', of: keV, keV: keV - ELECTRON_KEV },
          { kind: 'double-escape', of: keV, keV: keV - PAIR_KEV },
        ];
      }),
      ...sums(peak, parents),
    ]);
  });
}

/** Two of the lines together; a sum is weaker than both. */
function sums(
  peak: MeasuredPeak,
  parents: readonly { readonly peak: MeasuredPeak; readonly keV: number }[],
): readonly Assignment[] {
  return parents.flatMap((one, index) =>
    parents.slice(index).flatMap((other): readonly Assignment[] => {
      if (peak.area >= one.peak.area || peak.area >= other.peak.area) return [];
      return [{ kind: 'sum', of: [one.keV, other.keV], keV: one.keV + other.keV }];
    }),
  );
}

function isPresent({ lines }: Isotope, peaks: readonly MeasuredPeak[], [from, to]: readonly [number, number]): boolean {
  const strongest = Math.max(...lines.map(({ intensity }) => intensity));
  const strong = lines.filter(({ intensity }) => intensity >= STRONG_PART * strongest);
  // what lies outside of the spectrum cannot be asked for
  const seen = strong.filter(({ keV }) => keV >= from && keV <= to);
  return seen.length > 0 && seen.every(({ keV }) => peaks.some((peak) => isAt(peak, keV)));
}

function isAt({ keV, uncertaintyKeV, fwhmKeV }: MeasuredPeak, lineKeV: number): boolean {
  return Math.abs(keV - lineKeV) <= Math.max(SIGMAS * uncertaintyKeV, WIDTH_PART * fwhmKeV);
}

function nearest(peak: MeasuredPeak, candidates: readonly Assignment[]): readonly Assignment[] {
  return candidates
    .filter(({ keV }) => isAt(peak, keV))
    .sort((a, b) => Math.abs(a.keV - peak.keV) - Math.abs(b.keV - peak.keV));
}

/** In words: `Co-60 1173.23 keV`, `single escape of 1274.54 keV`. */
export function assignmentText(assignment: Assignment): string {
  switch (assignment.kind) {
    case 'line':
      return `${assignment.isotope} ${assignment.keV}\u202fkeV`;
    case 'annihilation':
      return 'annihilation 511\u202fkeV';
    case 'single-escape':
      return `single escape of ${assignment.of}\u202fkeV`;
    case 'double-escape':
      return `double escape of ${assignment.of}\u202fkeV`;
    case 'sum':
      return `sum ${assignment.of[0]} + ${assignment.of[1]}\u202fkeV`;
  }
}
