// An energy calibration from lines whose energies are known: a straight line through two or more of them, each as exact as its
// peak was fitted. Pure.

import type { EnergyCalibration } from './spectrum-info.ts';

export interface CalibrationPoint {
  /** Place of the peak in channels: n is the middle of channel n. */
  readonly channel: number;
  /** One standard deviation of it; above 0. */
  readonly uncertainty: number;
  readonly keV: number;
}

export interface EnergyFit {
  readonly calibration: EnergyCalibration;
  /** One standard deviation of offset and slope. */
  readonly uncertainties: readonly [offsetKeV: number, slopeKeV: number];
  /** Squared distances in standard deviations, for `points − 2` degrees of freedom. */
  readonly chiSquare: number;
  /** Measured less fitted, by point. */
  readonly residualsKeV: readonly number[];
}

/** `undefined` for fewer than two different channels, or where the energy does not rise. */
export function fitEnergies(points: readonly CalibrationPoint[]): EnergyFit | undefined {
  if (points.length < 2) return undefined;
  // a channel's uncertainty counts as one of the energy, by a first slope
  const channels = points.map(({ channel }) => channel);
  const [first, last] = [Math.min(...channels), Math.max(...channels)];
  if (!(last > first)) return undefined;
  const keVAt = (channel: number) => points.find((point) => point.channel === channel)!.keV;
  const roughSlope = (keVAt(last) - keVAt(first)) / (last - first);
  const weights = points.map(({ uncertainty }) => 1 / (uncertainty * roughSlope) ** 2);
  const sum = (of: (point: CalibrationPoint) => number) =>
    points.reduce((total, point, index) => total + weights[index]! * of(point), 0);
  const weight = sum(() => 1);
  const meanChannel = sum(({ channel }) => channel) / weight;
  const meanKeV = sum(({ keV }) => keV) / weight;
  const spread = sum(({ channel }) => (channel - meanChannel) ** 2);
  const slope = sum(({ channel, keV }) => (channel - meanChannel) * (keV - meanKeV)) / spread;
  if (!(slope > 0 && Number.isFinite(slope))) return undefined;
  const offset = meanKeV - slope * meanChannel;
  const residualsKeV = points.map(({ channel, keV }) => keV - offset - slope * channel);
  return {
    calibration: { coefficients: [offset, slope], unit: 'keV' },
    uncertainties: [Math.sqrt(1 / weight + meanChannel ** 2 / spread), Math.sqrt(1 / spread)],
    chiSquare: residualsKeV.reduce((total, residual, index) => total + weights[index]! * residual ** 2, 0),
    residualsKeV,
  };
}
