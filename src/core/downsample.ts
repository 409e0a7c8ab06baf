// Configuration of the core's down-sampler (assembly/unpack/downsample.ts).

import { LabError } from '../base/errors.ts';
import {
  DOWNSAMPLE_IS_MEAN,
  DOWNSAMPLE_MAX_STAGES,
  DOWNSAMPLE_RATIO,
  DOWNSAMPLE_STAGE_BYTES,
  DOWNSAMPLE_STAGE_COUNT,
  DOWNSAMPLE_STAGE_FACTOR,
  DOWNSAMPLE_STAGES,
} from './layout.ts';

/** `flat`: filters with a flat passband; `mean`: the plain mean of `ratio` samples. */
export type DownsampleMode = 'flat' | 'mean';

/** The stages for a reduction from one rate to another. Throws `setup/invalid` unless their ratio is 2^a · 5^b. */
export function downsampleFactors(fromHz: number, toHz: number): readonly (2 | 5)[] {
  const factors: (2 | 5)[] = [];
  let rest = fromHz / toHz;
  for (const factor of [2, 5] as const) {
    for (; rest % factor === 0; rest /= factor) factors.push(factor);
  }
  if (rest !== 1 || factors.length > DOWNSAMPLE_MAX_STAGES) {
    throw new LabError(
      'setup/invalid',
      `${toHz} Hz cannot be made from ${fromHz} Hz. Choose one of the rates offered.`,
    );
  }
  return factors;
}

/** Writes the configuration to a down-sampler's state at `address`. Call `downsampleStart` of the core next. */
export function configureDownsample(
  buffer: ArrayBufferLike,
  address: number,
  factors: readonly (2 | 5)[],
  mode: DownsampleMode,
): void {
  const view = new DataView(buffer, address);
  view.setUint32(
    DOWNSAMPLE_RATIO,
    factors.reduce((product: number, factor) => product * factor, 1),
    true,
  );
  view.setUint32(DOWNSAMPLE_IS_MEAN, mode === 'mean' ? 1 : 0, true);
  view.setUint32(DOWNSAMPLE_STAGE_COUNT, factors.length, true);
  factors.forEach((factor, stage) => {
    const at = DOWNSAMPLE_STAGES + stage * DOWNSAMPLE_STAGE_BYTES;
    view.setUint32(at + DOWNSAMPLE_STAGE_FACTOR, factor, true);
  });
}
