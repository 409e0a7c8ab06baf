// Which picture a view needs of a signal, and how to load it.

import { LabError } from '../../../base/errors.ts';
import type { SignalInfo, SignalStore, StampedSignal, SteadySignal, Summary } from '../../../model/signal-store.ts';
import { stampedOf } from '../../../model/timing.ts';
import { BinsPicture, type Picture, SamplesPicture, SummaryPicture } from './picture.ts';
import { type Plan, planBins, planSummary, type Window } from './request.ts';

/** Up to so many stamped samples are drawn one by one, as they are; more as bins of time. */
const MAX_SAMPLES = 16_384;

export interface PicturePlan {
  /** The same for the same picture. */
  readonly key: string;
  /** Whether a picture that is there shows all that the view needs. */
  isCoveredBy(picture: Picture): boolean;
  load(store: SignalStore): Promise<Picture>;
}

/** `undefined` when the signal has nothing in the window. */
export function planPicture(signal: SignalInfo, window: Window): PicturePlan | undefined {
  return signal.timing === 'steady' ? planSteady(signal, window) : planStamped(signal, window);
}

function planSteady(signal: SteadySignal, window: Window): PicturePlan | undefined {
  const plan = planSummary(signal, window);
  if (!plan) return undefined;
  const { start, increment, count } = plan.request;
  return {
    key: `${start} ${increment} ${count} ${plan.tail?.end}`,
    isCoveredBy: (picture) =>
      picture instanceof SummaryPicture &&
      picture.summary.increment === increment &&
      !picture.isDraft &&
      picture.summary.start <= plan.needStart &&
      picture.endSample >= plan.needEnd,
    load: async (store) => {
      const [whole, tail] = await Promise.all([
        store.summary({ ...plan.request, canBeDraft: true }),
        tailOf(store, plan),
      ]);
      if (increment === 1) refuseGone(store, signal.id, start);
      return tail ? new SummaryPicture(signal, joined(whole, tail), plan.tail!.end) : new SummaryPicture(signal, whole);
    },
  };
}

/** What was asked for as single samples may be gone by now, and told as stretches: the next plan is another one. */
function refuseGone(store: SignalStore, signalId: string, start: number): void {
  const signal = store.signals().find(({ id }) => id === signalId);
  if (signal && signal.startSample <= start) return;
  throw new LabError('format/range', `Samples from ${start} on are no longer in memory.`);
}

/** The bin of what is left where the signal ends. */
async function tailOf(store: SignalStore, { request, tail }: Plan): Promise<Summary | undefined> {
  return tail && store.summary({ ...request, start: tail.start, increment: tail.end - tail.start, count: 1 });
}

/** The bins of `whole`, and a shorter one behind them. */
function joined(whole: Summary, tail: Summary): Summary {
  const column = (name: 'mean' | 'std' | 'min' | 'max') => Float64Array.of(...whole[name], tail[name][0]!);
  return { ...whole, mean: column('mean'), std: column('std'), min: column('min'), max: column('max') };
}

function planStamped(signal: StampedSignal, window: Window): PicturePlan | undefined {
  const plan = planBins(signal, window);
  if (!plan) return undefined;
  const { request, needStartS, needEndS } = plan;
  const { stepS, firstBin, count } = request;
  const range = { startS: firstBin * stepS, endS: (firstBin + count) * stepS };
  return {
    // the signal may have moved on the axis: see startS
    key: `${stepS} ${firstBin} ${count} ${signal.endSample} ${signal.startS}`,
    isCoveredBy: (picture) => {
      if (!(picture instanceof SamplesPicture || picture instanceof BinsPicture)) return false;
      const isFine = picture instanceof SamplesPicture || picture.bins.stepS === stepS;
      const isInPlace = picture.signal.startS === signal.startS;
      return isFine && isInPlace && !picture.isDraft && picture.startS <= needStartS && picture.endS >= needEndS;
    },
    load: async (store) => {
      const stamped = stampedOf(store);
      const { start, end } = await stamped.samplesIn(signal.id, range.startS, range.endS);
      if (end - start > MAX_SAMPLES)
        return new BinsPicture(signal, await stamped.bins({ ...request, canBeDraft: true }));
      // One more on each side: the value in force at the start, and where the line goes on to at the end.
      const from = Math.max(signal.startSample, start - 1);
      return new SamplesPicture(
        signal,
        await store.samples(signal.id, from, Math.min(signal.endSample, end + 1)),
        range,
      );
    },
  };
}
