// What an oscilloscope measures on a trace. A figure that the trace does not have is left out: no period is told of one that
// does not repeat. Pure.

import { edgeDuration, type TraceEdge, type TraceLevels, traceEdges, traceLevels } from './trace-edges.ts';

export const MEASUREMENT_IDS = [
  'peakToPeak',
  'mean',
  'rms',
  'min',
  'max',
  'period',
  'frequency',
  'duty',
  'riseTime',
  'fallTime',
  'overshoot',
  'phase',
] as const;
export type MeasurementId = (typeof MEASUREMENT_IDS)[number];

export interface MeasurementInfo {
  readonly label: string;
  /** `undefined`: that of the signal. */
  readonly unit: string | undefined;
  /** What it is, exactly. */
  readonly help: string;
}

export const MEASUREMENTS: Readonly<Record<MeasurementId, MeasurementInfo>> = {
  peakToPeak: { label: 'Peak to peak', unit: undefined, help: 'Highest minus lowest value.' },
  mean: { label: 'Mean', unit: undefined, help: 'Over whole periods, or over the record where it does not repeat.' },
  rms: {
    label: 'RMS',
    unit: undefined,
    help: 'Root of the mean square, DC included, over whole periods, or over the record where it does not repeat.',
  },
  min: { label: 'Minimum', unit: undefined, help: 'Lowest value.' },
  max: { label: 'Maximum', unit: undefined, help: 'Highest value.' },
  period: {
    label: 'Period',
    unit: 's',
    help: 'Mean time between edges of one direction at 50 %. None where it does not repeat.',
  },
  frequency: { label: 'Frequency', unit: 'Hz', help: 'One by the period.' },
  duty: { label: 'Duty cycle', unit: '%', help: 'Share of the period above 50 %.' },
  riseTime: { label: 'Rise time', unit: 's', help: 'From 10 to 90 % of the way up, mean of all edges.' },
  fallTime: { label: 'Fall time', unit: 's', help: 'From 90 to 10 % of the way down, mean of all edges.' },
  overshoot: {
    label: 'Overshoot',
    unit: '%',
    help: 'Highest value above the upper level, in parts of the amplitude. None where the trace rests at no level.',
  },
  phase: {
    label: 'Phase',
    unit: '°',
    help: 'From the edges of the first channel to those of this one; positive is later. None where periods differ.',
  },
};

export type Measured = Readonly<Partial<Record<MeasurementId, number>>>;

/** Periods further from their mean than this part of it are no period. */
const PERIOD_SPREAD = 0.25;
/** Two channels whose periods differ by more than this part have no phase. */
const SAME_PERIOD = 0.05;

/** A trace with what was found in it; `edges` are all of one kind. */
export interface TraceShape {
  readonly samples: Float32Array;
  readonly levels: TraceLevels;
  readonly edges: readonly TraceEdge[];
  readonly repeats: Repeats | undefined;
}

interface Repeats {
  /** In samples. */
  readonly period: number;
  /** Edges of one direction between which the trace repeats; the stretch has no hole. */
  readonly marks: readonly TraceEdge[];
}

/** `undefined` for a trace without a value. */
export function traceShape(samples: Float32Array): TraceShape | undefined {
  const levels = traceLevels(samples);
  if (!levels) return undefined;
  const edges = traceEdges(samples, levels);
  return { samples, levels, edges, repeats: repeatsOf(edges) };
}

/** The longest stretch without a hole is looked at, rising edges first. */
function repeatsOf(edges: readonly TraceEdge[]): Repeats | undefined {
  for (const isRising of [true, false]) {
    const marks = longestStretch(edges.filter((edge) => edge.isRising === isRising));
    const count = marks.length - 1;
    if (count < 1) continue;
    const period = (marks[count]!.at - marks[0]!.at) / count;
    const isSteady = marks.every(
      ({ at }, i) => i === 0 || Math.abs(at - marks[i - 1]!.at - period) <= PERIOD_SPREAD * period,
    );
    return isSteady ? { period, marks } : undefined;
  }
  return undefined;
}

/** Of neighbours without a hole between them. */
function longestStretch(edges: readonly TraceEdge[]): readonly TraceEdge[] {
  let longest: readonly TraceEdge[] = [];
  for (let start = 0, end = 0; start < edges.length; start = end) {
    while (end < edges.length && edges[end]!.holeCount === edges[start]!.holeCount) end++;
    if (end - start > longest.length) longest = edges.slice(start, end);
  }
  return longest;
}

