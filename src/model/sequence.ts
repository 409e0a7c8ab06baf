// A timed programme of one instrument: set-points that hold for a while each, one after the other, as often as is wished.

import type { Parameter, ParameterValue } from './parameter.ts';

export interface SequenceStep {
  /** What is set at its beginning, by parameter; what is left out stays as it is. */
  readonly values: Readonly<Record<string, ParameterValue>>;
  /** From its beginning to that of the next one. */
  readonly durationS: number;
}

export interface Sequence {
  /** Parameters that its steps may set, in the order of the table's columns. */
  readonly columns: readonly string[];
  readonly steps: readonly SequenceStep[];
  /** Left out: until it is stopped. */
  readonly roundCount?: number | undefined;
}

export const MOST_STEPS = 1000;
/** An instrument takes some hundredths of a second for each value that it is told. */
export const LEAST_DURATION_S = 0.1;
/** A week. */
export const MOST_DURATION_S = 604_800;
export const MOST_ROUNDS = 1_000_000;

/** Seconds of one round. */
export function roundDurationS({ steps }: Pick<Sequence, 'steps'>): number {
  return steps.reduce((sum, { durationS }) => sum + Math.round(durationS * 1000), 0) / 1000;
}

/**
 * `finished`: all of it was done; `stopped`: by the user; `off`: all outputs or one of them were switched off here;
 * `switched-off`: an output that was on went off without us; `refused`: by the instrument, or by a limit that was drawn
 * meanwhile; `failed`: there was no answer; `lost`: the cable was pulled.
 */
export type SequenceEndKind = 'finished' | 'stopped' | 'off' | 'switched-off' | 'refused' | 'failed' | 'lost';

export interface SequenceEnd {
  readonly kind: SequenceEndKind;
  /** In the instrument's words, or ours; empty where the kind says it all. */
  readonly reason: string;
  readonly unixMs: number;
}

export interface SequenceProgress {
  /** `undefined` while it runs. */
  readonly end: SequenceEnd | undefined;
  /** The step that it is in, or in which it ended. */
  readonly stepIndex: number;
  readonly stepCount: number;
  readonly roundIndex: number;
  readonly roundCount: number | undefined;
  /** Of this step, and of all; `undefined` until it is stopped. */
  readonly stepLeftS: number;
  readonly leftS: number | undefined;
  /** Steps whose time was over before they could be set: what they say was set with the next one, unless that says otherwise. */
  readonly passedOverCount: number;
}

/** What may be a column. */
export function setPointsOf(parameters: readonly Parameter[]): readonly Parameter[] {
  return parameters.filter(({ isSetPoint }) => isSetPoint);
}

/** Such as `CH1 Voltage`. */
export function columnName({ group, label }: Pick<Parameter, 'group' | 'label'>): string {
  return `${group} ${label}`;
}

/** One step that sets what the first channel has now: its numbers and its output. */
export function firstSequence(
  parameters: readonly Parameter[],
  values: Readonly<Record<string, ParameterValue>>,
): Sequence {
  const setPoints = setPointsOf(parameters);
  const ofFirst = setPoints.filter(({ group, kind }) => group === setPoints[0]?.group && kind !== 'choice');
  const columns = ofFirst.map(({ id }) => id);
  const known = columns.flatMap((id) => (values[id] === undefined ? [] : [[id, values[id]] as const]));
  return { columns, steps: [{ values: Object.fromEntries(known), durationS: 1 }], roundCount: 1 };
}
