// A signal store of any length whose every figure is known exactly: a period of constant steps, repeated. It
// computes what is asked from the steps, so 1e10 samples cost no more than ten. Runs anywhere.

import { FormatError } from '../../src/base/errors.ts';
import type { Utc } from '../../src/base/time.ts';
import type {
  Annotation,
  SampleBlock,
  SampleType,
  SignalStore,
  Statistics,
  SteadySignal,
  Summary,
  SummaryRequest,
} from '../../src/model/signal-store.ts';

/** `lengthSamples` samples of one value; NaN = missing. */
export interface Step {
  readonly lengthSamples: number;
  readonly value: number;
}

export interface PeriodicSignal {
  readonly name: string;
  readonly unit: string;
  readonly dtype?: SampleType;
  readonly sampleRateHz: number;
  readonly steps: readonly Step[];
  readonly offsetS?: number;
}

interface Sums {
  count: number;
  sum: number;
  squares: number;
  min: number;
  max: number;
}

const nothing = (): Sums => ({
  count: 0,
  sum: 0,
  squares: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
});

function addStep(sums: Sums, value: number, count: number): void {
  if (count <= 0 || Number.isNaN(value)) return;
  sums.count += count;
  sums.sum += count * value;
  sums.squares += count * value * value;
  sums.min = Math.min(sums.min, value);
  sums.max = Math.max(sums.max, value);
}

export class PeriodicStore implements SignalStore {
  originUtc: Utc | undefined;
  startSample = 0;
  endSample: number;
  /** Everything that was asked for, to prove that nothing is scanned. */
  readonly requests: SummaryRequest[] = [];
  readonly sampleReads: { readonly start: number; readonly end: number }[] = [];
  /** Called before each summary; lets a test hold the answer back. */
  beforeSummary: () => Promise<void> = async () => {};
  /** The same before statistics; gets the caller's signal. */
  beforeStatistics: (signal: AbortSignal | undefined) => Promise<void> = async () => {};
  readonly #signals: readonly PeriodicSignal[];

  /** All signals have the same rate and `lengthSamples` samples. */
  constructor(signals: readonly PeriodicSignal[], lengthSamples: number) {
    this.#signals = signals;
    this.endSample = lengthSamples;
  }

  signals(): readonly SteadySignal[] {
    return this.#signals.map(({ name, unit, dtype, sampleRateHz, offsetS }) => ({
      id: name,
      name,
      unit,
      source: 'periodic',
      dtype: dtype ?? 'f32',
      timing: 'steady',
      sampleRateHz,
      startSample: this.startSample,
      endSample: this.endSample,
      offsetS: offsetS ?? 0,
      firstSampleId: 0n,
    }));
  }

  async summary(request: SummaryRequest): Promise<Summary> {
    this.requests.push(request);
    await this.beforeSummary();
    const { signalId, start, increment, count } = request;
    const signal = this.#signal(signalId, start, start + increment * count);
    const summary: Summary = {
      start,
      increment,
      mean: new Float64Array(count),
      std: new Float64Array(count),
      min: new Float64Array(count),
      max: new Float64Array(count),
    };
    for (let i = 0; i < count; i++) {
      const figures = figuresOf(sumsOf(signal, start + i * increment, start + (i + 1) * increment));
      summary.mean[i] = figures.mean;
      summary.std[i] = figures.std;
      summary.min[i] = figures.min;
      summary.max[i] = figures.max;
    }
    return summary;
  }

  async samples(signalId: string, start: number, end: number): Promise<SampleBlock> {
    this.sampleReads.push({ start, end });
    const signal = this.#signal(signalId, start, end);
    return { start, values: Float64Array.from({ length: end - start }, (_, i) => valueAt(signal, start + i)) };
  }

  async statistics(signalId: string, start: number, end: number, abort?: AbortSignal): Promise<Statistics> {
    await this.beforeStatistics(abort);
    const signal = this.#signal(signalId, start, end);
    const sums = sumsOf(signal, start, end);
    const measured = sums.sum / signal.sampleRateHz;
    const coverage = sums.count / (end - start);
    const figures = figuresOf(sums);
    const integral = (figures.mean * (end - start)) / signal.sampleRateHz;
    return { start, end, count: sums.count, ...figures, integral, measured, coverage };
  }

  async annotations(): Promise<readonly Annotation[]> {
    return [];
  }

  #signal(signalId: string, start: number, end: number): PeriodicSignal {
    const signal = this.#signals.find(({ name }) => name === signalId);
    if (!signal) throw new FormatError('format/not-found', `There is no signal ${signalId}.`);
    if (start < this.startSample || end > this.endSample) {
      throw new FormatError('format/range', `Samples ${start} to ${end} are not there.`);
    }
    return signal;
  }
}

