// A channel of an array as a signal: with the places of its axis, with a rate that is stated, or counted.

import { type Utc, utcAddSeconds, utcSecondsBetween } from '../../base/time.ts';
import type { ReadChoice } from '../../model/read-choice.ts';
import type { SampleValues, SteadySignal } from '../../model/signal-store.ts';
import type { PlainSignal, SteadyPlainSignal } from '../plain-store.ts';
import { COUNTED_AXIS, stampedSignal } from '../time-axis.ts';
import type { ArrayAxis } from './array-axis.ts';
import type { StatedAxis } from './stated-axis.ts';

/** What a signal is beside its axis. */
export type SignalBase = Omit<SteadySignal, 'timing' | 'endSample' | 'sampleRateHz' | 'offsetS' | 'axis'>;

/** What is known of the places of `sampleCount` samples. */
export interface Placing {
  readonly sampleCount: number;
  readonly axis?: ArrayAxis | undefined;
  readonly stated?: StatedAxis | undefined;
}

/** True when nothing says how far samples are apart. */
export function isCounted({ axis, stated }: Placing): boolean {
  return !axis?.places && !stated;
}

/** How the samples of a signal are read, in the order of the file. */
export interface SampleSource {
  /** Samples [start, end). */
  read(start: number, end: number): Promise<SampleValues>;
  readonly packed?: SteadyPlainSignal['packed'];
}

/** `originUtc` is second 0 of all signals. What the user says counts before what the file says beside the samples. */
export function placedSignal(
  base: SignalBase,
  { read, packed }: SampleSource,
  { sampleCount, axis, stated }: Placing,
  { rateHz, startS }: ReadChoice,
  originUtc: Utc | undefined,
): PlainSignal {
  const steady = { ...base, timing: 'steady', endSample: sampleCount } as const;
  const plain = { read, ...(packed && { packed }) };
  if (axis?.places) {
    const named = axis.axis ? { axis: axis.axis } : {};
    const shiftS = axis.axis ? 0 : shiftOf(firstPlace(axis.places), axis.zeroUtc, originUtc, startS);
    const { places } = axis;
    const inOrder = async (start: number, end: number): Promise<SampleValues> =>
      (await read(sampleCount - end, sampleCount - start)).reverse();
    const source = axis.isReversed ? { read: inOrder } : plain;
    if (places.timing === 'steady') {
      const { sampleRateHz, offsetS } = places;
      return { info: { ...steady, ...named, sampleRateHz, offsetS: offsetS + shiftS }, ...source };
    }
    const timesS = shiftedTimes(places.timesS, shiftS);
    return stampedSignal({ ...places, timesS }, { ...base, ...named }, axis.id, source.read);
  }
  if (stated && (rateHz === undefined || stated.axisUnit === undefined)) {
    const { offsetS, axisUnit } = stated;
    const named = axisUnit === undefined ? {} : { axis: { name: 'x', unit: axisUnit } };
    const shiftS = axisUnit === undefined ? shiftOf(offsetS, stated.zeroUtc, originUtc, startS) : 0;
    const sampleRateHz = rateHz ?? stated.sampleRateHz;
    return { info: { ...steady, ...named, sampleRateHz, offsetS: offsetS + shiftS }, ...plain };
  }
  if (rateHz !== undefined) return { info: { ...steady, sampleRateHz: rateHz, offsetS: startS ?? 0 }, ...plain };
  return { info: { ...steady, axis: COUNTED_AXIS, sampleRateHz: 1, offsetS: 0 }, ...plain };
}

function firstPlace(places: NonNullable<ArrayAxis['places']>): number {
  return places.timing === 'steady' ? places.offsetS : (places.timesS[0] ?? 0);
}

/** How far an axis moves: to where its second 0 lies on that of all signals, or so that it begins where the user says. */
function shiftOf(
  firstS: number,
  zeroUtc: Utc | undefined,
  originUtc: Utc | undefined,
  startS: number | undefined,
): number {
  if (startS !== undefined) return startS - firstS;
  return zeroUtc === undefined || originUtc === undefined ? 0 : utcSecondsBetween(originUtc, zeroUtc);
}

/** Signals along one axis share their times. */
const SHIFTED = new WeakMap<Float64Array, Map<number, Float64Array>>();

function shiftedTimes(timesS: Float64Array, shiftS: number): Float64Array {
  if (shiftS === 0) return timesS;
  const known = SHIFTED.get(timesS) ?? new Map<number, Float64Array>();
  SHIFTED.set(timesS, known);
  const shifted = known.get(shiftS) ?? timesS.map((timeS) => timeS + shiftS);
  known.set(shiftS, shifted);
  return shifted;
}

/**
 * What second 0 of all signals is: the earliest second 0 of all axes that know theirs. Where the user says at which
 * second the first samples lie, second 0 is so much before the first of them.
 */
export function firstUtc(placings: readonly Placing[], { startS }: ReadChoice): Utc | undefined {
  const known = placings.flatMap(({ axis, stated }) => {
    if (axis?.places) {
      const { zeroUtc, places } = axis;
      if (zeroUtc === undefined || startS === undefined) return zeroUtc ?? [];
      return utcAddSeconds(zeroUtc, firstPlace(places) - startS);
    }
    const zeroUtc = stated?.zeroUtc;
    return zeroUtc === undefined || startS === undefined ? (zeroUtc ?? []) : utcAddSeconds(zeroUtc, -startS);
  });
  return known.toSorted((a, b) => (a < b ? -1 : 1))[0];
}

/** Signals of the same name are told by their ids, unless they say where they come from. */
export function withOwnNames(signals: readonly PlainSignal[]): PlainSignal[] {
  const counts = new Map<string, number>();
  for (const { info } of signals) counts.set(info.name, (counts.get(info.name) ?? 0) + 1);
  return signals.map((signal) =>
    counts.get(signal.info.name)! > 1 && signal.info.source === ''
      ? ({ ...signal, info: { ...signal.info, name: signal.info.id } } as PlainSignal)
      : signal,
  );
}
