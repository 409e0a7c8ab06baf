// What every oscilloscope reply or file becomes, and the ways in which one can be unusable.

import { FormatError, type LabErrorOptions } from '../../base/errors.ts';

/** One trace: y[i] was taken at x0S + i·dxS. A hole in the record is NaN. */
export interface Waveform {
  /** Time of the first sample in s, relative to the trigger. */
  readonly x0S: number;
  readonly dxS: number;
  readonly y: Float64Array;
  readonly yUnit: string;
}

/**
 * `truncated`, `length-mismatch` and `empty` are worth another try at the instrument; `no-descriptor` and
 * `bad-preamble` are not.
 */
export type WaveformProblem = 'truncated' | 'no-descriptor' | 'length-mismatch' | 'bad-preamble' | 'empty';

export class WaveformError extends FormatError {
  readonly problem: WaveformProblem;

  constructor(problem: WaveformProblem, message: string, offsetBytes?: number, options: LabErrorOptions = {}) {
    super('format/damaged', message, offsetBytes, { ...options, context: { problem } });
    this.name = 'WaveformError';
    this.problem = problem;
  }
}
