import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Uncertain } from '../../../src/model/poisson-fit.ts';
import { findSpectrumPeaks, fitPeak, netArea, type PeakFit } from '../../../src/model/spectrum-peaks.ts';
import { parseSpectrumPage } from '../../../src/pipeline/functions/gamma-source.ts';
import { meanAndSpread, poissonCount, seededRandom } from '../../support/random.ts';

const FWHM_PER_SIGMA = 2 * Math.sqrt(2 * Math.log(2));

/** Steps over which a bell is added up in a bin. */
const STEPS = 50;

/** Expected counts of bells over a line, bin by bin: the integral of each over the bin. */
function spectrum(size: number, bells: readonly { at: number; sigma: number; area: number }[], level = 20, slope = 0) {
  return Float64Array.from({ length: size }, (_, i) => {
    let bell = 0;
    for (const { at, sigma, area } of bells) {
      for (let step = 0; step < STEPS; step++) {
        const z = (i + (step + 0.5) / STEPS - at) / sigma;
        bell += (area / STEPS / (sigma * Math.sqrt(2 * Math.PI))) * Math.exp((-z * z) / 2);
      }
    }
    return level + slope * (i + 0.5) + bell;
  });
}

/** Counts that fluctuate around the expected ones as Poisson's law says. */
function counted(expected: Float64Array, seed: number): Float64Array {
  const random = seededRandom(seed);
  return expected.map((mean) => poissonCount(random, mean));
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
    const { mean, spread } = meanAndSpread(deviations);
    expect(Math.abs(mean)).toBeLessThan(0.25);
    expect(spread).toBeGreaterThan(0.8);
    expect(spread).toBeLessThan(1.2);
  });
});