/** All but the phase. `stepS` is the time from sample to sample. */
export function measureTrace({ samples, levels, edges, repeats }: TraceShape, stepS: number): Measured {
  const { min, max, base, top, hasStates } = levels;
  const [from, to] = repeats ? [repeats.marks[0]!.at, repeats.marks.at(-1)!.at] : [0, samples.length - 1];
  const { mean, meanSquare } = integrate(samples, from, to);
  const periodS = repeats && repeats.period * stepS;
  return defined({
    peakToPeak: max - min,
    mean,
    rms: Math.sqrt(meanSquare),
    min,
    max,
    period: periodS,
    frequency: periodS && 1 / periodS,
    duty: repeats && dutyOf(edges, repeats),
    riseTime: meanDuration(samples, levels, edges, true, stepS),
    fallTime: meanDuration(samples, levels, edges, false, stepS),
    overshoot: hasStates ? (100 * (max - top)) / (top - base) : undefined,
  });
}

/** Degrees from the edges of `reference` to those of `other`, (−180, 180]; `undefined` where they do not repeat alike. */
export function phaseBetween(reference: TraceShape, other: TraceShape): number | undefined {
  const a = reference.repeats;
  const b = other.repeats;
  if (!a || !b || Math.abs(a.period - b.period) > SAME_PERIOD * a.period) return undefined;
  const isRising = a.marks[0]!.isRising;
  const others = other.edges.filter((edge) => edge.isRising === isRising);
  let x = 0;
  let y = 0;
  let next = 0;
  for (const { at } of a.marks) {
    while (next + 1 < others.length && Math.abs(others[next + 1]!.at - at) <= Math.abs(others[next]!.at - at)) next++;
    const nearest = others[next];
    if (!nearest || Math.abs(nearest.at - at) > a.period) continue;
    const turn = (2 * Math.PI * (nearest.at - at)) / a.period;
    x += Math.cos(turn);
    y += Math.sin(turn);
  }
  if (x === 0 && y === 0) return undefined;
  const degrees = (180 * Math.atan2(y, x)) / Math.PI;
  return degrees <= -180 ? degrees + 360 : degrees;
}

function defined(figures: { readonly [Id in MeasurementId]?: number | undefined }): Measured {
  return Object.fromEntries(
    Object.entries(figures).filter(([, value]) => value !== undefined && Number.isFinite(value)),
  ) as Measured;
}

function meanDuration(
  samples: Float32Array,
  levels: TraceLevels,
  edges: readonly TraceEdge[],
  isRising: boolean,
  stepS: number,
): number | undefined {
  const durations = edges.flatMap((edge) =>
    edge.isRising === isRising ? (edgeDuration(samples, levels, edge) ?? []) : [],
  );
  return durations.length === 0 ? undefined : (stepS * durations.reduce((sum, d) => sum + d, 0)) / durations.length;
}

/** Of the whole periods between the marks. */
function dutyOf(edges: readonly TraceEdge[], { marks }: Repeats): number | undefined {
  const first = marks[0]!;
  const last = marks.at(-1)!;
  let high = 0;
  let since = first.at;
  for (const { isRising, at } of edges) {
    if (at <= first.at || at > last.at) continue;
    if (!isRising) high += at - since;
    since = at;
  }
  return (100 * high) / (last.at - first.at);
}

/**
 * Mean and mean square of the straight lines between the samples from place `from` to `to`; lines that end in a hole do not
 * count. Of a single sample its value.
 */
function integrate(samples: Float32Array, from: number, to: number): { mean: number; meanSquare: number } {
  let length = 0;
  let sum = 0;
  let squares = 0;
  for (let i = Math.floor(from); i < to; i++) {
    const left = samples[i]!;
    const slope = samples[i + 1]! - left;
    if (Number.isNaN(slope)) continue;
    const start = Math.max(0, from - i);
    const end = Math.min(1, to - i);
    const a = left + start * slope;
    const b = left + end * slope;
    length += end - start;
    sum += ((a + b) / 2) * (end - start);
    squares += ((a * a + a * b + b * b) / 3) * (end - start);
  }
  if (length > 0) return { mean: sum / length, meanSquare: squares / length };
  const values = samples.filter((value) => !Number.isNaN(value));
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  return { mean, meanSquare: values.reduce((total, value) => total + value * value, 0) / values.length };
}
