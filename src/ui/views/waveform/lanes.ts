// Which signals share a lane, in which order, and in which colour.

import { isSaturation, saturationOf } from '../../../model/saturation.ts';
import type { SignalInfo, SignalStore } from '../../../model/signal-store.ts';
import { signalWords } from '../../../model/signal-words.ts';
import { endTimeOf, toldFrom, toldTimeOf } from '../../../model/timing.ts';
import { TraceRenderer } from '../../plot/trace.ts';
import { PictureLoader } from './loader.ts';
import { sampleAt, timeOf } from './request.ts';
import type { LaneState, TimeRange } from './state.ts';

/** A recording to lay over the first one. */
export interface ComparedStore {
  readonly store: SignalStore;
  /** Unique in its view: shown in readouts. */
  readonly label: string;
  /** What the view's state calls it, the same for the same data only; left out: as its label. */
  readonly key?: string;
  /** Of a difference: how it was made, in whole sentences. */
  readonly note?: string;
}

/** A store on screen. */
export interface ShownStore extends ComparedStore {
  /** Moves it on the time axis; follows the view's state. */
  shiftS: number;
  /** How much higher it is drawn, by unit; follows the view's state. */
  raises?: Readonly<Record<string, number>>;
  /** Stands for its file in few words; a difference has none. */
  readonly letter?: string;
}

/** One signal on screen. Lives as long as its store is shown. */
export interface Trace {
  readonly shown: ShownStore;
  /** Replaced when the store's snapshot changes. */
  signal: SignalInfo;
  /** It has samples, or had some: a stream may just have begun anew. */
  hasSamples: boolean;
  readonly colorIndex: number;
  /** The place of its file among those that lie over each other; undefined where one is alone. */
  readonly place: number | undefined;
  readonly detail: PictureLoader;
  /** The whole length, for the minimap and as the first picture after a jump. */
  readonly overview: PictureLoader;
  readonly renderer: TraceRenderer;
  /** Those that say where it is at a limit. */
  readonly limits: Trace[];
}

export interface Lane {
  /** Stable over reloads: name of the signal (and its source where names repeat). */
  readonly id: string;
  /** In the words of the settings, with its source where names repeat. */
  readonly name: string;
  /** What its first signal comes from, where the name begins with it; else empty. */
  readonly source: string;
  readonly unit: string;
  readonly isDigital: boolean;
  /** It says where another lane is at a limit, which is marked there. */
  readonly isCompanion: boolean;
  /** A difference: somebody asked for it. */
  readonly isAsked: boolean;
  /** Shown only to whoever asks for it; may change with what the signals carry. */
  isOptional: boolean;
  readonly traces: Trace[];
}

/** 1…8 by `SignalInfo.source`: lanes are grouped and coloured by what they come from. Empty: each lane has its own. */
export type SourceColors = Readonly<Record<string, number>>;

/** Samples of one time are shown in the middle of a second. */
const HALF_OF_NOTHING_S = 0.5;
const ORDER = ['current', 'voltage', 'power'];
const DIGITAL_TYPES = new Set(['u1', 'u4']);

const isFilled = ({ startSample, endSample }: SignalInfo): boolean => endSample > startSample;
/** Levels rather than a quantity. */
export const isDigital = (signal: SignalInfo): boolean => signal.unit === '' && DIGITAL_TYPES.has(signal.dtype);

function rank(signal: SignalInfo): number {
  if (isDigital(signal)) return ORDER.length + 1;
  const index = ORDER.indexOf(signal.name);
  return index < 0 ? ORDER.length : index;
}

/**
 * Lanes of all stores. Signals of the second and later stores join the lane of the same name and unit; what has another
 * name joins the lane of its unit where both files have only one. Other units, and what has none, never share a lane.
 */
