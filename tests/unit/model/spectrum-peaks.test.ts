import { describe, expect, it } from 'vitest';
import { findSpectrumPeaks, fitPeak, netArea } from '../../../src/model/spectrum-peaks.ts';
import { seededRandom } from '../../support/random.ts';

const FWHM_PER_SIGMA = 2 * Math.sqrt(2 * Math.log(2));

/** Expected counts of bells over a line, bin by bin. */
function spectrum(size: number, bells: readonly { at: number; sigma: number; area: number }[], level = 20, slope = 0) {
  return Float64Array.from({ length: size }, (_, i) => {
    const place = i + 0.5;
    const bell = bells.reduce(
      (sum, { at, sigma, area }) =>
        sum + (area / (sigma * Math.sqrt(2 * Math.PI))) * Math.exp(-(((place - at) / sigma) ** 2) / 2),
      0,
    );
    return level + slope * place + bell;
  });
}

/** Counts that fluctuate around the expected ones as Poisson's law says (normal approximation). */
function counted(expected: Float64Array, seed: number): Float64Array {
  const random = seededRandom(seed);
  return expected.map((mean) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  });
}

describe('net area', () => {
  it('takes a straight background away exactly', () => {
    const counts = spectrum(100, [], 50, 2);
    const { gross, net } = netArea(counts, 40, 60);
    expect(gross).toBeCloseTo(20 * 50 + 2 * 20 * 50, 6);
    expect(net).toBeCloseTo(0, 6);
  });

  it('finds the counts of a peak, with the scatter that it states', () => {
    const expected = spectrum(200, [{ at: 100, sigma: 5, area: 4000 }], 30);
    const deviations = Array.from({ length: 200 }, (_, seed) => {
      const { net, uncertainty } = netArea(counted(expected, seed + 1), 80, 120);
      return (net - 4000) / uncertainty;
    });
    const mean = deviations.reduce((sum, value) => sum + value, 0) / deviations.length;
    const spread = Math.sqrt(deviations.reduce((sum, value) => sum + (value - mean) ** 2, 0) / deviations.length);
    expect(Math.abs(mean)).toBeLessThan(0.25);
    expect(spread).toBeGreaterThan(0.8);
    expect(spread).toBeLessThan(1.2);
  });
});

describe('fit', () => {
  it('returns what the curve was made of', () => {
    const fit = fitPeak(spectrum(200, [{ at: 100.3, sigma: 6, area: 5000 }], 40, 0.2), 70, 130)!;
    expect(fit.position).toBeCloseTo(100.3, 3);
    expect(fit.fwhm).toBeCloseTo(6 * FWHM_PER_SIGMA, 2);
    expect(fit.area).toBeCloseTo(5000, 0);
  });

  it('stays close on counted spectra', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const fit = fitPeak(counted(spectrum(200, [{ at: 100.3, sigma: 6, area: 5000 }]), seed), 70, 130)!;
      // The middle of a peak of n counts is known to sigma / sqrt(n): 0.085 bins.
      expect(Math.abs(fit.position - 100.3)).toBeLessThan(0.5);
      expect(Math.abs(fit.fwhm / (6 * FWHM_PER_SIGMA) - 1)).toBeLessThan(0.1);
    }
  });

  it('says so when there is nothing to fit', () => {
    expect(fitPeak(new Float64Array(50), 10, 40)).toBeUndefined();
    expect(fitPeak(spectrum(50, [], 20), 10, 14)).toBeUndefined();
  });
});

describe('finding peaks', () => {
  it('finds both lines of cobalt-60 and no other', () => {
    const expected = spectrum(
      750,
      [
        { at: 586, sigma: 12, area: 9000 },
        { at: 666, sigma: 13, area: 8000 },
      ],
      25,
    );
    const peaks = findSpectrumPeaks(counted(expected, 7), 6);
    expect(peaks.map(({ position }) => Math.round(position / 2) * 2)).toEqual([586, 666]);
  });

  it('finds none in an even background', () => {
    for (let seed = 1; seed <= 10; seed++)
      expect(findSpectrumPeaks(counted(spectrum(750, [], 25), seed), 6)).toEqual([]);
  });
});
