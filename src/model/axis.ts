// What lies along a signal: time, or what its file names. Everything that writes a position or a length asks here.

import { formatDuration } from '../base/duration.ts';
import { formatCount, formatSiText } from '../base/si.ts';
import type { Annotation, SignalAxis, SignalInfo, SignalStore } from './signal-store.ts';

/** The axis of signals that name none. */
export const TIME_AXIS: SignalAxis = { name: 'time', unit: 's' };

/** Digits of a length that is told in passing. */
const LENGTH_DIGITS = 4;

export function axisOf(signal: Pick<SignalInfo, 'axis'>): SignalAxis {
  return signal.axis ?? TIME_AXIS;
}

export function isSameAxis(a: SignalAxis, b: SignalAxis): boolean {
  return a.name === b.name && a.unit === b.unit;
}

/** Positions along it are counted, not measured: they have no unit. */
export function isCounted({ unit }: SignalAxis): boolean {
  return unit === '';
}

/** As the head of a column or the name of a choice: `time (s)`, `frequency (Hz)`, `sample`. */
export function axisTitle({ name, unit }: SignalAxis): string {
  return unit === '' ? name : `${name} (${unit})`;
}

/** A length along it in a few digits: `12.35 ms`, `1:02:03`, `1 200 samples`, `20 kHz`. */
export function lengthText(axis: SignalAxis, length: number): string {
  if (isSameAxis(axis, TIME_AXIS)) return formatDuration(length);
  return isCounted(axis)
    ? `${formatCount(Math.round(length))} ${axis.name}${length === 1 ? '' : 's'}`
    : formatSiText(length, axis.unit, { significantDigits: LENGTH_DIGITS });
}

/** Unit of one over a length; undefined where that says nothing. */
export function reciprocalUnit({ unit }: SignalAxis): string | undefined {
  if (unit === 's') return 'Hz';
  return unit === 'Hz' ? 's' : undefined;
}

/** The axes of a file, each once, in the order of its signals. */
export function axesOf(signals: readonly SignalInfo[]): readonly SignalAxis[] {
  const axes: SignalAxis[] = [];
  for (const axis of signals.map(axisOf)) if (!axes.some((other) => isSameAxis(other, axis))) axes.push(axis);
  return axes;
}

/** The axis of a store whose signals share one. */
export function axisOfStore(store: Pick<SignalStore, 'signals'> | undefined): SignalAxis {
  const first = store?.signals()[0];
  return first ? axisOf(first) : TIME_AXIS;
}

/** The part of a store whose signals have this axis; the store itself where that is all of it. */
export function storeOnAxis(store: SignalStore, axis: SignalAxis): SignalStore {
  if (axesOf(store.signals()).length <= 1) return store;
  const isOn = (signal: SignalInfo) => isSameAxis(axisOf(signal), axis);
  const onAxis = (annotations: readonly Annotation[]) => {
    const elsewhere = new Set(store.signals().flatMap((signal) => (isOn(signal) ? [] : signal.id)));
    return annotations.filter(({ signalId }) => !elsewhere.has(signalId));
  };
  return {
    originUtc: isSameAxis(axis, TIME_AXIS) ? store.originUtc : undefined,
    ...(store.stamped && { stamped: store.stamped }),
    signals: () => store.signals().filter(isOn),
    summary: (request) => store.summary(request),
    samples: (...range) => store.samples(...range),
    statistics: (...range) => store.statistics(...range),
    annotations: async () => onAxis(await store.annotations()),
  };
}
