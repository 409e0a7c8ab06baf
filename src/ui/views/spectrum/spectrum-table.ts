// Spectra as a table of text: a row per channel; of each spectrum its energies, where it is calibrated, and its counts.

import { energyAt, type SpectrumInfo } from '../../../model/spectrum-info.ts';

export interface CountedSpectrum {
  readonly info: SpectrumInfo;
  readonly counts: Float64Array;
}

/** Comma-separated, a missing count is empty. */
export function spectrumTable(spectra: readonly CountedSpectrum[]): string {
  const names = spectra.map(({ info }, i) => nameOf(info, i, spectra.length));
  const heads = spectra.flatMap(({ info: { calibration } }, i) => [
    ...(calibration ? [`energy${names[i]} (${calibration.unit})`] : []),
    `counts${names[i]}`,
  ]);
  const first = Math.min(...spectra.map(({ info }) => info.firstChannel));
  const end = Math.max(...spectra.map(({ info, counts }) => info.firstChannel + counts.length));
  const lines = [['channel', ...heads].join(',')];
  for (let channel = first; channel < end; channel++) {
    const cells = spectra.flatMap(({ info: { calibration, firstChannel }, counts }) => {
      const count = counts[channel - firstChannel];
      const text = count === undefined || Number.isNaN(count) ? '' : String(count);
      if (!calibration) return [text];
      return [count === undefined ? '' : String(Number(energyAt(calibration, channel).toPrecision(12))), text];
    });
    lines.push([channel, ...cells].join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** Letters and figures only: a title may hold what a spreadsheet takes for a formula, or the separator. */
function nameOf({ title }: SpectrumInfo, index: number, count: number): string {
  if (count === 1) return '';
  const words = title.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
  return ` ${words === '' ? index + 1 : words}`;
}
