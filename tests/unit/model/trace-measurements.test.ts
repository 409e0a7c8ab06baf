// Expected values are worked out by hand from the definitions in IEEE 181 and the wave's formula.

import { describe, expect, test } from 'vitest';
import { RunningFigures } from '../../../src/model/running-figures.ts';
import { type Measured, measureTrace, phaseBetween, traceShape } from '../../../src/model/trace-measurements.ts';

const STEP_S = 1e-6;

function measured(samples: Float32Array): Measured {
  return measureTrace(traceShape(samples)!, STEP_S);
}

const wave = (count: number, valueAt: (i: number) => number) =>
  Float32Array.from({ length: count }, (_, i) => valueAt(i));
const sine = (count: number, period: number, amplitude = 1, shift = 0, offset = 0) =>
  wave(count, (i) => offset + amplitude * Math.sin((2 * Math.PI * (i - shift)) / period));

describe('a sine of 2 V around 0.5 V, 1000 samples a period, 4.5 periods', () => {
  const figures = measured(sine(4500, 1000, 2, 100, 0.5));

  test('values', () => {
    expect(figures.peakToPeak).toBeCloseTo(4, 4);
    expect(figures.min).toBeCloseTo(-1.5, 5);
    expect(figures.max).toBeCloseTo(2.5, 5);
    expect(figures.mean).toBeCloseTo(0.5, 5);
    // the root of 0.5² + 2²/2
    expect(figures.rms).toBeCloseTo(1.5, 5);
  });

  test('times', () => {
    expect(figures.period).toBeCloseTo(1e-3, 8);
    expect(figures.frequency).toBeCloseTo(1000, 2);
    expect(figures.duty).toBeCloseTo(50, 2);
    // 2 asin(0.8) of 2π: from −80 % to +80 % of the amplitude
    expect(figures.riseTime).toBeCloseTo(1e-3 * 0.295167, 8);
    expect(figures.fallTime).toBeCloseTo(1e-3 * 0.295167, 8);
  });

  test('it rests at no level, so that it overshoots none', () => {
    expect(figures.overshoot).toBeUndefined();
  });
});

describe('pulses of 1 V for 30 of 100 samples, edges of 10 samples from end to end, overshoot of 0.2 V', () => {
  // rises from sample 10 to 20, is at 1 until 40, falls until 50; sample 21 alone is at 1.2
  const pulse = wave(500, (i) => {
    const at = i % 100;
    if (at === 21) return 1.2;
    if (at < 10 || at >= 50) return 0;
    if (at < 20) return (at - 10) / 10;
    return at <= 40 ? 1 : (50 - at) / 10;
  });
  const figures = measured(pulse);

  test('levels are where it rests, not its extremes', () => {
    expect(figures.max).toBeCloseTo(1.2, 6);
    expect(figures.overshoot).toBeCloseTo(20, 4);
  });

  test('times', () => {
    expect(figures.period).toBeCloseTo(100e-6, 12);
    expect(figures.duty).toBeCloseTo(30, 4);
    expect(figures.riseTime).toBeCloseTo(8e-6, 10);
    expect(figures.fallTime).toBeCloseTo(8e-6, 10);
  });

  test('mean: two edges of half a volt for 10 samples, 20 samples at 1 V, a peak of 0.2 V over 2 samples', () => {
    expect(figures.mean).toBeCloseTo((5 + 5 + 20 + 0.2) / 100, 6);
  });
});

test('a ramp from −1 to 1: mean 0, RMS 1/√3, one long rise and no period', () => {
  const figures = measured(wave(2001, (i) => (i - 1000) / 1000));
  expect(figures.mean).toBeCloseTo(0, 6);
  expect(figures.rms).toBeCloseTo(1 / Math.sqrt(3), 6);
  expect(figures.riseTime).toBeCloseTo(1600e-6, 9);
  expect(figures).not.toHaveProperty('period');
  expect(figures).not.toHaveProperty('frequency');
  expect(figures).not.toHaveProperty('duty');
  expect(figures).not.toHaveProperty('fallTime');
});