describe('fit', () => {
  it.each([6, 0.8])('returns what the curve was made of, with a bell of sigma %d', (sigma) => {
    const curve = spectrum(200, [{ at: 100.3, sigma, area: 5000 }], 40, 0.2);
    const fit = fitPeak(curve, 70, 130)!;
    expect(fit.position.value).toBeCloseTo(100.3, 3);
    // a curve without fluctuations has none of the bias for which the width is corrected
    expect(Math.abs(fit.fwhm.value / (sigma * FWHM_PER_SIGMA) - 1)).toBeLessThan(1e-3);
    expect(fit.area.value).toBeCloseTo(5000, 0);
    for (const bin of [75, 97, 100]) expect(Math.abs(fit.expected(bin) / curve[bin]! - 1)).toBeLessThan(1e-3);
    expect(fit.chiSquare).toBeLessThan(0.01);
    expect(fit.freedomCount).toBe(60 - 5);
  });

  const REGION = [35, 86] as const;
  /** Pulls of position, width and area in 1000 toys. */
  function pulls(bell: { at: number; sigma: number; area: number }, level: number, slope: number) {
    const expected = spectrum(120, [bell], level, slope);
    const fits = Array.from({ length: 1000 }, (_, i) => fitPeak(counted(expected, i + 1), ...REGION)!);
    const of = (truth: number, pick: (fit: PeakFit) => Uncertain) =>
      meanAndSpread(fits.map((fit) => (pick(fit).value - truth) / pick(fit).uncertainty));
    return {
      position: of(bell.at, ({ position }) => position),
      fwhm: of(bell.sigma * FWHM_PER_SIGMA, ({ fwhm }) => fwhm),
      area: of(bell.area, ({ area }) => area),
      meanArea: meanAndSpread(fits.map(({ area }) => area.value / bell.area)).mean,
      quality: meanAndSpread(fits.map(({ chiSquare, freedomCount }) => chiSquare / freedomCount)).mean,
    };
  }

  it.each([
    [500, 5, 5, 0.05],
    [500, 5, 20, -0.1],
    [500, 1, 1, 0],
    [5000, 6, 20, 0],
  ])(
    'of %i counts (sigma %d over %d per bin, slope %d): pulls of 1000 toys have mean 0 and width 1',
    (area, sigma, level, slope) => {
      const { position, fwhm, area: ofArea, quality } = pulls({ at: 60.3, sigma, area }, level, slope);
      for (const { mean, spread } of [position, fwhm, ofArea]) {
        expect(Math.abs(mean)).toBeLessThan(0.1);
        expect(Math.abs(spread - 1)).toBeLessThan(0.1);
      }
      expect(Math.abs(quality - 1)).toBeLessThan(0.05);
    },
  );

  it.each([
    [5, 0.5],
    [5, 2],
    [3, 0.2],
  ])('of 100 counts (sigma %d over %d per bin): the same, and their area is not lost', (sigma, level) => {
    const { position, fwhm, area, meanArea } = pulls({ at: 60.3, sigma, area: 100 }, level, 0);
    for (const { mean } of [position, fwhm, area]) expect(Math.abs(mean)).toBeLessThan(0.1);
    for (const { spread } of [position, fwhm, area]) expect(Math.abs(spread - 1)).toBeLessThan(0.1);
    expect(Math.abs(meanArea - 1)).toBeLessThan(0.03);
  });

  it('says so when there is nothing to fit', () => {
    expect(fitPeak(new Float64Array(50), 10, 40)).toBeUndefined();
    expect(fitPeak(spectrum(50, [], 20), 10, 14)).toBeUndefined();
    expect(fitPeak(spectrum(50, [], 20), 10, 40)).toBeUndefined();
  });

  it('does not take a Compton edge for a peak', () => {
    for (let seed = 1; seed <= 20; seed++) {
      // A shelf that rises by a tenth and falls off softly at bin 60.
      const shelf = Float64Array.from({ length: 120 }, (_, i) => {
        const z = (i + 0.5 - 60) / 3;
        return 10 + (200 + 0.5 * i) / (1 + Math.exp(z));
      });
      expect(fitPeak(counted(shelf, seed), 30, 90)).toBeUndefined();
    }
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
    expect(peaks.map(({ position }) => Math.round(position.value / 2) * 2)).toEqual([586, 666]);
  });

  it('finds lines a few bins wide among thousands, each with its own place and width', () => {
    const lines = [
      { at: 3000.3, sigma: 2, area: 800 },
      { at: 6500.8, sigma: 3, area: 700 },
      { at: 6540.2, sigma: 3, area: 900 },
      { at: 12_000.5, sigma: 4, area: 600 },
    ];
    const peaks = findSpectrumPeaks(counted(spectrum(16_384, lines, 10), 3), 12);
    expect(peaks).toHaveLength(lines.length);
    for (const [i, { at, sigma, area }] of lines.entries()) {
      const { position, fwhm, area: found } = peaks[i]!;
      expect(Math.abs(position.value - at)).toBeLessThan(4 * position.uncertainty);
      expect(Math.abs(fwhm.value - 2 * Math.sqrt(2 * Math.LN2) * sigma)).toBeLessThan(4 * fwhm.uncertainty);
      expect(Math.abs(found.value - area)).toBeLessThan(4 * found.uncertainty);
    }
  });

  it('finds none in an even background', () => {
    for (let seed = 1; seed <= 10; seed++)
      expect(findSpectrumPeaks(counted(spectrum(750, [], 25), seed), 6)).toEqual([]);
  });

  // keV of full-energy peaks and, for caesium, the X-rays of barium; then backscatter. Compton edges of 662, 1173 and
  // 1332 keV are at 478, 963 and 1118 keV: E · 2E / (mc² + 2E).
  it.each([
    ['Cs-137', [32.2, 661.7], [198]],
    ['Co-60', [1173.2, 1332.5], [231]],
  ])('finds the lines of %s and no Compton edge', (name, lines, others) => {
    const page = readFileSync(new URL(`../../../public/examples/gamma/spectra/${name}.html`, import.meta.url), 'utf8');
    const { energiesKev, counts } = parseSpectrumPage(page);
    const stepKev = energiesKev[1]! - energiesKev[0]!;
    const total = counts.reduce((sum, count) => sum + count, 0);
    for (const entryCount of [20_000, 100_000, 500_000]) {
      for (let seed = 1; seed <= 5; seed++) {
        const drawnCounts = counted(
          counts.map((count) => (entryCount * count) / total),
          seed,
        );
        const foundKev = findSpectrumPeaks(drawnCounts, 6).map(({ position }) => stepKev * position.value);
        for (const line of lines) expect(foundKev.filter((kev) => Math.abs(kev - line) < 6)).toHaveLength(1);
        const isKnown = (kev: number) => [...lines, ...others].some((line) => Math.abs(kev - line) < 6);
        expect(foundKev.filter((kev) => !isKnown(kev))).toEqual([]);
      }
    }
  });
});