export function buildLanes(
  stores: readonly ShownStore[],
  onLoaded: () => void,
  sourceColors: SourceColors = {},
): Lane[] {
  const lanes: Lane[] = [];
  const sources = Object.keys(sourceColors);
  for (const [index, shown] of stores.entries()) {
    const place = stores.length > 1 ? index : undefined;
    const signals = [...shown.store.signals()].sort(
      (a, b) => sources.indexOf(a.source) - sources.indexOf(b.source) || rank(a) - rank(b),
    );
    for (const signal of signals) {
      const isNameTaken = signals.some((other) => other !== signal && other.name === signal.name);
      const source = isNameTaken ? signal.source : '';
      const withSource = (own: string) => (source === '' ? own : `${source} ${own}`);
      const name = withSource(signalWords(signal.name));
      let lane = index === 0 ? undefined : laneFor(lanes, signal, name, shown);
      if (!lane) {
        const plain = withSource(signal.name);
        const id = lanes.some((it) => it.id === plain) ? `${plain} ${signal.id}` : plain;
        const isCompanion = isSaturation(signal.name);
        lane = {
          id,
          name,
          source,
          unit: signal.unit,
          isDigital: isDigital(signal),
          isCompanion,
          isAsked: shown.note !== undefined,
          isOptional: isCompanion,
          traces: [],
        };
        lanes.push(lane);
      }
      const ofSource = sourceColors[signal.source];
      lane.traces.push({
        shown,
        signal,
        hasSamples: isFilled(signal),
        colorIndex: place ?? (ofSource === undefined ? lanes.indexOf(lane) : ofSource - 1),
        place,
        detail: new PictureLoader(shown.store, onLoaded),
        overview: new PictureLoader(shown.store, onLoaded),
        renderer: new TraceRenderer(),
        limits: [],
      });
    }
    joinLimits(lanes.flatMap(({ traces }) => traces.filter((trace) => trace.shown === shown)));
  }
  return lanes;
}

/** The lane of another file that a signal joins. */
function laneFor(lanes: readonly Lane[], signal: SignalInfo, name: string, shown: ShownStore): Lane | undefined {
  const isFree = (lane: Lane) => !lane.isAsked && !lane.traces.some((trace) => trace.shown === shown);
  const named = lanes.find((lane) => lane.name === name && lane.unit === signal.unit && isFree(lane));
  if (named || signal.unit === '' || shown.note !== undefined) return named;
  const ofUnit = lanes.filter(({ unit }) => unit === signal.unit);
  const others = shown.store.signals().filter(({ unit }) => unit === signal.unit);
  return ofUnit.length === 1 && others.length === 1 && isFree(ofUnit[0]!) ? ofUnit[0] : undefined;
}

/** How much higher a trace is drawn than its values say. */
export function raiseOf({ shown, signal }: Pick<Trace, 'shown' | 'signal'>): number {
  return isDigital(signal) ? 0 : (shown.raises?.[signal.unit] ?? 0);
}

/** `traces` are all of one store. */
function joinLimits(traces: readonly Trace[]): void {
  const signals = traces.map(({ signal }) => signal);
  for (const { signal, limits } of traces) {
    const ids = saturationOf(signal, signals).map(({ id }) => id);
    limits.push(...traces.filter((trace) => ids.includes(trace.signal.id)));
  }
}

/** Whether it is to be seen: as the user chose, or as it is by itself. */
export function isLaneWanted({ id, isOptional }: Lane, states: Readonly<Record<string, LaneState>>): boolean {
  return !(states[id]?.isHidden ?? isOptional);
}

/** Takes the stores' newest snapshots; true if a signal's extent changed. */
export function refreshSignals(lanes: readonly Lane[]): boolean {
  let hasChanged = false;
  const snapshots = new Map<SignalStore, Map<string, SignalInfo>>();
  for (const trace of lanes.flatMap((lane) => lane.traces)) {
    const { store } = trace.shown;
    let signals = snapshots.get(store);
    if (!signals) {
      signals = new Map(store.signals().map((signal) => [signal.id, signal]));
      snapshots.set(store, signals);
    }
    const newest = signals.get(trace.signal.id) ?? trace.signal;
    if (newest.startSample !== trace.signal.startSample || newest.endSample !== trace.signal.endSample) {
      hasChanged = true;
    }
    trace.signal = newest;
    trace.hasSamples ||= isFilled(newest);
  }
  return hasChanged;
}