test('a level trace has a mean and nothing that needs an edge', () => {
  expect(measured(new Float32Array(100).fill(3.25))).toEqual({
    peakToPeak: 0,
    mean: 3.25,
    rms: 3.25,
    min: 3.25,
    max: 3.25,
  });
});

test('a sine of three codes: it rests in the middle, and crosses it halfway', () => {
  // codes 0 1 0 −1 for 12 38 12 38 of 100 samples
  const figures = measured(
    wave(500, (i) => {
      const at = (i + 70) % 100;
      return at < 12 || (at >= 50 && at < 62) ? 0 : at < 50 ? 1 : -1;
    }),
  );
  expect(figures.period).toBeCloseTo(100e-6, 12);
  expect(figures.duty).toBeCloseTo(50, 6);
});

test('noise has no period', () => {
  let seed = 12345;
  const random = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed / 2 ** 32;
  };
  const figures = measured(wave(20_000, () => random() + random() + random() + random() - 2));
  expect(figures.period).toBeUndefined();
  expect(figures.duty).toBeUndefined();
});

test('one period alone is told; half a one is none', () => {
  expect(measured(sine(1300, 1000, 1, 100)).period).toBeCloseTo(1e-3, 8);
  expect(measured(sine(700, 1000, 1, 100)).period).toBeUndefined();
});

test('noise on an edge is no edge of its own', () => {
  const figures = measured(wave(1000, (i) => Math.sin((2 * Math.PI * (i - 10)) / 200) + (i % 2 ? 0.04 : -0.04)));
  expect(figures.period).toBeCloseTo(200e-6, 6);
});

test('a hole is no sample, and no period reaches over it', () => {
  const samples = sine(5000, 1000, 1, 100);
  samples.fill(Number.NaN, 1200, 1250);
  const figures = measured(samples);
  expect(figures.period).toBeCloseTo(1e-3, 8);
  expect(figures.mean).toBeCloseTo(0, 5);
  expect(measured(Float32Array.of(Number.NaN, 2, Number.NaN))).toMatchObject({ mean: 2, rms: 2, peakToPeak: 0 });
  expect(traceShape(new Float32Array(4).fill(Number.NaN))).toBeUndefined();
});

test('a square of two sample values: the edge lies between two samples', () => {
  const figures = measured(wave(800, (i) => (i % 200 < 50 ? 5 : 0)));
  expect(figures.period).toBeCloseTo(200e-6, 12);
  // 49 samples from high to high and half of the two lines beside them
  expect(figures.duty).toBeCloseTo(25, 6);
  expect(figures.riseTime).toBeCloseTo(0.8e-6, 12);
  expect(figures.overshoot).toBeCloseTo(0, 6);
});

describe('phase', () => {
  const reference = traceShape(sine(4500, 1000))!;

  test.each([
    ['a quarter later', 250, 90],
    ['a quarter earlier', -250, -90],
    ['opposite', 500, 180],
    ['the same', 0, 0],
    ['a tenth later', 100, 36],
  ])('%s', (_name, shift, degrees) => {
    const phase = phaseBetween(reference, traceShape(sine(4500, 1000, 0.2, shift))!)!;
    expect(Math.cos(((phase - degrees) * Math.PI) / 180)).toBeCloseTo(1, 8);
    expect(phase).toBeGreaterThan(-180);
    expect(phase).toBeLessThanOrEqual(180 + 1e-9);
  });

  test('other periods and traces that do not repeat have none', () => {
    expect(phaseBetween(reference, traceShape(sine(4500, 700))!)).toBeUndefined();
    expect(phaseBetween(reference, traceShape(new Float32Array(4500))!)).toBeUndefined();
  });
});

test('statistics: 2, 4, 4, 4, 5, 5, 7, 9 have the mean 5 and a sum of squares of 32', () => {
  const figures = new RunningFigures();
  expect([figures.count, figures.mean, figures.std, figures.min]).toEqual([0, Number.NaN, Number.NaN, Number.NaN]);
  for (const value of [2, 4, 4, 4, 5, 5, 7, 9]) figures.add(value);
  expect(figures).toMatchObject({ count: 8, mean: 5, min: 2, max: 9 });
  expect(figures.std).toBeCloseTo(Math.sqrt(32 / 7), 12);
});
