// A store of ramps along named axes: sample i of each signal is i. Runs anywhere.

import type { Annotation, SignalAxis, SignalStore, SteadySignal } from '../../src/model/signal-store.ts';
import { steadyStatistics } from '../../src/model/timing.ts';

export interface RampSignal {
  readonly name: string;
  readonly unit: string;
  /** Left out: time. */
  readonly axis?: SignalAxis;
  readonly sampleCount: number;
  /** Samples per unit of the axis. */
  readonly rate: number;
  /** Place of sample 0. */
  readonly first?: number;
  readonly source?: string;
}

export function rampStore(ramps: readonly RampSignal[], annotations: readonly Annotation[] = []): SignalStore {
  const signals = ramps.map(
    ({ name, unit, axis, sampleCount, rate, first = 0, source = '' }): SteadySignal => ({
      id: name,
      name,
      unit,
      source,
      dtype: 'f64',
      timing: 'steady',
      startSample: 0,
      endSample: sampleCount,
      firstSampleId: 0n,
      sampleRateHz: rate,
      offsetS: first,
      ...(axis && { axis }),
    }),
  );
  const rateOf = (id: string) => signals.find((signal) => signal.id === id)!.sampleRateHz;
  const figures = (start: number, end: number) => {
    const count = end - start;
    const std = count > 1 ? Math.sqrt((count * (count + 1)) / 12) : 0;
    return { start, end, count, mean: (start + end - 1) / 2, std, min: start, max: end - 1 };
  };
  return {
    originUtc: undefined,
    signals: () => signals,
    summary: async ({ start, increment, count }) => {
      const bins = Array.from({ length: count }, (_, i) => figures(start + i * increment, start + (i + 1) * increment));
      const column = (name: 'mean' | 'std' | 'min' | 'max') => Float64Array.from(bins, (bin) => bin[name]);
      return { start, increment, mean: column('mean'), std: column('std'), min: column('min'), max: column('max') };
    },
    samples: async (_, start, end) => ({
      start,
      values: Float64Array.from({ length: end - start }, (_value, i) => start + i),
    }),
    statistics: async (id, start, end) => steadyStatistics(figures(start, end), rateOf(id)),
    annotations: async () => annotations,
  };
}
