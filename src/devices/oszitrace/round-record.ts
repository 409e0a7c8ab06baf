// The traces of all channels as one record: those that lie along the same time. Pure.

import type { TraceRecord } from '../../model/live-traces.ts';
import type { TraceName } from '../api/trace-plan.ts';
import type { OsziTrace } from './dialogue.ts';

export interface RoundRecord {
  readonly names: readonly TraceName[];
  readonly startS: number;
  readonly stepS: number;
  readonly samples: readonly Float32Array[];
  /** Channels whose axis is another one, such as a spectrum's. */
  readonly leftOut: readonly string[];
}

/** What a dialogue calls seconds; the simulated one says no unit. */
const isAlongTime = ({ axisName, axisUnit }: OsziTrace) =>
  /^s$/i.test(axisUnit) || (axisUnit === '' && axisName === 't');
/** Instruments round what they tell: a step that differs by less is the same. */
const STEP_TOLERANCE = 1e-6;

/** `undefined` where no trace lies along time. */
export function recordOfRound(traces: ReadonlyMap<string, OsziTrace>): RoundRecord | undefined {
  const first = [...traces.values()].find(isAlongTime);
  if (!first) return undefined;
  const isAlong = (trace: OsziTrace) =>
    isAlongTime(trace) &&
    Math.abs(trace.dx - first.dx) <= STEP_TOLERANCE * first.dx &&
    Math.abs(trace.x0 - first.x0) < first.dx / 2;
  const kept = [...traces].filter(([, trace]) => isAlong(trace));
  const length = Math.min(...kept.map(([, { values }]) => values.length));
  return {
    names: kept.map(([name, { unit }]) => ({ name, unit })),
    startS: first.x0,
    stepS: first.dx,
    samples: kept.map(([, { values }]) => Float32Array.from(values.subarray(0, length))),
    leftOut: [...traces].flatMap(([name, trace]) => (isAlong(trace) ? [] : [name])),
  };
}

/**
 * Whether `b` is `a` read again: the same samples at the same places, whenever they were read. A quiet input looks the same
 * each time; records of nothing but constants are never taken for the same.
 */
export function isReadAgain(a: TraceRecord, b: TraceRecord): boolean {
  return (
    a.startS === b.startS &&
    a.stepS === b.stepS &&
    a.samples.length === b.samples.length &&
    a.samples.every((one, index) => isSame(one, b.samples[index]!)) &&
    b.samples.some((one) => one.some((value) => !Object.is(value, one[0])))
  );
}

/** NaN is the same as NaN. */
function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, index) => Object.is(value, b[index]));
}
