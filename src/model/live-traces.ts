// What an instrument's triggers have brought so far, as views have it.

import type { Utc } from '../base/time.ts';
import type { ChannelState, TraceChannel } from './channel.ts';

/** One trigger's samples, and how they were taken. */
export interface TraceRecord {
  readonly triggerUtc: Utc;
  /** From the trigger to the first sample, in seconds; negative before the trigger. */
  readonly startS: number;
  /** From sample to sample, in seconds. */
  readonly stepS: number;
  /** Settings in force, in the instrument's own words, or JSON of our ids and values. */
  readonly settings: string;
  /** Of each signal of the channel; all of one length, at most the channel's `mostSamples`. NaN where there is none. */
  readonly samples: readonly Float32Array[];
}

/** Whether all but the time at which they were taken is the same, the samples bit for bit. */
export function isSameRecord(a: TraceRecord, b: TraceRecord): boolean {
  return (
    a.startS === b.startS &&
    a.stepS === b.stepS &&
    a.settings === b.settings &&
    a.samples.length === b.samples.length &&
    a.samples.every((samples, index) => hasSameBits(samples, b.samples[index]!))
  );
}

function hasSameBits(a: Float32Array, b: Float32Array): boolean {
  const bits = (samples: Float32Array) => new Uint32Array(samples.buffer, samples.byteOffset, samples.length);
  const others = bits(b);
  return a.length === b.length && bits(a).every((word, index) => word === others[index]);
}

export interface LiveTraces {
  readonly channel: TraceChannel;
  readonly state: ChannelState;
  /** Taken so far; the first `forgottenCount` of them cannot be had any more. */
  readonly eventCount: number;
  readonly forgottenCount: number;
  /**
   * Takes what waits: as often as the view is drawn, or more. Who does not take holds the instrument back. True when it
   * was not all: the next call goes on.
   */
  take(): boolean;
  /** Before a `take` that may find nothing: gives a wait for what comes, or the end, after this moment; also in a hidden tab. */
  watch(): () => Promise<void>;
  /** `undefined` for one that was forgotten or is not there yet. */
  record(index: number): TraceRecord | undefined;
}
