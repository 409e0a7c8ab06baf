// Figures at the markers, from the store: statistics between the ends of a pair, the sample at a single marker. Asked
// for when a marker, the data or the lanes change; the last answer stays until the next is there. A long span has its
// figures at once from the stored summaries, marked as approximate, and the exact ones when all samples are read.

import { toError } from '../../../base/errors.ts';
import { LatestOnly } from '../../../base/latest.ts';
import type { Statistics, Summary } from '../../../model/signal-store.ts';
import { steadyStatistics } from '../../../model/timing.ts';
import type { Lane, Trace } from './lanes.ts';
import { sampleAt } from './request.ts';
import type { LaneState, Marker } from './state.ts';

/** Shorter spans are read in no time: an approximate answer would only flicker. */
const LONG_SPAN_SAMPLES = 2 ** 18;

/** What one marker says about one signal. */
export interface Measurement {
  readonly lane: Lane;
  readonly trace: Trace;
  /** Figures over [start, end) of a pair; of the one sample at a single marker. */
  readonly statistics: Statistics | undefined;
  /** From stored summaries: the exact figures are on their way. */
  readonly isApproximate: boolean;
  /** Part of the span is not (or no longer) in the store. */
  readonly isClipped: boolean;
  readonly problem: string | undefined;
}

type About = Pick<Measurement, 'lane' | 'trace' | 'isClipped'>;

interface Entry {
  readonly latest: LatestOnly;
  wanted: string;
  /** Ends the newest question. */
  abort: AbortController;
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

  /**
   * The newest figures of time markers for all shown lanes, by marker id; asks for what is missing and gives up what is
   * no longer wanted.
   */
  measure(
    markers: readonly Marker[],
    lanes: readonly Lane[],
    states: Readonly<Record<string, LaneState>>,
  ): ReadonlyMap<number, readonly Measurement[]> {
    const wanted = new Set<Entry>();
    const shown = lanes.filter((lane) => !states[lane.id]?.isHidden);
    const measurements = new Map(
      markers.map((marker) => [
        marker.id,
        shown.flatMap((lane) =>
          lane.traces.map((trace) => {
            const entry = this.#entry(marker, lane, trace);
            wanted.add(entry);
            return this.#renewed(entry, marker, lane, trace);
          }),
        ),
      ]),
    );
    for (const [trace, ofTrace] of this.#entries) {
      for (const [id, entry] of ofTrace) {
        if (wanted.has(entry)) continue;
        entry.abort.abort();
        ofTrace.delete(id);
      }
      if (ofTrace.size === 0) this.#entries.delete(trace);
    }
    return measurements;
  }

  #renewed(entry: Entry, marker: Marker, lane: Lane, trace: Trace): Measurement {
    const { startSample, endSample } = trace.signal;
    const { start, end } = markedSamples(marker, trace);
    const from = Math.max(start, startSample);
    const to = Math.min(end, endSample);
    const about = { lane, trace, isClipped: from !== start || to !== end };
    const wanted = `${from} ${to}`;
    if (entry.wanted !== wanted) {
      entry.wanted = wanted;
      entry.abort.abort();
      entry.abort = new AbortController();
      const { signal } = entry.abort;
      if (to > from) entry.latest.offer(() => this.#ask(entry, about, from, to, signal));
      else entry.result = noFigures(about);
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
      const result = noFigures({ lane, trace, isClipped: false });
      entry = { latest: new LatestOnly(), wanted: '', abort: new AbortController(), result };
      ofTrace.set(marker.id, entry);
    }
    return entry;
  }

  async #ask(entry: Entry, about: About, start: number, end: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { store } = about.trace.shown;
    const { id: signalId, sampleRateHz } = about.trace.signal;
    const show = (answer: Partial<Measurement>) => {
      entry.result = { ...noFigures(about), ...answer };
      this.#onMeasured();
    };
    let isExact = false;
    const exact = store.statistics(signalId, start, end, signal).then((statistics) => {
      isExact = true;
      show({ statistics });
    });
    const quick = async () => {
      if (end - start < LONG_SPAN_SAMPLES) return;
      const summary = await store.summary({ signalId, start, increment: end - start, count: 1 });
      if (!isExact) show({ statistics: estimateOf(summary, sampleRateHz), isApproximate: true });
    };
    // Where the quick answer fails the exact one does, too, and says why.
    const [answer] = await Promise.allSettled([exact, quick()]);
    if (answer.status === 'rejected' && !signal.aborted) show({ problem: toError(answer.reason).message });
  }
}

function noFigures(about: About): Measurement {
  return { ...about, statistics: undefined, isApproximate: false, problem: undefined };
}

/** The one bin of a summary as statistics; it does not know how many samples are missing. */
function estimateOf({ start, increment, mean, std, min, max }: Summary, sampleRateHz: number): Statistics {
  const count = Number.isNaN(mean[0]) ? 0 : increment;
  const figures = { start, end: start + increment, count, mean: mean[0]!, std: std[0]!, min: min[0]!, max: max[0]! };
  return steadyStatistics(figures, sampleRateHz);
}

/** Unit of an integral over time, and its hour form where people use one. */
export function integralOf(unit: string): { unit: string; hourUnit: string | undefined } {
  if (unit === 'A') return { unit: 'C', hourUnit: 'Ah' };
  if (unit === 'W') return { unit: 'J', hourUnit: 'Wh' };
  return { unit: unit === '' ? 's' : `${unit}·s`, hourUnit: undefined };
}

export const SECONDS_PER_HOUR = 3600;