/** Lanes that the user wants to see; where some ever had a sample, those that never had one take no room. */
export function lanesOnScreen(lanes: readonly Lane[], states: Readonly<Record<string, LaneState>>): readonly Lane[] {
  const wanted = lanes.filter((lane) => isLaneWanted(lane, states));
  const filled = wanted.filter(({ traces }) => traces.some(({ hasSamples }) => hasSamples));
  return filled.length > 0 ? filled : wanted;
}

/** The lane that stands for all in the minimap. */
export function minimapLane(shown: readonly Lane[]): Lane | undefined {
  return shown.find(({ isDigital }) => !isDigital) ?? shown[0];
}

/** From the first sample that anything is known of to the last of any signal; zero length when there are none. */
export function extentOf(lanes: readonly Lane[]): TimeRange {
  let startS = Number.POSITIVE_INFINITY;
  let endS = Number.NEGATIVE_INFINITY;
  for (const { signal, shown } of lanes.flatMap((lane) => lane.traces)) {
    if (!isFilled(signal)) continue;
    startS = Math.min(startS, toldTimeOf(signal) + shown.shiftS);
    endS = Math.max(endS, endTimeOf(signal) + shown.shiftS);
  }
  // Stamped samples at one time have no length of their own.
  if (startS === endS) return { startS: startS - HALF_OF_NOTHING_S, endS: endS + HALF_OF_NOTHING_S };
  return startS < endS ? { startS, endS } : { startS: 0, endS: 0 };
}

/** The shortest sample time on screen; 0 where a signal has times of its own, 1 s when there are no signals. */
export function finestStepS(lanes: readonly Lane[]): number {
  const steps = lanes.flatMap((lane) => lane.traces.map(({ signal }) => stepOf(signal)));
  return steps.length === 0 ? 1 : Math.min(...steps);
}

/** Time stamps are no finer: nanoseconds. */
const STAMP_STEP_S = 1e-9;

/** Time of one sample of the fastest signal with a rate; where there is none, what time stamps tell apart. */
export function finestRateStepS(lanes: readonly Lane[]): number {
  const steps = lanes.flatMap((lane) => lane.traces.map(({ signal }) => stepOf(signal))).filter((stepS) => stepS > 0);
  return steps.length === 0 ? STAMP_STEP_S : Math.min(...steps);
}

function stepOf(signal: SignalInfo): number {
  return signal.timing === 'steady' ? 1 / signal.sampleRateHz : 0;
}

/**
 * Where a mark at this time belongs: at a stamped sample that is at most `reachS` away, else at the nearest sample time
 * of the fastest signal with a rate that there is at this time, else where it is.
 */
export function snapToSample(lanes: readonly Lane[], timeS: number, reachS: number): number {
  const traces = lanes.flatMap((lane) => lane.traces);
  if (traces.length === 0) return timeS;
  const { startS, endS } = extentOf(lanes);
  const insideS = Math.min(Math.max(timeS, startS), endS);
  return stampedNear(traces, insideS, reachS) ?? steadyNear(traces, insideS) ?? insideS;
}

function stampedNear(traces: readonly Trace[], timeS: number, reachS: number): number | undefined {
  const near = traces.flatMap(({ detail, shown }) => {
    const sampleS = detail.picture?.nearestSample(timeS - shown.shiftS);
    return sampleS === undefined ? [] : [sampleS + shown.shiftS];
  });
  const nearest = near.sort((a, b) => Math.abs(a - timeS) - Math.abs(b - timeS))[0];
  return nearest !== undefined && Math.abs(nearest - timeS) <= reachS ? nearest : undefined;
}

function steadyNear(traces: readonly Trace[], timeS: number): number | undefined {
  const steady = traces.flatMap(({ signal, shown: { shiftS } }) =>
    signal.timing === 'steady' ? [{ signal, shiftS, sample: sampleAt(signal, timeS, shiftS) }] : [],
  );
  const there = steady.filter(({ signal, sample }) => sample >= toldFrom(signal) && sample <= signal.endSample);
  const [fastest] = (there.length > 0 ? there : steady).sort((a, b) => b.signal.sampleRateHz - a.signal.sampleRateHz);
  return fastest && timeOf(fastest.signal, Math.round(fastest.sample), fastest.shiftS);
}
