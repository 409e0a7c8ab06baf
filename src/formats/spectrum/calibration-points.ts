// An energy calibration from channels whose energies were typed in.

import type { Diagnostic } from '../../model/signal-store.ts';

export interface CalibrationPoint {
  readonly channel: number;
  readonly energy: number;
}

/**
 * The straight line through two points, or nearest to more of them (least squares), lowest power first; undefined with
 * fewer. What a line leaves over is said.
 */
export function lineThrough(
  points: readonly CalibrationPoint[],
  format: string,
  diagnostics: Diagnostic[],
): readonly [number, number] | undefined {
  const used = points.filter(({ channel, energy }) => Number.isFinite(channel) && Number.isFinite(energy));
  const count = used.length;
  if (count < 2) return undefined;
  const meanChannel = used.reduce((sum, { channel }) => sum + channel, 0) / count;
  const meanEnergy = used.reduce((sum, { energy }) => sum + energy, 0) / count;
  let spread = 0;
  let together = 0;
  for (const { channel, energy } of used) {
    spread += (channel - meanChannel) ** 2;
    together += (channel - meanChannel) * (energy - meanEnergy);
  }
  if (!(spread > 0)) return undefined;
  const slope = together / spread;
  const offset = meanEnergy - slope * meanChannel;
  const worst = Math.max(...used.map(({ channel, energy }) => Math.abs(offset + slope * channel - energy)));
  const left = count > 2 ? `, which leave up to ${Number(worst.toPrecision(2))} beside it` : '';
  diagnostics.push({
    severity: 'info',
    code: `${format}/calibration-points`,
    message: `The energy axis is the straight line through ${count} calibration points${left}.`,
  });
  return [offset, slope];
}
