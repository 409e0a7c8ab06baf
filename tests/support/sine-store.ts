// A signal store of three sines (current, voltage, their product), computed where it is asked. Runs anywhere.

import { FormatError } from '../../src/base/errors.ts';
import type { Utc } from '../../src/base/time.ts';
import type {
  Annotation,
  SampleBlock,
  SignalStore,
  Statistics,
  SteadySignal,
  Summary,
  SummaryRequest,
} from '../../src/model/signal-store.ts';

const SIGNALS = [
  { id: 'current', unit: 'A', valueAt: (t: number) => 0.012 + 0.008 * Math.sin(2 * Math.PI * 2 * t) },
  { id: 'voltage', unit: 'V', valueAt: (t: number) => 3.3 + 0.02 * Math.sin(2 * Math.PI * 0.5 * t) },
  { id: 'power', unit: 'W', valueAt: (t: number) => 0.04 + 0.026 * Math.sin(2 * Math.PI * 2 * t) },
] as const;

const MAX_SAMPLES_PER_BIN = 64;

export class SineStore implements SignalStore {
  originUtc: Utc | undefined = undefined;
  readonly sampleRateHz: number;
  startSample = 0;
  endSample: number;

  constructor(durationS = 10, sampleRateHz = 10_000) {
    this.sampleRateHz = sampleRateHz;
    this.endSample = Math.round(durationS * sampleRateHz);
  }

  signals(): readonly SteadySignal[] {
    return SIGNALS.map(({ id, unit }) => ({
      id,
      name: id,
      unit,
      source: 'sine',
      dtype: 'f32',
      timing: 'steady',
      sampleRateHz: this.sampleRateHz,
      startSample: this.startSample,
      endSample: this.endSample,
      offsetS: 0,
      firstSampleId: 0n,
    }));
  }

  async summary({ signalId, start, increment, count }: SummaryRequest): Promise<Summary> {
    const bins = Array.from({ length: count }, (_, i) =>
      this.#figures(signalId, start + i * increment, start + (i + 1) * increment),
    );
    const column = (name: 'mean' | 'std' | 'min' | 'max') => Float64Array.from(bins, (bin) => bin[name]);
    return { start, increment, mean: column('mean'), std: column('std'), min: column('min'), max: column('max') };
  }

  async samples(signalId: string, start: number, end: number): Promise<SampleBlock> {
    const valueAt = this.#valueAt(signalId);
    const values = Float64Array.from({ length: end - start }, (_, i) => valueAt((start + i) / this.sampleRateHz));
    return { start, values };
  }

  async statistics(signalId: string, start: number, end: number): Promise<Statistics> {
    const { mean, std, min, max } = this.#figures(signalId, start, end);
    const count = end - start;
    const integral = (mean * count) / this.sampleRateHz;
    return { start, end, count, mean, std, min, max, integral, measured: integral, coverage: 1 };
  }

  async annotations(): Promise<readonly Annotation[]> {
    return [];
  }

  #figures(signalId: string, start: number, end: number) {
    const valueAt = this.#valueAt(signalId);
    const step = Math.max(1, (end - start) / MAX_SAMPLES_PER_BIN);
    const values: number[] = [];
    for (let i = start; i < end; i += step) {
      if (i >= this.startSample && i < this.endSample) values.push(valueAt(i / this.sampleRateHz));
    }
    if (values.length === 0) return { mean: Number.NaN, std: Number.NaN, min: Number.NaN, max: Number.NaN };
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const std = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
    return { mean, std, min: Math.min(...values), max: Math.max(...values) };
  }

  #valueAt(signalId: string): (t: number) => number {
    const signal = SIGNALS.find(({ id }) => id === signalId);
    if (!signal) throw new FormatError('format/not-found', `There is no signal ${signalId}.`);
    return signal.valueAt;
  }
}
