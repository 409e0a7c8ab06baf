// Amplitude spectra of real signals: windowed segments, averaged in power (Welch's method).

import { Fft } from '../base/fft.ts';

/** Cosine-sum coefficients a0, a1, … (F. J. Harris 1978; flat top: ISO 18431-2). */
const WINDOW_COEFFICIENTS = {
  rectangular: [1],
  hann: [0.5, 0.5],
  'blackman-harris': [0.35875, 0.48829, 0.14128, 0.01168],
  'flat-top': [1, 1.933, 1.286, 0.388, 0.0322],
} as const;

export type WindowName = keyof typeof WINDOW_COEFFICIENTS;
export const WINDOW_NAMES = Object.keys(WINDOW_COEFFICIENTS) as readonly WindowName[];

/** The periodic window w[n] = Σ (−1)^j a_j cos(2πjn/size). */
export function windowOf(name: WindowName, size: number): Float64Array {
  const coefficients: readonly number[] = WINDOW_COEFFICIENTS[name];
  return Float64Array.from({ length: size }, (_, n) =>
    coefficients.reduce((sum, a, j) => sum + (j % 2 === 0 ? a : -a) * Math.cos((2 * Math.PI * j * n) / size), 0),
  );
}

export interface Spectrum {
  /** Frequency of bin k is k times this. */
  readonly stepHz: number;
  /** RMS amplitude per bin in the signal's unit, from 0 Hz to half the rate; bin 0 is the mean's magnitude. */
  readonly amplitudes: Float64Array;
  readonly segmentCount: number;
  /** Segments left out because a sample was missing. */
  readonly skippedCount: number;
}

/** Collects segments of one size. Any thread. */
export class SpectrumAverager {
  readonly size: number;
  readonly #fft: Fft;
  readonly #window: Float64Array;
  readonly #gain: number;
  readonly #power: Float64Array;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  #meanSum = 0;
  #count = 0;
  #skipped = 0;

  /** `size` is a power of two (see `Fft`). */
  constructor(size: number, window: WindowName) {
    this.size = size;
    this.#fft = new Fft(size);
    this.#window = windowOf(window, size);
    this.#gain = this.#window.reduce((sum, w) => sum + w, 0);
    this.#power = new Float64Array(size / 2 + 1);
    this.#re = new Float64Array(size);
    this.#im = new Float64Array(size);
  }

  /** Adds `size` samples. The mean is taken out before the window, so that it does not leak into other bins. */
  add(samples: ArrayLike<number>): void {
    const { size } = this;
    let mean = 0;
    for (let i = 0; i < size; i++) mean += samples[i]!;
    mean /= size;
    if (Number.isNaN(mean)) {
      this.#skipped++;
      return;
    }
    for (let i = 0; i < size; i++) this.#re[i] = (samples[i]! - mean) * this.#window[i]!;
    this.#im.fill(0);
    this.#fft.transform(this.#re, this.#im);
    for (let k = 1; k <= size / 2; k++) this.#power[k]! += this.#re[k]! ** 2 + this.#im[k]! ** 2;
    this.#meanSum += mean;
    this.#count++;
  }

  result(sampleRateHz: number): Spectrum {
    const { size } = this;
    const amplitudes = this.#power.map((power, k) => {
      // One side holds both: a sine of amplitude A has A/2 on each, and A/√2 as RMS.
      const sides = k === size / 2 ? 1 : Math.SQRT2;
      return (sides * Math.sqrt(power / this.#count)) / this.#gain;
    });
    amplitudes[0] = Math.abs(this.#meanSum / this.#count);
    return { stepHz: sampleRateHz / size, amplitudes, segmentCount: this.#count, skippedCount: this.#skipped };
  }
}
