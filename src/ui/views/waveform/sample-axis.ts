// Where a signal's samples lie on the screen.

import type { SteadySignal } from '../../../model/signal-store.ts';
import type { Scale } from '../../plot/scale.ts';
import type { SampleAxis } from '../../plot/trace.ts';
import { sampleAt, timeOf } from './request.ts';

/** Pixel positions of a signal's samples. The integer sample at the left edge is subtracted before anything else. */
export function sampleAxis(signal: SteadySignal, shiftS: number, scale: Scale): SampleAxis {
  const originSample = Math.floor(sampleAt(signal, scale.min, shiftS));
  const originPx = scale.toPx(timeOf(signal, originSample, shiftS));
  const pxPerSecond = (scale.toPx(scale.max) - scale.toPx(scale.min)) / (scale.max - scale.min);
  return { originSample, originPx, pxPerSample: pxPerSecond / signal.sampleRateHz };
}
