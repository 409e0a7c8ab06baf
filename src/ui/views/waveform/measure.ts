// Figures at the markers, from the store: statistics between the ends of a pair, the sample at a single marker. Asked
// for when a marker, the data or the lanes change; the last answer stays until the next is there. A long span has its
// figures at once from the stored summaries, marked as approximate, and the exact ones when all samples are read.

import { toError } from '../../../base/errors.ts';
import { LatestOnly } from '../../../base/latest.ts';
import { isCounted, isSameAxis, TIME_AXIS } from '../../../model/axis.ts';
import { saturatedShare, saturatedSummary } from '../../../model/saturation.ts';
import type {
  SampleRange,
  SignalInfo,
  SignalStore,
  StampedSignal,
  Statistics,
  SteadySignal,
  Summary,
} from '../../../model/signal-store.ts';
import { stampedOf, steadyStatistics, toldFrom } from '../../../model/timing.ts';
import { type Lane, lanesOnScreen, type Trace } from './lanes.ts';
import { sampleAt } from './request.ts';
import type { LaneState, Marker, TimeRange } from './state.ts';

/** Shorter spans are read in no time: an approximate answer would only flicker. */
const LONG_SPAN_SAMPLES = 2 ** 18;

/** What one marker says about one signal. */
export interface Measurement {
  readonly lane: Lane;
  readonly trace: Trace;
  /** Figures between the ends of a pair; at a single marker of the one sample, or of the value in force. */
  readonly statistics: Statistics | undefined;
  /** Share of the samples that are at a limit; `undefined` where nobody tells. */
  readonly saturated: number | undefined;
  /** From stored summaries, or of what was asked for before: the exact figures are on their way. */
  readonly isApproximate: boolean;
  /** Only the overview is left of a part of it: approximate for good. */
  readonly isFromOverview: boolean;
  /** Part of the span is not (or no longer) in the store. */
  readonly isClipped: boolean;
  readonly problem: string | undefined;
}

type About = Pick<Measurement, 'lane' | 'trace' | 'isFromOverview' | 'isClipped'>;

interface Entry {
  readonly latest: LatestOnly;
  wanted: string;
  /** Ends the newest question. */
  abort: AbortController;
  result: Measurement;
}

/** Sample range that a time marker means for a signal with a rate: half-open, at least one sample. */
export function markedSamples(marker: Marker, signal: SteadySignal, shiftS: number): SampleRange {
  const first = Math.round(sampleAt(signal, marker.first, shiftS));
  if (marker.second === undefined) return { start: first, end: first + 1 };
  const second = Math.round(sampleAt(signal, marker.second, shiftS));
  return { start: Math.min(first, second), end: Math.max(first, second) };
}

/** An instant for which a value is asked lasts this long: only the value in force lies in it. */
const INSTANT_S = 1e-9;
const INSTANT_STEPS = 4;

/** Seconds of the store's axis that a time marker means for a stamped signal; a single marker is an instant. */
export function markedSeconds({ first, second }: Marker, shiftS: number): TimeRange {
  const startS = Math.min(first, second ?? first) - shiftS;
  const instantS = Math.max(INSTANT_S, INSTANT_STEPS * Number.EPSILON * Math.abs(startS));
  return { startS, endS: second === undefined ? startS + instantS : Math.max(first, second) - shiftS };
}

/** What a store answers from its samples, or about from its summaries. */
type Figures = Pick<Measurement, 'saturated'> & { readonly statistics: Statistics };

/** What a marker asks a store about a signal. */
interface Question {
  readonly key: string;
  readonly isClipped: boolean;
  readonly isEmpty: boolean;
  /** Undefined where only an overview is left. */
  readonly exact: ((signal: AbortSignal) => Promise<Figures>) | undefined;
  /** From stored summaries, for spans that take long to read or can be read no more. */
  readonly quick: (() => Promise<Figures>) | undefined;
}

function questionOf(marker: Marker, { signal, shown: { store, shiftS } }: Trace): Question {
  return signal.timing === 'steady'
    ? steadyQuestion(store, signal, markedSamples(marker, signal, shiftS))
    : stampedQuestion(store, signal, markedSeconds(marker, shiftS), marker.second === undefined);
}

function steadyQuestion(store: SignalStore, signal: SteadySignal, { start, end }: SampleRange): Question {
  const from = Math.max(start, toldFrom(signal));
  const to = Math.min(end, signal.endSample);
  const isGone = from < signal.startSample;
  const summary = () => store.summary({ signalId: signal.id, start: from, increment: to - from, count: 1 });
  return {
    key: `${from} ${to}`,
    isClipped: from !== start || to !== end,
    isEmpty: to <= from,
    exact: isGone
      ? undefined
      : async (abort) => {
          const range = { start: from, end: to };
          const [statistics, saturated] = await Promise.all([
            store.statistics(signal.id, from, to, abort),
            saturatedShare(store, signal, range, abort),
          ]);
          return { statistics, saturated };
        },
    quick:
      isGone || to - from >= LONG_SPAN_SAMPLES
        ? async () => ({
            statistics: estimateOf(await summary(), signal.sampleRateHz),
            saturated: await saturatedSummary(store, signal, { start: from, end: to }),
          })
        : undefined,
  };
}

