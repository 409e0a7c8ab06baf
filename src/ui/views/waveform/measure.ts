// Exact figures at the markers, from the store: statistics between the ends of a pair, the sample at a single
// marker. Asked for when a marker, the data or the lanes change; the last answer stays until the next is there.

import { toError } from '../../../base/errors.ts';
import { LatestOnly } from '../../../base/latest.ts';
import type { Statistics } from '../../../model/signal-store.ts';
import type { Lane, Trace } from './lanes.ts';
import { sampleAt } from './request.ts';
import type { LaneState, Marker } from './state.ts';

/** What one marker says about one signal. */
export interface Measurement {
  readonly lane: Lane;
  readonly trace: Trace;
  /** Figures over [start, end) of a pair; of the one sample at a single marker. */
  readonly statistics: Statistics | undefined;
  /** Part of the span is not (or no longer) in the store. */
  readonly isClipped: boolean;
  readonly problem: string | undefined;
}

interface Entry {
  readonly latest: LatestOnly;
  wanted: string;
  result: Measurement;
}

/** Sample range that a time marker means for a signal: half-open, at least one sample. */
export function markedSamples(marker: Marker, { signal, shown }: Trace): { start: number; end: number } {
  const first = Math.round(sampleAt(signal, marker.first, shown.shiftS));
  if (marker.second === undefined) return { start: first, end: first + 1 };
  const second = Math.round(sampleAt(signal, marker.second, shown.shiftS));
  return { start: Math.min(first, second), end: Math.max(first, second) };
}

export class Measurer {
  readonly #entries = new Map<Trace, Map<number, Entry>>();
  readonly #onMeasured: () => void;

  constructor(onMeasured: () => void) {
    this.#onMeasured = onMeasured;
  }

  /** The newest figures of a time marker for all shown lanes; asks for what is missing. */
  measure(marker: Marker, lanes: readonly Lane[], states: Readonly<Record<string, LaneState>>): Measurement[] {
    return lanes
      .filter((lane) => !states[lane.id]?.isHidden)
      .flatMap((lane) => lane.traces.map((trace) => this.#one(marker, lane, trace)));
  }

  #one(marker: Marker, lane: Lane, trace: Trace): Measurement {
    const { startSample, endSample } = trace.signal;
    const { start, end } = markedSamples(marker, trace);
    const from = Math.max(start, startSample);
    const to = Math.min(end, endSample);
    const entry = this.#entry(marker, lane, trace);
    const isClipped = from !== start || to !== end;
    const wanted = `${from} ${to}`;
    if (entry.wanted !== wanted) {
      entry.wanted = wanted;
      if (to > from) entry.latest.offer(() => this.#ask(entry, { lane, trace, isClipped }, from, to));
      else entry.result = { lane, trace, isClipped, statistics: undefined, problem: undefined };
    }
    return entry.result;
  }

  #entry(marker: Marker, lane: Lane, trace: Trace): Entry {
    let ofTrace = this.#entries.get(trace);
    if (!ofTrace) {
      ofTrace = new Map();
      this.#entries.set(trace, ofTrace);
    }
    let entry = ofTrace.get(marker.id);
    if (!entry) {
      const result = { lane, trace, statistics: undefined, isClipped: false, problem: undefined };
      entry = { latest: new LatestOnly(), wanted: '', result };
      ofTrace.set(marker.id, entry);
    }
    return entry;
  }

  async #ask(
    entry: Entry,
    about: Pick<Measurement, 'lane' | 'trace' | 'isClipped'>,
    start: number,
    end: number,
  ): Promise<void> {
    const { store } = about.trace.shown;
    try {
      const statistics = await store.statistics(about.trace.signal.id, start, end);
      entry.result = { ...about, statistics, problem: undefined };
    } catch (thrown) {
      entry.result = { ...about, statistics: undefined, problem: toError(thrown).message };
    }
    this.#onMeasured();
  }
}

/** Unit of an integral over time, and its hour form where people use one. */
export function integralOf(unit: string): { unit: string; hourUnit: string | undefined } {
  if (unit === 'A') return { unit: 'C', hourUnit: 'Ah' };
  if (unit === 'W') return { unit: 'J', hourUnit: 'Wh' };
  return { unit: unit === '' ? 's' : `${unit}·s`, hourUnit: undefined };
}

export const SECONDS_PER_HOUR = 3600;
