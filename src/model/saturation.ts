// Saturation: a sample at the limit of the converter or of a fixed range is not the true value, which is there or
// beyond. A signal whose source can tell has a companion of single bits beside it, 1 where its samples are saturated: an
// ordinary signal in all else, drawn, recorded, exported and counted as any. The two belong together by their names.

import type { StreamSignal } from './channel.ts';
import type { SampleRange, SignalInfo, SignalStore, SteadySignal } from './signal-store.ts';
import { sampleAtTime, timeOfSample } from './timing.ts';

const SUFFIX = '_saturated';
/** Signals that are computed from others, and are saturated where one of those is. */
const COMPUTED: Readonly<Record<string, readonly string[]>> = { power: ['current', 'voltage'] };
/** Samples of one reading, where two companions have to be put on each other. */
const PIECE_SAMPLES = 1 << 20;

/** The companion of a signal of an instrument; it is in the same stream. */
export function saturationSignal({ id, name, sampleRateHz }: StreamSignal): StreamSignal {
  return { id: `${id}${SUFFIX}`, name: `${name}${SUFFIX}`, unit: '', dtype: 'u1', sampleRateHz };
}

/** Whether a signal of this name or id is a companion. */
export function isSaturation(name: string): boolean {
  return name.endsWith(SUFFIX);
}

/** The name or id of the signal that a companion belongs to; of any other signal its own. */
export function saturatedName(name: string): string {
  return isSaturation(name) ? name.slice(0, -SUFFIX.length) : name;
}

/** Those of `signals` that tell where `of` is saturated: of one source, for its own name or those it is computed from. */
export function saturationOf(of: SignalInfo, signals: readonly SignalInfo[]): readonly SteadySignal[] {
  const names = [of.name, ...(COMPUTED[of.name] ?? [])].map((name) => `${name}${SUFFIX}`);
  return signals.filter(
    (signal): signal is SteadySignal =>
      signal.timing === 'steady' && signal.source === of.source && names.includes(signal.name),
  );
}

/**
 * Share of the samples [start, end) of a signal that are saturated, 0…1, of those that its companions know: after a crash
 * a file may have less of them. `undefined` where the store does not tell, or has no sample there. Rejects as
 * `SignalStore.statistics` does.
 */
export async function saturatedShare(
  store: SignalStore,
  of: SignalInfo,
  { start, end }: SampleRange,
  abort?: AbortSignal,
): Promise<number | undefined> {
  if (of.timing !== 'steady') return undefined;
  const filled = store.signals().filter(({ startSample, endSample }) => endSample > startSample);
  const companions = saturationOf(of, filled);
  const range = commonRange(of, { start, end }, companions);
  if (companions.length === 0 || range.end <= range.start) return undefined;
  const placed = companions.map((companion) => ({ companion, range: sameTime(of, range, companion) }));
  const means = await Promise.all(
    placed.map(
      async (each) => (await store.statistics(each.companion.id, each.range.start, each.range.end, abort)).mean,
    ),
  );
  if (means.some(Number.isNaN)) return undefined;
  const isMixed = means.filter((mean) => mean > 0).length > 1;
  return isMixed ? shareOfAny(store, placed, abort) : Math.max(...means);
}

/**
 * About the same from summaries, where only an overview of the samples is left: of several companions the largest share.
 * Rejects as `SignalStore.summary` does.
 */
export async function saturatedSummary(
  store: SignalStore,
  of: SignalInfo,
  range: SampleRange,
): Promise<number | undefined> {
  if (of.timing !== 'steady') return undefined;
  const shares = await Promise.all(
    saturationOf(of, store.signals()).map(async (companion) => {
      const { start, end } = sameTime(of, range, companion);
      const increment = Math.max(1, end - start);
      return (await store.summary({ signalId: companion.id, start, increment, count: 1 })).mean[0]!;
    }),
  );
  const known = shares.filter((share) => !Number.isNaN(share));
  return known.length > 0 ? Math.max(...known) : undefined;
}

interface Placed {
  readonly companion: SteadySignal;
  readonly range: SampleRange;
}

/** Share of the samples at which one of the companions at least is 1, of those at which all are known. */
async function shareOfAny(store: SignalStore, companions: readonly Placed[], abort?: AbortSignal): Promise<number> {
  const length = Math.min(...companions.map(({ range }) => range.end - range.start));
  let count = 0;
  let saturated = 0;
  for (let done = 0; done < length; done += PIECE_SAMPLES) {
    abort?.throwIfAborted();
    const size = Math.min(PIECE_SAMPLES, length - done);
    const blocks = await Promise.all(
      companions.map(({ companion, range }) =>
        store.samples(companion.id, range.start + done, range.start + done + size),
      ),
    );
    for (let i = 0; i < size; i++) {
      const marks = blocks.map(({ values }) => Number(values[i]));
      if (marks.some(Number.isNaN)) continue;
      count++;
      if (marks.includes(1)) saturated++;
    }
  }
  return count > 0 ? saturated / count : 0;
}

/** The part of the samples [start, end) of `of` in which all of the others have samples. */
function commonRange(of: SteadySignal, { start, end }: SampleRange, others: readonly SteadySignal[]): SampleRange {
  const ranges = others.map((other) => sameTime(other, { start: other.startSample, end: other.endSample }, of));
  return {
    start: Math.max(start, ...ranges.map((range) => range.start)),
    end: Math.min(end, ...ranges.map((range) => range.end)),
  };
}

/** The samples of `other`, of the same rate, at the times of those of `of`. */
function sameTime(of: SteadySignal, { start, end }: SampleRange, other: SteadySignal): SampleRange {
  const at = (sample: number) => Math.round(sampleAtTime(other, timeOfSample(of, sample)));
  return { start: at(start), end: at(end) };
}
