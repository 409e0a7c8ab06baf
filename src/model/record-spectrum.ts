// The spectrum of a record's channels. Pure.

import { MAX_FFT_SIZE } from '../base/fft.ts';
import { sharedDoubles } from './shared-floats.ts';
import { type Spectrum, SpectrumAverager } from './spectrum.ts';

/** A spectrum of fewer points says nothing. */
const LEAST_POINTS = 16;

/**
 * Amplitude (RMS) over frequency with a Hann window, of the longest power of two that fits, from the record's beginning;
 * `undefined` of a trace that is too short or has a hole there.
 */
export function recordSpectrum(samples: Float32Array, stepS: number): Spectrum | undefined {
  const size = Math.min(MAX_FFT_SIZE, 2 ** Math.floor(Math.log2(Math.max(1, samples.length))));
  if (size < LEAST_POINTS) return undefined;
  const averager = new SpectrumAverager(size, 'hann');
  averager.add(samples.subarray(0, size));
  const spectrum = averager.result(1 / stepS);
  return spectrum.segmentCount === 0 ? undefined : { ...spectrum, amplitudes: sharedDoubles(spectrum.amplitudes) };
}

export interface SpectrumLine {
  readonly frequencyHz: number;
  readonly rms: number;
}

/** The strongest line above the mean and what a window spreads of it. */
export function strongestLine({ amplitudes, stepHz }: Spectrum): SpectrumLine | undefined {
  let at = 0;
  for (let k = 2; k < amplitudes.length; k++) if (at === 0 || amplitudes[k]! > amplitudes[at]!) at = k;
  return at === 0 || amplitudes[at] === 0 ? undefined : { frequencyHz: at * stepHz, rms: amplitudes[at]! };
}
