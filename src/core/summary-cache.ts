// The bins of a signal that were asked for last. A view that follows live data asks for nearly the same ones in every
// frame: only those at its right edge are new, and only those are computed.

import type { Summary } from '../model/signal-store.ts';
import type { StreamRing, SummaryRange } from './stream-ring.ts';

/** A view asks for what it shows and, between whiles, for the whole length: bins of two lengths. */
const MAX_KEPT = 2;

interface Kept {
  readonly summary: Summary;
  readonly generation: number;
  /** Bins that were full when they were computed: no sample of theirs can come any more. */
  readonly fullCount: number;
}

/** Of one signal of one ring. */
export class SummaryCache {
  readonly #ring: StreamRing;
  readonly #index: number;
  /** By the length of the bins; what was asked for last is the last. */
  readonly #kept = new Map<number, Kept>();

  /** `index` is the signal's place in the ring. */
  constructor(ring: StreamRing, index: number) {
    this.#ring = ring;
    this.#index = index;
  }

  /** What the ring's own `summary` would answer now; what was computed from samples stays so while its overview lives. */
  summary(range: SummaryRange): Summary {
    const { generation, endSample } = this.#ring;
    const { start, increment, count } = range;
    const kept = this.#kept.get(increment);
    const isLike = kept !== undefined && (start - kept.summary.start) % increment === 0;
    const summary = isLike ? this.#renewed(range, kept) : this.#compute(range);
    const fullCount = Math.min(count, Math.max(0, Math.floor((endSample - start) / increment)));
    this.#kept.delete(increment);
    this.#kept.set(increment, { summary, generation, fullCount });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT) this.#kept.delete(oldest!);
    return summary;
  }

  #compute(range: SummaryRange): Summary {
    return this.#ring.summary(this.#index, range);
  }

  /** With the bins that the ring or its overview still tell of as they were. */
  #renewed(range: SummaryRange, { summary: old, generation, fullCount }: Kept): Summary {
    const { start, increment, count } = range;
    const binAt = (sample: number) => (sample - start) / increment;
    const first = Math.max(0, binAt(old.start), Math.ceil(binAt(this.#ring.overviewOf(this.#index).startSample)));
    const end = Math.min(count, binAt(old.start) + fullCount);
    if (end <= first || this.#ring.generation !== generation) return this.#compute(range);
    const left = this.#compute({ start, increment, count: first });
    const right = this.#compute({ start: start + end * increment, increment, count: count - end });
    const shift = binAt(old.start);
    const column = (name: 'mean' | 'std' | 'min' | 'max') => {
      const joined = new Float64Array(count);
      joined.set(left[name]);
      joined.set(old[name].subarray(first - shift, end - shift), first);
      joined.set(right[name], end);
      return joined;
    };
    return { start, increment, mean: column('mean'), std: column('std'), min: column('min'), max: column('max') };
  }
}
