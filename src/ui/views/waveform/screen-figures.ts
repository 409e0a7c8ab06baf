// The figures beside the traces: of exactly the samples on screen, from the store, as those of a pair of markers at its
// edges would be. While the view moves, and until a store has read what it must, those of the bins that are drawn anyway
// stand in, marked. A view that follows live data has them renewed a few times a second, each time of what was on screen
// then.

import type { Statistics } from '../../../model/signal-store.ts';
import type { Figures } from './figures.ts';
import type { Lane, Trace } from './lanes.ts';
import { exactFigures, type Measurement, Measurer } from './measure.ts';
import type { Marker, TimeRange, ViewState } from './state.ts';

/** As often as people can read digits; a view that stands this long has come to rest. */
const RENEW_INTERVAL_MS = 100;

export interface ShownFigures extends Figures {
  /** Of the bins on screen: good to a pixel at the edges, and to what the store keeps of partly missing stretches. */
  readonly isApproximate: boolean;
  /** Share of the samples at a limit; `undefined` where nobody tells. */
  readonly saturated: number | undefined;
}

type View = Pick<ViewState, 'time' | 'lanes' | 'isFollowing'>;

/** What is on screen, as a pair of markers; no marker of the user has this id. */
const asMarker = ({ startS, endS }: TimeRange): Marker => ({
  id: 0,
  name: '',
  axis: 'time',
  first: startS,
  second: endS,
});

const isSame = (a: TimeRange, b: TimeRange): boolean => a.startS === b.startS && a.endS === b.endS;

export class ScreenFigures {
  readonly #measurer: Measurer;
  #measured = new Map<Trace, Measurement>();
  #measure = (): void => undefined;
  #time: TimeRange = { startS: 0, endS: 0 };
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(onMeasured: () => void) {
    this.#measurer = new Measurer(() => {
      this.#measure();
      onMeasured();
    });
  }

  /** Asks for what is on screen. Call in every frame. */
  renew({ time, lanes: states, isFollowing }: View, lanes: readonly Lane[], nowMs: number): void {
    const hasMoved = !isSame(time, this.#time);
    if (hasMoved && !isFollowing) this.clear();
    if (nowMs - this.#askedAtMs < RENEW_INTERVAL_MS) return;
    this.#askedAtMs = nowMs;
    this.#time = time;
    if (hasMoved && !isFollowing) return;
    this.#measure = () => {
      const measured = this.#measurer.measure([asMarker(time)], withFigures(lanes), states).get(0) ?? [];
      // Figures of running data stay until the next are there; of an overview there will be none that are exact.
      const before = isFollowing ? this.#measured : undefined;
      this.#measured = new Map(
        measured.map((found) => {
          const isAwaited = found.isApproximate && !found.isFromOverview;
          return [found.trace, (isAwaited && before?.get(found.trace)) || found];
        }),
      );
    };
    this.#measure();
  }

  /** Gives up what is under way. */
  clear(): void {
    if (this.#measured.size === 0) return;
    this.#measured = new Map();
    this.#measure = () => undefined;
    this.#measurer.measure([], [], {});
  }

  /** `undefined` where nothing is known yet, or nothing was measured. */
  of(trace: Trace, { time, isFollowing }: View): ShownFigures | undefined {
    const measurement = isFollowing || isSame(time, this.#time) ? this.#measured.get(trace) : undefined;
    if (measurement?.statistics && !measurement.isApproximate)
      return exactly(measurement.statistics, measurement.saturated);
    return roughly(trace, time);
  }
}

/** Exact figures of all that is on screen, for a picture that is taken of running data. */
export async function figuresNow(lanes: readonly Lane[], time: TimeRange): Promise<ReadonlyMap<Trace, ShownFigures>> {
  const traces = withFigures(lanes).flatMap((lane) => lane.traces);
  const found = await Promise.allSettled(traces.map((trace) => exactFigures(asMarker(time), trace)));
  return new Map(
    traces.flatMap((trace, index) => {
      const answer = found[index]!;
      const exact = answer.status === 'fulfilled' ? answer.value : undefined;
      const figures = exact ? exactly(exact.statistics, exact.saturated) : roughly(trace, time);
      return figures ? [[trace, figures] as const] : [];
    }),
  );
}

/** Lanes with the one trace of each that has figures beside it. */
function withFigures(lanes: readonly Lane[]): Lane[] {
  return lanes.flatMap((lane) => (lane.isDigital ? [] : [{ ...lane, traces: lane.traces.slice(0, 1) }]));
}

function exactly(statistics: Statistics, saturated: number | undefined): ShownFigures | undefined {
  return statistics.count > 0 ? { ...statistics, saturated, isApproximate: false } : undefined;
}

function roughly({ detail, limits, shown: { shiftS } }: Trace, { startS, endS }: TimeRange): ShownFigures | undefined {
  const range = { startS: startS - shiftS, endS: endS - shiftS };
  const figuresIn = ({ picture }: Trace['detail']) => (picture?.isDraft ? undefined : picture?.figuresIn(range));
  const figures = figuresIn(detail);
  const shares = limits.flatMap((limit) => figuresIn(limit.detail)?.mean ?? []);
  const saturated = shares.length > 0 ? Math.max(...shares) : undefined;
  return figures && { ...figures, saturated, isApproximate: true };
}
