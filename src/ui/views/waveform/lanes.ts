// Which signals share a lane, in which order, and in which colour.

import type { SignalStore, SteadySignal } from '../../../model/signal-store.ts';
import { TraceRenderer } from '../../plot/trace.ts';
import { SummaryLoader } from './loader.ts';
import { timeOf } from './request.ts';
import type { TimeRange } from './state.ts';

/** A recording to lay over the first one. */
export interface ComparedStore {
  readonly store: SignalStore;
  /** Unique in its view: shown in readouts, and the key of its shift in the view's state. */
  readonly label: string;
}

/** A store on screen. */
export interface ShownStore extends ComparedStore {
  /** Moves it on the time axis; follows the view's state. */
  shiftS: number;
}

/** One signal on screen. Lives as long as its store is shown. */
export interface Trace {
  readonly shown: ShownStore;
  /** Replaced when the store's snapshot changes. */
  signal: SteadySignal;
  readonly colorIndex: number;
  readonly detail: SummaryLoader;
  /** The whole length, for the minimap and as the first picture after a jump. */
  readonly overview: SummaryLoader;
  readonly renderer: TraceRenderer;
}

export interface Lane {
  /** Stable over reloads: name of the signal (and its source where names repeat). */
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly isDigital: boolean;
  readonly traces: Trace[];
}

const ORDER = ['current', 'voltage', 'power'];
const DIGITAL_TYPES = new Set(['u1', 'u4']);

const isDigital = (signal: SteadySignal): boolean => signal.unit === '' && DIGITAL_TYPES.has(signal.dtype);

const steadySignals = (store: SignalStore): SteadySignal[] =>
  store.signals().filter((signal) => signal.timing === 'steady');

function rank(signal: SteadySignal): number {
  if (isDigital(signal)) return ORDER.length + 1;
  const index = ORDER.indexOf(signal.name);
  return index < 0 ? ORDER.length : index;
}

/** Lanes of all stores. Signals of the second and later stores join the lane of the same name and unit. */
export function buildLanes(stores: readonly ShownStore[], onLoaded: () => void): Lane[] {
  const lanes: Lane[] = [];
  for (const shown of stores) {
    const signals = steadySignals(shown.store).sort((a, b) => rank(a) - rank(b));
    for (const signal of signals) {
      const isNameTaken = signals.some((other) => other !== signal && other.name === signal.name);
      const name = isNameTaken && signal.source !== '' ? `${signal.source} ${signal.name}` : signal.name;
      let lane = shown === stores[0] ? undefined : lanes.find((it) => it.name === name && it.unit === signal.unit);
      if (!lane) {
        const id = lanes.some((it) => it.id === name) ? `${name} ${signal.id}` : name;
        lane = { id, name, unit: signal.unit, isDigital: isDigital(signal), traces: [] };
        lanes.push(lane);
      }
      lane.traces.push({
        shown,
        signal,
        colorIndex: lanes.indexOf(lane) + 3 * lane.traces.length,
        detail: new SummaryLoader(shown.store, onLoaded),
        overview: new SummaryLoader(shown.store, onLoaded),
        renderer: new TraceRenderer(),
      });
    }
  }
  return lanes;
}

/** Takes the stores' newest snapshots; true if a signal's extent changed. */
export function refreshSignals(lanes: readonly Lane[]): boolean {
  let hasChanged = false;
  const snapshots = new Map<SignalStore, Map<string, SteadySignal>>();
  for (const trace of lanes.flatMap((lane) => lane.traces)) {
    const { store } = trace.shown;
    let signals = snapshots.get(store);
    if (!signals) {
      signals = new Map(steadySignals(store).map((signal) => [signal.id, signal]));
      snapshots.set(store, signals);
    }
    const newest = signals.get(trace.signal.id) ?? trace.signal;
    if (newest.startSample !== trace.signal.startSample || newest.endSample !== trace.signal.endSample) {
      hasChanged = true;
    }
    trace.signal = newest;
  }
  return hasChanged;
}

/** From the first to the last sample of any signal; zero length when there are none. */
export function extentOf(lanes: readonly Lane[]): TimeRange {
  let startS = Number.POSITIVE_INFINITY;
  let endS = Number.NEGATIVE_INFINITY;
  for (const { signal, shown } of lanes.flatMap((lane) => lane.traces)) {
    if (signal.endSample <= signal.startSample) continue;
    startS = Math.min(startS, timeOf(signal, signal.startSample, shown.shiftS));
    endS = Math.max(endS, timeOf(signal, signal.endSample, shown.shiftS));
  }
  return startS < endS ? { startS, endS } : { startS: 0, endS: 0 };
}

/** The fastest sample rate on screen, in Hz; 1 when there are no signals. */
export function fastestRateHz(lanes: readonly Lane[]): number {
  return Math.max(0, ...lanes.flatMap((lane) => lane.traces.map((trace) => trace.signal.sampleRateHz))) || 1;
}

/** The nearest sample time of the fastest signal that there is at this time. */
export function snapToSample(lanes: readonly Lane[], timeS: number): number {
  const { startS, endS } = extentOf(lanes);
  const insideS = Math.min(Math.max(timeS, startS), endS);
  const sampleAt = ({ signal, shown }: Trace) => (insideS - signal.offsetS - shown.shiftS) * signal.sampleRateHz;
  const isThere = (trace: Trace) =>
    sampleAt(trace) >= trace.signal.startSample && sampleAt(trace) <= trace.signal.endSample;
  const traces = lanes.flatMap((lane) => lane.traces);
  const there = traces.filter(isThere);
  const fastest = (there.length > 0 ? there : traces).reduce<Trace | undefined>(
    (best, trace) => (best && best.signal.sampleRateHz >= trace.signal.sampleRateHz ? best : trace),
    undefined,
  );
  return fastest ? timeOf(fastest.signal, Math.round(sampleAt(fastest)), fastest.shown.shiftS) : timeS;
}
