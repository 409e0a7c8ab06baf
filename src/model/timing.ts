// Where the samples of a signal lie in time, whichever way its time is kept.

import { assert } from '../base/assert.ts';
import { UTC_TICKS_PER_SECOND } from '../base/time.ts';
import type { SampleRange, SignalInfo, SignalStore, StampedAccess, Statistics, SteadySignal } from './signal-store.ts';

/** Sample position (with fraction) of a time in seconds of the store's axis. */
export function sampleAtTime({ offsetS, sampleRateHz }: SteadySignal, timeS: number): number {
  return (timeS - offsetS) * sampleRateHz;
}

/** Time of a sample position, in seconds of the store's axis. */
export function timeOfSample({ offsetS, sampleRateHz }: SteadySignal, sample: number): number {
  return sample / sampleRateHz + offsetS;
}

/** What an instrument is mostly about: its streams, or its values where it has no stream. */
export function streamsOrAll(signals: readonly SignalInfo[]): readonly SignalInfo[] {
  const streams = signals.filter(({ timing }) => timing === 'steady');
  return streams.length > 0 ? streams : signals;
}

/** Time of the first sample that can be read, in seconds of the store's axis. */
export function startTimeOf(signal: SignalInfo): number {
  return signal.timing === 'steady' ? timeOfSample(signal, signal.startSample) : signal.startS;
}

/** First sample that summaries tell of, which a live ring keeps for longer than the samples. */
export function toldFrom(signal: SignalInfo): number {
  return signal.timing === 'steady' ? (signal.overview ?? signal).startSample : signal.startSample;
}

/** Time from which on summaries tell of the signal, in seconds of the store's axis. */
export function toldTimeOf(signal: SignalInfo): number {
  return signal.timing === 'steady' ? timeOfSample(signal, toldFrom(signal)) : signal.startS;
}

/** Whether the samples at a time in seconds of the store's axis were there and are gone. */
export function isGone(signal: SignalInfo, timeS: number): boolean {
  return signal.timing === 'steady' && signal.overview !== undefined && timeS < startTimeOf(signal);
}

/** Where the last sample ends to hold, in seconds of the store's axis. */
export function endTimeOf(signal: SignalInfo): number {
  return signal.timing === 'steady' ? timeOfSample(signal, signal.endSample) : signal.endS;
}

const TICKS_PER_SECOND = Number(UTC_TICKS_PER_SECOND);

/** Time of an annotation of a signal, in seconds of the store's axis (see `Annotation.timestamp`). */
export function timeOfMark(signal: SignalInfo, timestamp: bigint): number {
  return signal.timing === 'steady' ? timeOfSample(signal, Number(timestamp)) : Number(timestamp) / TICKS_PER_SECOND;
}

/** The timestamp of an annotation of a signal at a time in seconds of the store's axis. */
export function markAt(signal: SignalInfo, timeS: number): bigint {
  const position = signal.timing === 'steady' ? sampleAtTime(signal, timeS) : timeS * TICKS_PER_SECOND;
  return BigInt(Math.round(position));
}

/** The part of a store that knows its stamped signals. */
export function stampedOf({ stamped }: SignalStore): StampedAccess {
  assert(stamped, 'a store with stamped signals answers for them');
  return stamped;
}

/**
 * Which samples lie in the seconds [startS, endS) of the store's axis, cut at what there is. At the ends of a steady
 * signal's range the nearest sample counts: its times are computed, and a rounding must not cost a sample.
 */
export async function samplesIn(
  store: SignalStore,
  signal: SignalInfo,
  startS: number,
  endS: number,
): Promise<SampleRange> {
  if (signal.timing === 'stamped') return stampedOf(store).samplesIn(signal.id, startS, endS);
  const at = (timeS: number) =>
    Math.min(Math.max(Math.round(sampleAtTime(signal, timeS)), signal.startSample), signal.endSample);
  return { start: at(startS), end: Math.max(at(startS), at(endS)) };
}

/** The figures of samples [start, end) of a steady signal, completed by what follows from their time. */
export function steadyStatistics(
  { start, end, count, mean, std, min, max }: Omit<Statistics, 'integral' | 'measured' | 'coverage'>,
  sampleRateHz: number,
): Statistics {
  const { NaN: none } = Number;
  if (count === 0) {
    return { start, end, count, mean: none, std: none, min: none, max: none, integral: none, measured: 0, coverage: 0 };
  }
  return {
    start,
    end,
    count,
    mean,
    std,
    min,
    max,
    integral: (mean * (end - start)) / sampleRateHz,
    measured: (mean * count) / sampleRateHz,
    coverage: count / (end - start),
  };
}
