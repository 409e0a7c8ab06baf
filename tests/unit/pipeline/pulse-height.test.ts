import { expect, it } from 'vitest';
import { WorkerConfig } from '../../../src/pipeline/config.ts';
import { heightEstimator } from '../../../src/pipeline/functions/pulse-height.ts';
import { createNormal } from '../../../src/pipeline/functions/random.ts';
import { meanAndSpread, seededRandom } from '../../support/random.ts';

const NOISE = 5;
const HEIGHT = 1000;
const LENGTH = 400;
const START = 100;
const TAU = 50;

/** The pulse of the gamma example, (t/tau) · exp(−t/tau), with its top at START + TAU. */
const shape = Float64Array.from({ length: LENGTH }, (_, i) => {
  const t = (i - START) / TAU;
  return t < 0 ? 0 : HEIGHT * t * Math.exp(1 - t);
});

function estimator(name: string, samples = 21) {
  return heightEstimator(
    new WorkerConfig(
      new Map<string, string | number>([
        ['height_estimator', name],
        ['height_samples', samples],
      ]),
    ),
    LENGTH,
  );
}

/** Heights less the true one, of 2000 pulses with noise whose highest sample is the peak. */
function deviations(name: string) {
  const normal = createNormal(seededRandom(1));
  const estimate = estimator(name);
  return meanAndSpread(
    Array.from({ length: 2000 }, () => {
      const trace = shape.map((value) => value + NOISE * normal());
      return estimate(trace, trace.indexOf(trace.reduce((max, value) => Math.max(max, value)))) - HEIGHT;
    }),
  );
}

it('the highest sample is too high by one to two times the noise', () => {
  const { mean } = deviations('sample');
  expect(mean / NOISE).toBeGreaterThan(1);
  expect(mean / NOISE).toBeLessThan(2);
});

it('a parabola has no bias that matters, and less noise', () => {
  const { mean, spread } = deviations('parabola');
  expect(Math.abs(mean) / NOISE).toBeLessThan(0.3);
  expect(spread / NOISE).toBeLessThan(0.5);
});

it('a mean is too low by what the pulse falls off', () => {
  // Around the top the pulse falls by HEIGHT · (x/tau)²/2; the mean of x² over −10…10 is 10 · 11 / 3.
  const falls = (HEIGHT * ((10 * 11) / 3)) / TAU ** 2 / 2;
  const { mean, spread } = deviations('mean');
  expect(Math.abs(mean + falls) / NOISE).toBeLessThan(0.5);
  expect(spread / NOISE).toBeLessThan(0.5);
});

it('the parabola is that of least squares', () => {
  // Exact for a parabola, whose top lies between samples; five samples of others after Savitzky and Golay's tables.
  const parabola = Float64Array.from({ length: LENGTH }, (_, i) => 7 - 0.25 * (i - 50.3) ** 2);
  expect(estimator('parabola', 9)(parabola, 50)).toBeCloseTo(7, 9);
  const trace = new Float64Array(LENGTH);
  trace.set([1, 4, 6, 5, 1], 10);
  const level = (-3 * 1 + 12 * 4 + 17 * 6 + 12 * 5 - 3 * 1) / 35;
  const slope = (-2 * 1 - 4 + 5 + 2 * 1) / 10;
  const bend = (2 * 1 - 4 - 2 * 6 - 5 + 2 * 1) / 14;
  expect(estimator('parabola', 5)(trace, 12)).toBeCloseTo(level - slope ** 2 / (4 * bend), 9);
  // At an end of the trace: its last samples.
  expect(
    estimator('mean', 5)(
      Float64Array.from({ length: LENGTH }, (_, i) => i),
      LENGTH - 1,
    ),
  ).toBe(LENGTH - 3);
});

it('refuses what it cannot do', () => {
  expect(() => estimator('spline')).toThrow("'height_estimator' must be sample, parabola, mean, not spline.");
  expect(() => estimator('mean', 4)).toThrow("'height_samples' must be an odd number from 3 to 400");
  expect(() => estimator('parabola', 401)).toThrow('not 401');
});
