import FFT from 'fft.js';
import { describe, expect, test } from 'vitest';
import { Fft, MAX_FFT_SIZE } from '../../../src/base/fft.ts';
import { Histogram } from '../../../src/model/histogram.ts';
import { SpectrumAverager, WINDOW_NAMES, windowOf } from '../../../src/model/spectrum.ts';
import { seededRandom } from '../../support/random.ts';

describe('fft', () => {
  test.each([2, 4, 8, 64, 1024, 8192])('%i points agree with fft.js', (size) => {
    const random = seededRandom(size);
    const re = Float64Array.from({ length: size }, () => random() - 0.5);
    const im = Float64Array.from({ length: size }, () => random() - 0.5);
    const reference = new FFT(size);
    const input: number[] = reference.createComplexArray();
    for (let i = 0; i < size; i++) {
      input[2 * i] = re[i]!;
      input[2 * i + 1] = im[i]!;
    }
    const output: number[] = reference.createComplexArray();
    reference.transform(output, input);
    new Fft(size).transform(re, im);
    for (let i = 0; i < size; i++) {
      expect(re[i]!).toBeCloseTo(output[2 * i]!, 9);
      expect(im[i]!).toBeCloseTo(output[2 * i + 1]!, 9);
    }
  });

  test.each([0, 1, 3, 1000, 2 * MAX_FFT_SIZE])('%i points are refused', (size) => {
    expect(() => new Fft(size)).toThrow('internal error');
  });
});

describe('spectrum', () => {
  const SIZE = 4096;
  const RATE_HZ = 1000;
  const sine = (cycles: number, amplitude: number, mean: number) =>
    Float64Array.from({ length: SIZE }, (_, n) => mean + amplitude * Math.sin((2 * Math.PI * cycles * n) / SIZE + 0.3));

  test.each(WINDOW_NAMES)('a sine on a bin shows its RMS there with the %s window', (window) => {
    const averager = new SpectrumAverager(SIZE, window);
    averager.add(sine(200, 3, 5));
    const { amplitudes, stepHz } = averager.result(RATE_HZ);
    expect(stepHz).toBe(RATE_HZ / SIZE);
    expect(amplitudes[200]!).toBeCloseTo(3 / Math.SQRT2, 9);
    expect(amplitudes[0]!).toBeCloseTo(5, 9);
    for (const k of [10, 190, 210, 1500]) expect(amplitudes[k]!).toBeLessThan(1e-9);
  });

  test('between bins the flat top loses less than 0.01 dB, the rectangle about 3.9 dB', () => {
    const peak = (window: (typeof WINDOW_NAMES)[number]) => {
      const averager = new SpectrumAverager(SIZE, window);
      averager.add(sine(200.5, 1, 0));
      return 20 * Math.log10(Math.max(...averager.result(RATE_HZ).amplitudes.slice(190, 212)) * Math.SQRT2);
    };
    expect(Math.abs(peak('flat-top'))).toBeLessThan(0.011);
    expect(peak('rectangular')).toBeCloseTo(-3.92, 1);
    expect(peak('hann')).toBeCloseTo(-1.42, 1);
  });

  test('segments are averaged in power; one with a missing sample is left out and counted', () => {
    const averager = new SpectrumAverager(SIZE, 'hann');
    averager.add(sine(100, 1, 0));
    averager.add(sine(100, 7, 0));
    const broken = sine(100, 1, 0);
    broken[5] = Number.NaN;
    averager.add(broken);
    const { amplitudes, segmentCount, skippedCount } = averager.result(RATE_HZ);
    expect(amplitudes[100]!).toBeCloseTo(5 / Math.SQRT2, 9);
    expect([segmentCount, skippedCount]).toEqual([2, 1]);
  });

  test('windows start at their foot and peak in the middle', () => {
    expect(windowOf('hann', 8)[0]).toBeCloseTo(0, 12);
    expect(windowOf('hann', 8)[4]).toBeCloseTo(1, 12);
    expect(windowOf('blackman-harris', 8)[4]).toBeCloseTo(1, 9);
    expect(windowOf('flat-top', 8)[4]).toBeCloseTo(4.6392, 4);
  });
});

describe('histogram', () => {
  test('counts every value once, the top one too', () => {
    const histogram = new Histogram(0, 10, 5);
    histogram.add([0, 1.99, 2, 5, 9.99, 10, Number.NaN, -1, 11]);
    expect([...histogram.counts]).toEqual([2, 1, 1, 0, 2]);
    expect([histogram.total, histogram.missing, histogram.outside]).toEqual([6, 1, 2]);
    expect(histogram.binWidth).toBe(2);
  });

  test('the distribution functions run from the first to the last bin', () => {
    const histogram = new Histogram(0, 4, 4);
    histogram.add([0, 0, 1, 3]);
    expect([...histogram.cumulative()]).toEqual([0.5, 0.75, 0.75, 1]);
    expect([...histogram.complementary()]).toEqual([1, 0.5, 0.25, 0.25]);
  });

  test('a constant gets a range', () => {
    const histogram = new Histogram(3, 3, 10);
    histogram.add([3, 3]);
    expect(histogram.counts[0]).toBe(2);
  });
});
