// The peaks of a spectrum with what they may be, and the calibration that gives them energies. Pure but for the templates.

import { html, type TemplateResult } from 'lit';
import { formatUncertain } from '../../../base/si.ts';
import type { CalibrationPoint, EnergyFit } from '../../../model/energy-fit.ts';
import { assignmentText, assignPeaks, type MeasuredPeak } from '../../../model/line-assignment.ts';
import { type EnergyCalibration, energyAt } from '../../../model/spectrum-info.ts';
import type { PeakFit } from '../../../model/spectrum-peaks.ts';

/** Places of fits are counted in bins; the middle of bin n is n + 0.5. */
export const channelOfPlace = (place: number): number => place - 0.5;

function measured({ position, fwhm, area }: PeakFit, calibration: EnergyCalibration): MeasuredPeak {
  const channel = channelOfPlace(position.value);
  const perChannel = energyAt(calibration, channel + 0.5) - energyAt(calibration, channel - 0.5);
  return {
    keV: energyAt(calibration, channel),
    uncertaintyKeV: position.uncertainty * perChannel,
    fwhmKeV: fwhm.value * perChannel,
    area: area.value,
  };
}

export interface LineRow {
  /** In keV. */
  readonly energy: string;
  readonly area: string;
  readonly texts: readonly string[];
  readonly peak: PeakFit;
}

/** By energy. */
export function lineRows(
  peaks: readonly PeakFit[],
  calibration: EnergyCalibration,
  channels: number,
): readonly LineRow[] {
  const found = peaks.map((peak) => measured(peak, calibration));
  const range = [energyAt(calibration, 0), energyAt(calibration, channels - 1)] as const;
  const assignments = assignPeaks(found, range);
  return peaks.map((peak, index) => ({
    energy: formatUncertain(found[index]!.keV, found[index]!.uncertaintyKeV),
    area: formatUncertain(peak.area.value, peak.area.uncertainty),
    texts: assignments[index]!.map(assignmentText),
    peak,
  }));
}

export function lineTable(rows: readonly LineRow[], onPick: (peak: PeakFit) => void): TemplateResult {
  if (rows.length === 0) return html`<p class="dim small">No peak stands out yet.</p>`;
  return html`<table class="lines">
    <thead>
      <tr><th scope="col">Energy (keV)</th><th scope="col">Net area</th><th scope="col">May be</th></tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ energy, area, texts, peak }) => html`<tr>
          <td><button class="quiet small-button number" title="Mark its region" @click=${() => onPick(peak)}>${energy}</button></td>
          <td class="number">${area}</td>
          <td>${texts.length === 0 ? html`<span class="dim">—</span>` : texts.join(', or ')}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** `E = 2.51(3) keV + 0.74001(2) keV · channel`, and how well the points lie on it. */
export function fitText({ calibration, uncertainties, chiSquare }: EnergyFit, pointCount: number): string {
  const [offset, slope] = calibration.coefficients as readonly [number, number];
  const line = `E = ${formatUncertain(offset, uncertainties[0], 'keV')} + ${formatUncertain(slope, uncertainties[1], 'keV')} · channel`;
  return pointCount > 2 ? `${line}; χ²/ndf ${chiSquare.toFixed(1)}/${pointCount - 2}` : line;
}

export function pointList(points: readonly CalibrationPoint[], onRemove: (index: number) => void): TemplateResult {
  return html`<ul>
    ${points.map(
      ({ channel, uncertainty, keV }, index) => html`<li>
        <span class="number name">${formatUncertain(channel, uncertainty)} → ${keV}\u202fkeV</span>
        <button class="quiet small-button" aria-label="Remove ${keV} keV" title="Remove this line" @click=${() => onRemove(index)}>
          ×
        </button>
      </li>`,
    )}
  </ul>`;
}
