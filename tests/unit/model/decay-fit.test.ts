import { describe, expect, it, test } from 'vitest';
import { type DecayFit, fitDecay } from '../../../src/model/decay-fit.ts';
import { meanAndSpread, poissonCount, seededRandom } from '../../support/random.ts';

interface Decay {
  readonly meanLife: number;
  readonly decayCount: number;
  readonly binCount: number;
  /** Flat, per bin. */
  readonly background: number;
}

/** Times of a decay in bins of width 1, drawn one by one, and a flat background. */
function drawn({ meanLife, decayCount, binCount, background }: Decay, seed: number): Float64Array {
  const random = seededRandom(seed);
  const counts = new Float64Array(binCount);
  for (let i = 0; i < decayCount; i++) {
    const bin = Math.floor(-meanLife * Math.log(1 - random()));
    if (bin < binCount) counts[bin]!++;
  }
  return counts.map((count) => count + poissonCount(random, background));
}

/** A figure of the fits to 1000 toys. */
function toys(decay: Decay, fitted: (counts: Float64Array) => DecayFit, figure: (toy: DecayFit) => number): number[] {
  return Array.from({ length: 1000 }, (_, i) => figure(fitted(drawn(decay, i + 1))));
}

describe('mean life', () => {
  // Bins of 1000, 250 and 250 ns for a muon's 2197 ns.
  test.each([
    [{ meanLife: 2.197, decayCount: 2000, binCount: 14, background: 0 }, 0],
    [{ meanLife: 8.788, decayCount: 2000, binCount: 56, background: 0 }, 2],
    [{ meanLife: 2.197, decayCount: 2000, binCount: 14, background: 20 }, 0],
    [{ meanLife: 8.788, decayCount: 2000, binCount: 56, background: 5 }, 2],
  ])('of %o from bin %i on: pulls of 1000 toys have mean 0 and width 1', (decay, start) => {
    const hasBackground = decay.background > 0;
    const fitted = (counts: Float64Array) => fitDecay(counts, start, decay.binCount, hasBackground)!;
    const ofLife = meanAndSpread(
      toys(decay, fitted, ({ meanLife: { value, uncertainty } }) => (value - decay.meanLife) / uncertainty),
    );
    expect(Math.abs(ofLife.mean)).toBeLessThan(0.1);
    expect(Math.abs(ofLife.spread - 1)).toBeLessThan(0.1);
    const quality = meanAndSpread(toys(decay, fitted, ({ chiSquare, freedomCount }) => chiSquare / freedomCount));
    expect(Math.abs(quality.mean - 1)).toBeLessThan(0.05);
    if (!hasBackground) return;
    const ofBackground = meanAndSpread(
      toys(decay, fitted, ({ background }) => (background!.value - decay.background) / background!.uncertainty),
    );
    expect(Math.abs(ofBackground.mean)).toBeLessThan(0.1);
    expect(Math.abs(ofBackground.spread - 1)).toBeLessThan(0.1);
  });

  it('is where the geometric likelihood is highest, and known as sharply as that falls off', () => {
    const counts = drawn({ meanLife: 2.197, decayCount: 500, binCount: 14, background: 0 }, 3);
    const [start, end] = [1, 13];
    // ln L of entries in bins of width 1: (1 − q) q^k / (1 − q^size), q = exp(−1 / meanLife).
    const logLikelihood = (meanLife: number) => {
      const q = Math.exp(-1 / meanLife);
      let sum = 0;
      for (let k = 0; k < end - start; k++) {
        sum += counts[start + k]! * Math.log(((1 - q) * q ** k) / (1 - q ** (end - start)));
      }
      return sum;
    };
    const { value, uncertainty } = fitDecay(counts, start, end, false)!.meanLife;
    const [below, at, above] = [value - 0.001, value, value + 0.001].map(logLikelihood) as [number, number, number];
    const curvature = (below - 2 * at + above) / 1e-6;
    expect(Math.abs((above - below) / 0.002 / curvature)).toBeLessThan(0.001 * uncertainty);
    expect(uncertainty * Math.sqrt(-curvature)).toBeCloseTo(1, 2);
  });

  it('does not lean on where bins begin: without an end it is the geometric law’s, 1 / ln(1 + 1/mean)', () => {
    const counts = Float64Array.from({ length: 200 }, (_, k) => (k < 12 ? 2 ** (12 - k) : 0));
    let [total, moment] = [0, 0];
    for (const [k, count] of counts.entries()) {
      total += count;
      moment += k * count;
    }
    const expected = 1 / Math.log(1 + total / moment);
    expect(fitDecay(counts, 0, 200, false)!.meanLife.value).toBeCloseTo(expected, 6);
  });

  it('comes with the curve, the decays and the background per bin', () => {
    const counts = Float64Array.from({ length: 40 }, (_, k) => 1000 * 0.8 ** k + 30);
    const { decays, background, meanLife, expected } = fitDecay(counts, 0, 40, true)!;
    expect(meanLife.value).toBeCloseTo(-1 / Math.log(0.8), 4);
    expect(decays.value).toBeCloseTo((1000 * (1 - 0.8 ** 40)) / 0.2, 1);
    expect(background!.value).toBeCloseTo(30, 2);
    expect([0, 7, 39].map(expected).map(Math.round)).toEqual([1030, Math.round(1000 * 0.8 ** 7 + 30), 30]);
  });

  it('is not given for what does not fall, nor for a handful', () => {
    expect(fitDecay(new Float64Array(20).fill(100), 0, 20, false)).toBeUndefined();
    const rising = Float64Array.from({ length: 20 }, (_, i) => i);
    expect(fitDecay(rising, 0, 20, false)).toBeUndefined();
    expect(fitDecay(Float64Array.of(3, 2, 1, 0), 0, 4, false)).toBeUndefined();
  });
});