function stampedQuestion(
  store: SignalStore,
  signal: StampedSignal,
  { startS, endS }: TimeRange,
  isInstant: boolean,
): Question {
  const isOutside = signal.endSample <= signal.startSample || startS > signal.endS || endS <= signal.startS;
  return {
    // the last value is still in force while others come: it is asked for again with each
    key: `${startS} ${endS} ${endS > signal.endS ? signal.endSample : ''}`,
    isClipped: isOutside || startS < signal.startS || (!isInstant && endS > signal.endS),
    isEmpty: isOutside,
    exact: async (abort) => ({
      statistics: await stampedOf(store).statistics(signal.id, startS, endS, abort),
      saturated: undefined,
    }),
    quick: undefined,
  };
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
    const shown = lanesOnScreen(lanes, states);
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
    const question = questionOf(marker, trace);
    const isFromOverview = question.exact === undefined;
    const about = { lane, trace, isFromOverview, isClipped: question.isClipped };
    // What is exact stays so when its samples go.
    const isKept = isFromOverview && entry.wanted === question.key && isExact(entry.result);
    const key = isFromOverview && !isKept ? `${question.key} overview` : question.key;
    if (entry.wanted !== key) {
      entry.wanted = key;
      entry.abort.abort();
      entry.abort = new AbortController();
      const { signal } = entry.abort;
      if (question.isEmpty) {
        entry.result = noFigures(about);
      } else {
        entry.result = { ...entry.result, isApproximate: entry.result.statistics !== undefined };
        entry.latest.offer(() => this.#ask(entry, about, question, signal));
      }
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
      const result = noFigures({ lane, trace, isFromOverview: false, isClipped: false });
      entry = { latest: new LatestOnly(), wanted: '', abort: new AbortController(), result };
      ofTrace.set(marker.id, entry);
    }
    return entry;
  }

  async #ask(entry: Entry, about: About, question: Question, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const show = (answer: Partial<Measurement>) => {
      entry.result = { ...noFigures(about), ...answer };
      this.#onMeasured();
    };
    let hasExact = false;
    const exact = question.exact?.(signal).then((figures) => {
      hasExact = true;
      show(figures);
    });
    const quick = async () => {
      const figures = await question.quick?.();
      if (figures && !hasExact) show({ ...figures, isApproximate: true });
    };
    // Where the quick answer fails the exact one does, too, and says why.
    const quickly = quick();
    const [answer] = await Promise.allSettled([exact ?? quickly, quickly]);
    if (answer.status === 'rejected' && !signal.aborted) show({ problem: toError(answer.reason).message });
  }
}

function isExact({ statistics, isApproximate }: Measurement): boolean {
  return statistics !== undefined && !isApproximate;
}

function noFigures(about: About): Measurement {
  return { ...about, statistics: undefined, saturated: undefined, isApproximate: false, problem: undefined };
}

/** The one bin of a summary as statistics; how many samples are missing it does not know, so that nothing is counted. */
function estimateOf({ start, increment, mean, std, min, max }: Summary, sampleRateHz: number): Statistics {
  const { NaN: unknown } = Number;
  const count = Number.isNaN(mean[0]) ? 0 : increment;
  const figures = { start, end: start + increment, count, mean: mean[0]!, std: std[0]!, min: min[0]!, max: max[0]! };
  return { ...steadyStatistics(figures, sampleRateHz), count: unknown, measured: unknown, coverage: unknown };
}

/** Exact figures of what a time marker means; `undefined` where there are none of this signal. */
export async function exactFigures(marker: Marker, trace: Trace): Promise<Figures | undefined> {
  const question = questionOf(marker, trace);
  return question.isEmpty ? undefined : question.exact?.(new AbortController().signal);
}

/** What an integral along a signal's axis is called, its unit, and its hour form where people use one. */
export interface Integral {
  readonly name: '∫ dt' | '∫' | 'sum';
  readonly unit: string;
  readonly hourUnit: string | undefined;
}

/** Over counted samples it is their sum. */
export function integralOf({ unit, axis = TIME_AXIS }: Pick<SignalInfo, 'unit' | 'axis'>): Integral {
  if (isCounted(axis)) return { name: 'sum', unit, hourUnit: undefined };
  const product = unit === '' ? axis.unit : `${unit}·${axis.unit}`;
  if (!isSameAxis(axis, TIME_AXIS)) return { name: '∫', unit: product, hourUnit: undefined };
  if (unit === 'A') return { name: '∫ dt', unit: 'C', hourUnit: 'Ah' };
  if (unit === 'W') return { name: '∫ dt', unit: 'J', hourUnit: 'Wh' };
  return { name: '∫ dt', unit: product, hourUnit: undefined };
}

export const SECONDS_PER_HOUR = 3600;