function periodOf(signal: PeriodicSignal): number {
  return signal.steps.reduce((sum, step) => sum + step.lengthSamples, 0);
}

function valueAt(signal: PeriodicSignal, sample: number): number {
  let at = sample % periodOf(signal);
  for (const { lengthSamples, value } of signal.steps) {
    if (at < lengthSamples) return value;
    at -= lengthSamples;
  }
  return Number.NaN;
}

function sumsOf(signal: PeriodicSignal, start: number, end: number): Sums {
  const period = periodOf(signal);
  const sums = nothing();
  const firstWhole = Math.ceil(start / period);
  const lastWhole = Math.floor(end / period);
  if (lastWhole > firstWhole) {
    for (const { lengthSamples, value } of signal.steps) addStep(sums, value, lengthSamples * (lastWhole - firstWhole));
    addPart(sums, signal, start, firstWhole * period, period);
    addPart(sums, signal, lastWhole * period, end, period);
  } else {
    const boundary = Math.min(firstWhole * period, end);
    addPart(sums, signal, start, boundary, period);
    addPart(sums, signal, boundary, end, period);
  }
  return sums;
}

/** Adds [start, end), which lies within one period. */
function addPart(sums: Sums, signal: PeriodicSignal, start: number, end: number, period: number): void {
  if (end <= start) return;
  const base = Math.floor(start / period) * period;
  let at = base;
  for (const { lengthSamples, value } of signal.steps) {
    addStep(sums, value, Math.min(end, at + lengthSamples) - Math.max(start, at));
    at += lengthSamples;
  }
}

function figuresOf({ count, sum, squares, min, max }: Sums) {
  if (count === 0) return { mean: Number.NaN, std: Number.NaN, min: Number.NaN, max: Number.NaN };
  const mean = sum / count;
  const std = count > 1 ? Math.sqrt(Math.max(0, (squares - count * mean * mean) / (count - 1))) : 0;
  return { mean, std, min, max };
}

/** Three analog signals of a Bluetooth beacon at 2 MS/s, its current range and one input, for looking at. */
export function beaconSignals(sampleRateHz = 2_000_000): PeriodicSignal[] {
  // A small fixed sequence stands in for noise: it must look alive and stay the same.
  const wiggle = (i: number) => ((i * 7919) % 101) / 101 - 0.5;
  const ms = sampleRateHz / 1000;
  const shape: [number, number, number][] = [
    [180, 2.1e-6, 0.2e-6],
    [1.2, 1.6e-3, 0.3e-3],
    [0.4, 5.8e-3, 0.5e-3],
    [0.3, 3.1e-3, 0.2e-3],
    [0.4, 5.9e-3, 0.5e-3],
    [0.3, 3.1e-3, 0.2e-3],
    [0.4, 5.7e-3, 0.5e-3],
    [0.8, 1.3e-3, 0.3e-3],
    [16.2, 3.4e-6, 0.4e-6],
  ];
  const current = shape.flatMap(([lengthMs, value, noise], row) =>
    Array.from({ length: 12 }, (_, i) => ({
      lengthSamples: Math.round((lengthMs * ms) / 12),
      value: value + 2 * noise * wiggle(12 * row + i + 1),
    })),
  );
  const voltage = current.map(({ lengthSamples, value }, i) => ({
    lengthSamples,
    value: 3.312 - 4 * value + 0.0008 * wiggle(i + 5),
  }));
  const power = current.map(({ lengthSamples, value }, i) => ({ lengthSamples, value: value * voltage[i]!.value }));
  const range = current.map(({ lengthSamples, value }) => ({
    lengthSamples,
    value: value > 4e-3 ? 2 : value > 1e-4 ? 3 : 5,
  }));
  const gpi = current.map(({ lengthSamples, value }) => ({ lengthSamples, value: value > 4e-3 ? 1 : 0 }));
  return [
    { name: 'current', unit: 'A', sampleRateHz, steps: current },
    { name: 'voltage', unit: 'V', sampleRateHz, steps: voltage },
    { name: 'power', unit: 'W', sampleRateHz, steps: power },
    { name: 'current_range', unit: '', dtype: 'u4', sampleRateHz, steps: range },
    { name: 'gpi[0]', unit: '', dtype: 'u1', sampleRateHz, steps: gpi },
  ];
}
