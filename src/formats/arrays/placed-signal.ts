// A channel of an array as a signal: with the places of its axis, with a rate that is stated, or counted.

import { type Utc, utcSecondsBetween } from '../../base/time.ts';
import type { ReadChoice } from '../../model/read-choice.ts';
import type { SampleValues, SteadySignal } from '../../model/signal-store.ts';
import type { PlainSignal } from '../plain-store.ts';
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

/** `read` gives the samples [start, end) in the order of the file; `originUtc` is second 0 of all signals. */
export function placedSignal(
  base: SignalBase,
  read: (start: number, end: number) => Promise<SampleValues>,
  { sampleCount, axis, stated }: Placing,
  { rateHz, startS }: ReadChoice,
  originUtc: Utc | undefined,
): PlainSignal {
  const steady = { ...base, timing: 'steady', endSample: sampleCount } as const;
  if (axis?.places) {
    const named = axis.axis ? { axis: axis.axis } : {};
    const shiftS = shiftOf(axis.zeroUtc, originUtc);
    const inOrder = async (start: number, end: number): Promise<SampleValues> =>
      axis.isReversed ? (await read(sampleCount - end, sampleCount - start)).reverse() : read(start, end);
    if (axis.places.timing === 'steady') {
      const { sampleRateHz, offsetS } = axis.places;
      return { info: { ...steady, ...named, sampleRateHz, offsetS: offsetS + shiftS }, read: inOrder };
    }
    const timesS = shiftS === 0 ? axis.places.timesS : axis.places.timesS.map((timeS) => timeS + shiftS);
    return stampedSignal({ ...axis.places, timesS }, { ...base, ...named }, axis.id, inOrder);
  }
  if (stated) {
    const { sampleRateHz, offsetS, axisUnit } = stated;
    const named = axisUnit === undefined ? {} : { axis: { name: 'x', unit: axisUnit } };
    const shiftS = shiftOf(stated.zeroUtc, originUtc);
    return { info: { ...steady, ...named, sampleRateHz, offsetS: offsetS + shiftS }, read };
  }
  if (rateHz !== undefined) return { info: { ...steady, sampleRateHz: rateHz, offsetS: startS ?? 0 }, read };
  return { info: { ...steady, axis: COUNTED_AXIS, sampleRateHz: 1, offsetS: 0 }, read };
}

/** Where second 0 of an axis lies on that of all signals. */
function shiftOf(zeroUtc: Utc | undefined, originUtc: Utc | undefined): number {
  return zeroUtc === undefined || originUtc === undefined ? 0 : utcSecondsBetween(originUtc, zeroUtc);
}

/** The earliest second 0 of all axes that know theirs. */
export function firstUtc(placings: readonly Placing[]): Utc | undefined {
  const known = placings.flatMap(({ axis, stated }) => (axis?.places ? axis.zeroUtc : stated?.zeroUtc) ?? []);
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
