// What stands in front of the simulated board: radioactive sources with a scintillator, and a comb of lines. A spectrum is
// made of what a detector is known to show: full-energy peaks, Compton shelves, escape and sum peaks. Energies in keV and
// shares of a small crystal are round numbers.

import type { Random } from '../../sim/random.ts';

export interface PulseSource {
  /** Mean pulses per second. */
  readonly rateHz: number;
  /** In equal distances instead of at random. */
  readonly isSteady: boolean;
  /** Height of the next pulse in units of the converter. */
  height(random: Random): number;
}

/** Energy of a pulse of height 0, and per unit of height. */
export const SIM_CALIBRATION = { offsetKeV: 2.5, perUnitKeV: 0.74 } as const;

/** Relative width at half maximum at 662 keV, of lanthanum bromide. */
const RESOLUTION = 0.028;
const RESOLUTION_AT_KEV = 662;
const FWHM_PER_SIGMA = 2 * Math.sqrt(2 * Math.LN2);
const ELECTRON_KEV = 510.999;

/** Of all pulses so many are of this kind. */
interface Part {
  readonly share: number;
  readonly kind: 'peak' | 'shelf';
  readonly keV: number;
}

const peak = (keV: number, share: number): Part => ({ kind: 'peak', keV, share });
const shelf = (keV: number, share: number): Part => ({ kind: 'shelf', keV, share });

const ISOTOPES: Readonly<Record<string, readonly Part[]>> = {
  'co-60': [
    peak(1173.228, 0.14),
    peak(1332.492, 0.12),
    peak(1173.228 + 1332.492, 0.01),
    shelf(1173.228, 0.37),
    shelf(1332.492, 0.36),
  ],
  'cs-137': [peak(661.657, 0.35), peak(32.06, 0.08), shelf(661.657, 0.57)],
  'na-22': [
    peak(ELECTRON_KEV, 0.3),
    peak(1274.537, 0.08),
    peak(1274.537 - ELECTRON_KEV, 0.01),
    peak(1274.537 - 2 * ELECTRON_KEV, 0.01),
    peak(1274.537 + ELECTRON_KEV, 0.02),
    shelf(ELECTRON_KEV, 0.38),
    shelf(1274.537, 0.2),
  ],
};

/** Heights of the comb's lines, which have no width. */
export const COMB_HEIGHTS: readonly number[] = Array.from({ length: 15 }, (_, index) => 256 * (index + 1));

export const SOURCE_NAMES = {
  'co-60': 'Co-60',
  'cs-137': 'Cs-137',
  'na-22': 'Na-22',
  comb: 'Comb of 15 lines',
} as const;

export type SourceId = keyof typeof SOURCE_NAMES;

export function sourceOf(id: SourceId, rateHz: number): PulseSource {
  const parts = ISOTOPES[id];
  if (!parts) {
    const height = (random: Random) => COMB_HEIGHTS[Math.floor(random.next() * COMB_HEIGHTS.length)]!;
    return { rateHz, isSteady: false, height };
  }
  return { rateHz, isSteady: false, height: (random) => Math.round(heightOf(keVOf(parts, random))) };
}

function keVOf(parts: readonly Part[], random: Random): number {
  let left = random.next();
  const part =
    parts.find(({ share }) => {
      left -= share;
      return left < 0;
    }) ?? parts[0]!;
  const keV = part.kind === 'peak' ? part.keV : random.next() * comptonEdge(part.keV);
  const fwhm = RESOLUTION * Math.sqrt(RESOLUTION_AT_KEV * keV);
  return keV + (fwhm / FWHM_PER_SIGMA) * gaussian(random);
}

/** Most that a photon leaves in one scattering. */
function comptonEdge(keV: number): number {
  return (2 * keV * keV) / (ELECTRON_KEV + 2 * keV);
}

function heightOf(keV: number): number {
  return Math.max(0, (keV - SIM_CALIBRATION.offsetKeV) / SIM_CALIBRATION.perUnitKeV);
}

/** Box and Muller. */
function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
