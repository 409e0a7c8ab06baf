// What a marked region and the list of peaks say, in words and figures.

import { html, nothing, type TemplateResult } from 'lit';
import { formatCount, formatUncertain } from '../../../base/si.ts';
import type { DecayFit } from '../../../model/decay-fit.ts';
import type { Uncertain } from '../../../model/poisson-fit.ts';
import type { FitChoice } from '../../../model/region-fit.ts';
import { netArea, type PeakFit } from '../../../model/spectrum-peaks.ts';
import type { HistogramAxis } from './histogram-axis.ts';

export interface RegionFindings {
  readonly axis: HistogramAxis;
  readonly counts: Float64Array;
  /** Bins [start, end). */
  readonly region: readonly [start: number, end: number];
  readonly choice: FitChoice;
  readonly fit: PeakFit | DecayFit | undefined;
  /** What is counted: `entries`. */
  readonly countWord: string;
  /** Time in which was counted; 0 when it is not known. */
  readonly liveS: number;
}

export function regionFindings({
  axis,
  counts,
  region: [start, end],
  choice,
  fit,
  countWord,
  liveS,
}: RegionFindings): TemplateResult {
  const { gross, net, uncertainty } = netArea(counts, start, end);
  const entries = html`${number(formatCount(gross))} ${countWord}`;
  const rate = (area: Uncertain) =>
    liveS > 0 ? html` = ${number(formatUncertain(area.value / liveS, area.uncertainty / liveS, 's⁻¹'))}` : nothing;
  if (!fit) {
    const what = choice === 'automatic' ? 'no peak and no decay stands out' : `no ${choice} can be fitted here`;
    return html`${entries}, net area ${number(formatUncertain(net, uncertainty))}${rate({ value: net, uncertainty })}; ${what}`;
  }
  const quality = html`<span title="Pearson’s χ² over the degrees of freedom: near 1 when the curve tells the counts"
    >χ²/ndf ${number(`${fit.chiSquare.toFixed(1)}/${fit.freedomCount}`)}</span>`;
  if (fit.kind === 'decay') {
    const { meanLife, background } = fit;
    return html`${entries}; mean life ${number(axis.widthText(meanLife, (start + end) / 2))}${
      background ? `, ${backgroundText(background)}` : ''
    }; ${quality}`;
  }
  return html`${entries}; peak at ${number(axis.placeText(fit.position))}, width (FWHM)
    ${number(axis.widthText(fit.fwhm, fit.position.value))} = ${axis.resolutionText(fit)}, net area
    ${number(formatUncertain(fit.area.value, fit.area.uncertainty))}${rate(fit.area)}; ${quality}`;
}

/** Clicking a row tells `onPick` which peak. */
export function peakTable(
  axis: HistogramAxis,
  peaks: readonly PeakFit[],
  onPick: (peak: PeakFit) => void,
): TemplateResult {
  if (peaks.length === 0) return html`<p class="dim">No peak stands out yet.</p>`;
  return html`<table class="peaks">
    <thead>
      <tr>
        <th scope="col">Position</th><th scope="col">FWHM</th><th scope="col">Resolution</th><th scope="col">Net area</th>
        <th scope="col">χ²/ndf</th>
      </tr>
    </thead>
    <tbody>
      ${peaks.map(
        (peak) => html`<tr title="Mark its region" @click=${() => onPick(peak)}>
          <td class="number">${axis.placeText(peak.position)}</td>
          <td class="number">${axis.widthText(peak.fwhm, peak.position.value)}</td>
          <td class="number">${axis.resolutionText(peak)}</td>
          <td class="number">${formatUncertain(peak.area.value, peak.area.uncertainty)}</td>
          <td class="number">${peak.chiSquare.toFixed(1)}/${peak.freedomCount}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** One that came out at 0, the least there can be, has no uncertainty. */
function backgroundText({ value, uncertainty }: Uncertain): string {
  return uncertainty > 0 ? `background ${formatUncertain(value, uncertainty)} per bin` : 'no background';
}

function number(text: string): TemplateResult {
  return html`<span class="number">${text}</span>`;
}
