// The signal store over a JLS v2 file some of whose signals have a time per sample (stamped.ts): those as such, all others
// as the store of samples at rates has them, on one axis.

import { type Utc, utcFromTicks, utcSecondsBetween } from '../../../base/time.ts';
import type {
  Annotation,
  SampleBlock,
  SignalInfo,
  SignalStore,
  StampedAccess,
  StampedSignal,
  Statistics,
  Summary,
  SummaryRequest,
} from '../../../model/signal-store.ts';
import { PlainStore, type StampedPlainSignal } from '../../plain-store.ts';
import type { UtcEntry } from '../../reader.ts';
import type { DiagnosticLog } from '../diagnostics.ts';
import type { JlsV2Store } from './store.ts';

/** Where JLS begins to count: 0 of an axis without a clock. */
const NO_ORIGIN = utcFromTicks(0n);

/** Signals with the same times. */
export interface StampedGroup {
  readonly signalIds: readonly string[];
  /** Of each signal, by id: its pairs in order. */
  readonly pairs: ReadonlyMap<string, readonly UtcEntry[]>;
}

export class JlsStampedStore implements SignalStore {
  readonly stamped: StampedAccess;
  readonly originUtc: Utc | undefined;
  readonly #steady: JlsV2Store;
  readonly #values: PlainStore;
  readonly #times: ReadonlyMap<string, Float64Array>;

  /** `originUtc` is left out where nothing says when the values were taken. */
  constructor(steady: JlsV2Store, groups: readonly StampedGroup[], originUtc: Utc | undefined, log: DiagnosticLog) {
    this.#steady = steady;
    this.originUtc = originUtc;
    const origin = originUtc ?? NO_ORIGIN;
    const signals = groups.flatMap((group) => signalsOf(group, steady, origin, log));
    this.#times = new Map(signals.map(({ info, timesS }) => [info.id, timesS]));
    this.#values = new PlainStore(signals, originUtc);
    this.stamped = this.#values.stamped!;
  }

  signals(): readonly SignalInfo[] {
    const stamped = new Map(this.#values.signals().map((info) => [info.id, info]));
    return this.#steady.signals().map((info) => stamped.get(info.id) ?? info);
  }

  summary(request: SummaryRequest): Promise<Summary> {
    return this.#of(request.signalId).summary(request);
  }

  samples(signalId: string, start: number, end: number): Promise<SampleBlock> {
    return this.#of(signalId).samples(signalId, start, end);
  }

  statistics(signalId: string, start: number, end: number, signal?: AbortSignal): Promise<Statistics> {
    return this.#of(signalId).statistics(signalId, start, end, signal);
  }

  /** Those of other programs stand on samples: they are put at the time of theirs. */
  async annotations(): Promise<readonly Annotation[]> {
    return (await this.#steady.annotations()).map((annotation) => {
      const timesS = this.#times.get(annotation.signalId);
      if (!timesS) return annotation;
      const sample = Math.min(Math.max(0, Number(annotation.timestamp)), timesS.length - 1);
      return { ...annotation, timestamp: BigInt(Math.round((timesS[sample] ?? 0) * TICKS_PER_SECOND)) };
    });
  }

  #of(signalId: string): SignalStore {
    return this.#times.has(signalId) ? this.#values : this.#steady;
  }
}

const TICKS_PER_SECOND = 2 ** 30;

function signalsOf(
  { signalIds, pairs }: StampedGroup,
  steady: JlsV2Store,
  origin: Utc,
  log: DiagnosticLog,
): readonly StampedPlainSignal[] {
  return signalIds.map((id): StampedPlainSignal => {
    const { sampleRateHz: _, offsetS: __, ...base } = steady.info(id);
    const { timesS, untimed } = timesOf(pairs.get(id) ?? [], base.endSample, origin);
    if (untimed.size > 0) {
      log.add(
        'error',
        'times-lost',
        `The times of ${untimed.size} values of ${base.name} are lost: they are left empty.`,
      );
    }
    const endSample = timesS.length;
    const info: StampedSignal = {
      ...base,
      timing: 'stamped',
      axisId: `times of ${signalIds[0]}`,
      endSample,
      startS: timesS[0] ?? 0,
      endS: timesS.at(-1) ?? 0,
    };
    return {
      info,
      timesS,
      read: async (start, end) => {
        const { values } = await steady.samples(id, start, end);
        if (untimed.size > 0 && values instanceof Float64Array) {
          for (let at = start; at < end; at++) if (untimed.has(at)) values[at - start] = Number.NaN;
        }
        return values;
      },
    };
  });
}

/**
 * The times of the samples, not falling; of those in the middle without one the time of the one before. What a cut file has
 * of samples without a time behind them, or of times without a sample, does not count.
 */
function timesOf(
  pairs: readonly UtcEntry[],
  sampleCount: number,
  origin: Utc,
): { readonly timesS: Float64Array; readonly untimed: ReadonlySet<number> } {
  const timed = pairs.filter(({ sample }) => sample >= 0n && sample < BigInt(sampleCount));
  const count = timed.reduce((most, { sample }) => Math.max(most, Number(sample) + 1), 0);
  const timesS = new Float64Array(count).fill(Number.NaN);
  for (const { sample, utc } of timed) timesS[Number(sample)] = utcSecondsBetween(origin, utc);
  const untimed = new Set<number>();
  let last = timesS.find((time) => !Number.isNaN(time)) ?? 0;
  for (let index = 0; index < count; index++) {
    const time = timesS[index]!;
    if (Number.isNaN(time)) untimed.add(index);
    else last = Math.max(last, time);
    timesS[index] = last;
  }
  return { timesS, untimed };
}
