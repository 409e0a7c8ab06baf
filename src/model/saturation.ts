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
 * Share of the samples [start, end) of a signal that are saturated, 0…1; `undefined` where the store does not tell, or has
 * no sample there. Rejects as `SignalStore.statistics` does.
 */
export async function saturatedShare(
  store: SignalStore,
  of: SignalInfo,
  { start, end }: SampleRange,
  abort?: AbortSignal,
): Promise<number | undefined> {
  if (of.timing !== 'steady') return undefined;
  const companions = saturationOf(of, store.signals()).flatMap((companion) => {
    const range = sameTime(of, { start, end }, companion);
    return range.end > range.start ? [{ companion, range }] : [];
  });
  const means = await Promise.all(
    companions.map(({ companion, range }) => store.statistics(companion.id, range.start, range.end, abort)),
  );
  const known = means.map(({ mean }) => mean).filter((mean) => !Number.isNaN(mean));
  if (known.length === 0) return undefined;
  const isOverlapping = known.filter((mean) => mean > 0).length > 1 && known.every((mean) => mean < 1);
  return isOverlapping ? shareOfAny(store, companions, abort) : Math.max(...known);
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

/** The samples of `other`, of the same rate, at the times of those of `of`, as far as there are. */
function sameTime(of: SteadySignal, { start, end }: SampleRange, other: SteadySignal): SampleRange {
  const at = (sample: number) =>
    Math.min(Math.max(Math.round(sampleAtTime(other, timeOfSample(of, sample))), other.startSample), other.endSample);
  return { start: at(start), end: at(end) };
}
