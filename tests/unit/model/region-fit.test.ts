import { describe, expect, it } from 'vitest';
import { asymmetryOf } from '../../../src/model/asymmetry.ts';
import { fitRegion } from '../../../src/model/region-fit.ts';
import { meanAndSpread, poissonCount, seededRandom } from '../../support/random.ts';

function counted(size: number, seed: number, expected: (bin: number) => number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: size }, (_, i) => poissonCount(random, expected(i + 0.5)));
}

const bell = (place: number) => 100 * Math.exp(-(((place - 30) / 5) ** 2) / 2);
const decay = (place: number) => 100 * Math.exp(-place / 9);
const edge = (place: number) => 10 + 200 / (1 + Math.exp((place - 30) / 2));

describe('the automatic fit', () => {
  it.each([
    ['peak', (place: number) => 20 + bell(place)],
    ['decay', decay],
    ['decay', (place: number) => 10 + decay(place)],
    [undefined, edge],
    [undefined, () => 20],
  ])('sees a %s', (kind, expected) => {
    for (let seed = 1; seed <= 20; seed++) {
      expect(fitRegion(counted(60, seed, expected), [0, 60], 'automatic')?.kind).toBe(kind);
    }
  });

  it('takes a background where there is one, and none where there is none', () => {
    const background = (expected: (place: number) => number) => {
      const fit = fitRegion(counted(60, 5, expected), [0, 60], 'automatic');
      return fit?.kind === 'decay' && fit.background !== undefined;
    };
    expect([background(decay), background((place) => 10 + decay(place))]).toEqual([false, true]);
  });
});

it('fits what was chosen, or says that it does not fit', () => {
  const counts = counted(60, 1, decay);
  expect(fitRegion(counts, [0, 60], 'decay')).toMatchObject({ kind: 'decay', background: undefined });
  expect(fitRegion(counts, [0, 60], 'decay + flat')).toMatchObject({ kind: 'decay', background: expect.anything() });
  expect(fitRegion(counted(60, 1, bell), [20, 40], 'peak')?.kind).toBe('peak');
  expect(
    fitRegion(
      counted(60, 1, () => 20),
      [0, 60],
      'peak',
    ),
  ).toBeUndefined();
});

describe('asymmetry', () => {
  it('is (up − down) / (up + down) with the spread of a binomial distribution', () => {
    const { groups, mean, freedomCount } = asymmetryOf([30, 30, 0, 0, 9], [20, 20, 0, 0, 9], 2);
    expect(groups.map(({ value }) => value)).toEqual([0.2, Number.NaN]);
    expect(mean.value).toBe(0.2);
    // 2 √(p (1 − p) / n) with p = 0.6 of n = 100.
    expect(mean.uncertainty).toBeCloseTo(2 * Math.sqrt((0.6 * 0.4) / 100), 3);
    expect(freedomCount).toBe(0);
  });

  it('has pulls of mean 0 and width 1, and χ²/ndf of 1, in 1000 toys', () => {
    const truth = 0.05;
    const toys = Array.from({ length: 1000 }, (_, seed) =>
      asymmetryOf(
        counted(40, seed + 1, (place) => ((1 + truth) / 2) * decay(place)),
        counted(40, seed + 2001, (place) => ((1 - truth) / 2) * decay(place)),
        4,
      ),
    );
    const { mean, spread } = meanAndSpread(toys.map((toy) => (toy.mean.value - truth) / toy.mean.uncertainty));
    expect(Math.abs(mean)).toBeLessThan(0.1);
    expect(Math.abs(spread - 1)).toBeLessThan(0.1);
    const quality = meanAndSpread(toys.map(({ chiSquare, freedomCount }) => chiSquare / freedomCount));
    expect(Math.abs(quality.mean - 1)).toBeLessThan(0.05);
  });
});
