import { describe, expect, test } from 'vitest';
import { fitCurve } from '../../../src/scan/curve-fit.ts';
import { FIT_MODELS } from '../../../src/scan/fit-models.ts';
import { goldenJson } from '../../support/golden.ts';
import { seededRandom } from '../../support/random.ts';

interface GoldenFit {
  readonly model: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly sigmas: readonly number[] | null;
  readonly parameters: Readonly<Record<string, { readonly value: number; readonly sigma: number }>>;
  readonly chi2: number;
  readonly ndf: number;
}

const { cases } = goldenJson<{ cases: readonly GoldenFit[] }>('scans/fits.json');
const modelOf = (name: string) => FIT_MODELS.find((model) => model.name === name)!;

test('every curve has golden fits', () => {
  expect(new Set(cases.map(({ model }) => model))).toEqual(new Set(FIT_MODELS.map(({ name }) => name)));
});

describe('golden fits', () => {
  test.each(cases.map((row, i) => [i, row.model, row] as const))('%i: %s', (_i, _name, row) => {
    const fit = fitCurve(row, modelOf(row.model), row.sigmas ?? undefined)!;
    expect(fit.freedomCount).toBe(row.ndf);
    expect(Math.abs(fit.chiSquare / row.chi2 - 1)).toBeLessThan(1e-9);
    expect(fit.model.parameterNames).toEqual(Object.keys(row.parameters));
    Object.values(row.parameters).forEach(({ value, sigma }, k) => {
      // the reference has its derivatives from differences: its best values are good to some 1e-5 of a standard deviation
      expect(Math.abs(fit.parameters[k]!.value - value) / sigma).toBeLessThan(1e-3);
      expect(Math.abs(fit.parameters[k]!.uncertainty / sigma - 1)).toBeLessThan(1e-3);
    });
  });
});

describe('derivatives are those of the curve', () => {
  test.each(FIT_MODELS.map((model) => [model.name, model] as const))('%s', (_name, model) => {
    const parameters = [50, 0.3, 1.2, 7, 0.4].slice(0, model.parameterNames.length);
    const slopes = new Float64Array(parameters.length);
    const spare = new Float64Array(parameters.length);
    for (const x of [-2, -0.4, 0.1, 0.3, 0.95, 3]) {
      model.valueAt(parameters, x, slopes);
      parameters.forEach((_, k) => {
        const step = 1e-5;
        const [up, down] = [step, -step].map((shift) =>
          model.valueAt(
            parameters.map((value, i) => (i === k ? value + shift : value)),
            x,
            spare,
          ),
        ) as [number, number];
        expect(slopes[k]).toBeCloseTo((up - down) / (2 * step), 5);
      });
    }
  });
});

test('over 1000 noisy scans the interval of one standard deviation covers the centre in 65 to 71 % of them', () => {
  const random = seededRandom(2026);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const x = Array.from({ length: 41 }, (_, i) => i / 10 - 2);
  const model = modelOf('gaussian');
  const spare = new Float64Array(4);
  let coveredCount = 0;
  for (let run = 0; run < 1000; run++) {
    const truth = [100, random() - 0.5, 0.8 + random(), 10];
    const sigmas = x.map(() => 3);
    const y = x.map((value) => model.valueAt(truth, value, spare) + 3 * normal());
    const { value, uncertainty } = fitCurve({ x, y }, model, sigmas)!.parameters[1]!;
    if (Math.abs(value - truth[1]!) <= uncertainty) coveredCount++;
  }
  expect(coveredCount).toBeGreaterThanOrEqual(650);
  expect(coveredCount).toBeLessThanOrEqual(710);
});

test('data that tell nothing give no fit', () => {
  expect(fitCurve({ x: [0, 1, 2, 3], y: [1, 2, 1, 0] }, modelOf('gaussian'))).toBeUndefined();
  expect(fitCurve({ x: [0, 1, 2, 3, 4, 5], y: [2, 2, 2, 2, 2, 2] }, modelOf('gaussian'))).toBeUndefined();
});
