// Spectra as histograms: where their channels lie by number or in energy, and what is known of them in figures.

import { formatPercent, formatUncertain, groupThousands } from '../../../base/si.ts';
import { deadShareOf, energyAt, type SpectrumInfo } from '../../../model/spectrum-info.ts';
import { HistogramAxis } from '../histogram/histogram-axis.ts';

export type SpectrumAxis = 'channel' | 'energy';

/** The energy axis only of a spectrum that is calibrated; edges lie half a channel beside the channels' numbers. */
export function axisOf({ firstChannel, calibration }: SpectrumInfo, count: number, kind: SpectrumAxis): HistogramAxis {
  const edge = (i: number) => firstChannel + i - 0.5;
  const isEnergy = kind === 'energy' && calibration !== undefined;
  const edges = Float64Array.from({ length: count + 1 }, (_, i) =>
    isEnergy ? energyAt(calibration, edge(i)) : edge(i),
  );
  return new HistogramAxis(edges, isEnergy ? calibration.unit : '', !isEnergy);
}

export function totalOf(counts: Float64Array): number {
  return counts.reduce((sum, count) => (count > 0 ? sum + count : sum), 0);
}

/** Name and text of what is known of a spectrum. */
export function factsOf(spectrum: SpectrumInfo, counts: Float64Array): readonly (readonly [string, string])[] {
  const { liveS, realS, calibration, instrument } = spectrum;
  const total = totalOf(counts);
  const dead = deadShareOf(spectrum);
  const rate = liveS ? formatUncertain(total / liveS, Math.sqrt(total) / liveS, 's⁻¹') : '—';
  return [
    ['Counts', plain(total)],
    ['Count rate', rate],
    ['Live time', secondsText(liveS)],
    ['Real time', secondsText(realS)],
    ['Dead time', dead === undefined || dead < 0 ? '—' : formatPercent(dead)],
    ['Channels', plain(counts.length)],
    ...(calibration ? [['Energy', polynomialText(calibration.coefficients, calibration.unit)] as const] : []),
    ...(instrument === '' ? [] : [['Instrument', instrument] as const]),
  ];
}

/** What stands at a bin; dashes without one. */
export function cursorFacts(
  { firstChannel, calibration }: SpectrumInfo,
  counts: Float64Array,
  bin: number | undefined,
): readonly (readonly [string, string])[] {
  const text = (value: number, digits: number, unit = '') =>
    Number.isNaN(value) ? '—' : groupThousands(value.toFixed(digits)) + unit;
  const channel = bin === undefined ? Number.NaN : firstChannel + bin;
  const count = bin === undefined ? Number.NaN : counts[bin]!;
  const energy = calibration ? energyAt(calibration, channel) : Number.NaN;
  return [
    ['Channel', text(channel, 0)],
    ...(calibration ? [['Energy', text(energy, 2, `\u202f${calibration.unit}`)] as const] : []),
    ['Counts', text(count, Number.isInteger(count) ? 0 : 3)],
  ];
}

/** The same in one line: `ch 441  80.58 keV  1 234 counts`. */
export function cursorText(spectrum: SpectrumInfo, counts: Float64Array, bin: number): string {
  const texts = cursorFacts(spectrum, counts, bin).map(([, text]) => text);
  return `ch ${texts.join('  ')} counts`;
}

function secondsText(seconds: number | undefined): string {
  return seconds === undefined ? '—' : `${plain(seconds)}\u202fs`;
}

/** Up to three decimals, thousands apart. */
function plain(value: number): string {
  return groupThousands(String(Number(value.toFixed(3))));
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `(−0.0351 + 0.182804 n − 6.86613e−10 n²) keV`, where n is the channel. */
function polynomialText(coefficients: readonly number[], unit: string): string {
  const terms = coefficients.flatMap((coefficient, power) => {
    if (coefficient === 0) return [];
    const size = String(Number(Math.abs(coefficient).toPrecision(6))).replace('e-', 'e−');
    const exponent = power < 2 ? '' : [...String(power)].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
    const sign = coefficient < 0 ? '−' : '+';
    return [{ sign, text: power === 0 ? size : `${size} n${exponent}` }];
  });
  const text = terms
    .map(({ sign, text }, i) => (i > 0 ? ` ${sign} ${text}` : sign === '−' ? `−${text}` : text))
    .join('');
  return `(${text}) ${unit}`;
}
