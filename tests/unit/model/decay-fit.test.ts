import { describe, expect, it } from 'vitest';
import { fitDecay } from '../../../src/model/decay-fit.ts';
import { seededRandom } from '../../support/random.ts';

/** Times of a decay in bins of width 1, drawn one by one. */
function decays(meanLife: number, entryCount: number, binCount: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  const counts = new Float64Array(binCount);
  for (let i = 0; i < entryCount; i++) {
    const bin = Math.floor(-meanLife * Math.log(1 - random()));
    if (bin < binCount) counts[bin]!++;
  }
  return counts;
}

describe('mean life', () => {
  it.each([
    [0, 56],
    [2, 56],
    [4, 20],
  ])('is the same whatever part [%i, %i) of the decay is seen', (start, end) => {
    const deviations = Array.from({ length: 200 }, (_, i) => {
      const { meanLife, uncertainty } = fitDecay(decays(8.8, 2000, 56, i + 1), start, end)!;
      return (meanLife - 8.8) / uncertainty;
    });
    const mean = deviations.reduce((sum, value) => sum + value, 0) / deviations.length;
    const spread = Math.sqrt(deviations.reduce((sum, value) => sum + (value - mean) ** 2, 0) / deviations.length);
    expect(Math.abs(mean)).toBeLessThan(0.3);
    expect(spread).toBeGreaterThan(0.8);
    expect(spread).toBeLessThan(1.25);
  });

  it('is not given for what does not fall, nor for a handful', () => {
    expect(fitDecay(new Float64Array(20).fill(100), 0, 20)).toBeUndefined();
    expect(
      fitDecay(
        Float64Array.from({ length: 20 }, (_, i) => i),
        0,
        20,
      ),
    ).toBeUndefined();
    expect(fitDecay(Float64Array.of(3, 2, 1, 0), 0, 4)).toBeUndefined();
  });
});
