// The contract of a dialogue: what reads the traces of one oscilloscope. To add an instrument of your own, write a class
// that fulfils `OsziDialogue` and give it a name in dialogues.ts; docs/oszitrace.md has an example.

import type { Parameters } from './format-string.ts';
import type { InitTalk } from './init-talk.ts';

/** One trace: values[i] belongs to x0 + i·dx. */
export interface OsziTrace {
  readonly kind: 'trace';
  /** In `unit`, scaled; NaN where there is no sample. */
  readonly values: Float64Array;
  readonly unit: string;
  /** Such as `t`. */
  readonly axisName: string;
  readonly axisUnit: string;
  readonly x0: number;
  readonly dx: number;
}

/** No trigger came in time: the caller waits for one and shows no error. */
export interface TimeoutRetry {
  readonly kind: 'timeout-retry';
}

/** Nothing, or nothing that fits together, was read: the caller keeps what it has and tries again. */
export interface EmptyRetry {
  readonly kind: 'empty-retry';
  /** For people. */
  readonly reason: string;
}

/** Why there is no trace this time; neither ends a run. */
export type Retry = TimeoutRetry | EmptyRetry;

export const TIMEOUT_RETRY: TimeoutRetry = { kind: 'timeout-retry' };

/** Used where the caller says nothing else. */
export const DEFAULT_TIMEOUT_S = 5;

/**
 * A constructor does nothing but keep its options: no waiting, no input or output. Whatever a method rejects with ends the
 * run: the connection is lost, a setting is wrong. What may be better next time is a `Retry`, which is a result.
 */
export interface OsziDialogue {
  /** Names in order, known from the start. */
  readonly channels: readonly string[];
  /** What init-talk found by its named fields. */
  readonly parameters: Parameters;
  /** Once, before anything else: identification, setup, then init-talk. */
  init(initTalk?: InitTalk): Promise<void>;
  /** Arms in a triggered mode; otherwise it has no effect. May be called while a channel is read. */
  armTrigger(): Promise<void>;
  /** Where reads wait for a trigger: one that waits ends as `timeout-retry`, as if nothing had been armed. */
  endWait?(): void;
  /**
   * The newest trace of a channel. Waits for a trigger for at most `timeoutS` seconds; 0 is a single look. Never called
   * while another read is under way. Rejects with `setup/invalid` for a name that is not in `channels`.
   */
  retrChannel(name: string, timeoutS: number): Promise<OsziTrace | Retry>;
}

/** One step behind the last value. */
export function reachOf({ x0, dx, values }: OsziTrace): number {
  return x0 + dx * values.length;
}
