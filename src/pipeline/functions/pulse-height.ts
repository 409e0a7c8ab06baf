// The height of a pulse from samples with noise. The highest sample is the top with the luckiest noise: it is too high by
// one to two times the noise, the more the flatter the top. A parabola or a mean over a few samples is not.

import { LabError } from '../../base/errors.ts';
import type { WorkerConfig } from '../config.ts';
import { HEIGHT_ESTIMATORS } from './declared.ts';

export type HeightEstimator = (samples: Float64Array, peak: number) => number;

const DEFAULT_SAMPLE_COUNT = 9;
const MIN_SAMPLE_COUNT = 3;

/**
 * Config: `height_estimator`, which is `sample` (the peak's own, as in mimoCoRB2; the default), `parabola` (the top of one
 * through the samples around it, by least squares) or `mean` (of these samples, too low by what the pulse falls off
 * there, always alike); `height_samples`: how many samples around the peak, odd, 3 or more (9).
 */
export function heightEstimator(config: WorkerConfig, traceLength: number): HeightEstimator {
  const name = config.text('height_estimator', 'sample');
  const kind = HEIGHT_ESTIMATORS.find((known) => known === name);
  if (!kind) {
    throw new LabError('setup/invalid', `'height_estimator' must be ${HEIGHT_ESTIMATORS.join(', ')}, not ${name}.`);
  }
  if (kind === 'sample') return (samples, peak) => samples[peak]!;
  const count = config.number('height_samples', DEFAULT_SAMPLE_COUNT);
  if (!(Number.isInteger(count) && count % 2 === 1 && count >= MIN_SAMPLE_COUNT && count <= traceLength)) {
    throw new LabError(
      'setup/invalid',
      `'height_samples' must be an odd number from ${MIN_SAMPLE_COUNT} to ${traceLength}, the length of a trace, not ${count}.`,
    );
  }
  const reach = (count - 1) / 2;
  const estimate = kind === 'mean' ? meanAround : topAround;
  // Near an end of the trace the samples are those at the end.
  return (samples, peak) => estimate(samples, Math.min(samples.length - 1 - reach, Math.max(reach, peak)), reach);
}

function meanAround(samples: Float64Array, middle: number, reach: number): number {
  let sum = 0;
  for (let i = middle - reach; i <= middle + reach; i++) sum += samples[i]!;
  return sum / (2 * reach + 1);
}

/** Top of the parabola of least squares; without a top among the samples its value in the middle. */
function topAround(samples: Float64Array, middle: number, reach: number): number {
  const count = 2 * reach + 1;
  // Sums of x² and x⁴ over x = −reach…reach.
  const squares = (reach * (reach + 1) * count) / 3;
  const fourths = (squares * (3 * reach * (reach + 1) - 1)) / 5;
  let [sum, first, second] = [0, 0, 0];
  for (let x = -reach; x <= reach; x++) {
    const value = samples[middle + x]!;
    sum += value;
    first += x * value;
    second += x * x * value;
  }
  const bend = (count * second - squares * sum) / (count * fourths - squares ** 2);
  const slope = first / squares;
  const level = (sum - bend * squares) / count;
  const top = -slope / (2 * bend);
  return bend < 0 && Math.abs(top) <= reach ? level + (slope * top) / 2 : level;
}
