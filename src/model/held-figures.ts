// Figures of a stamped signal: each value weighs by the time that it holds. Moments of blocks of samples are kept, so
// that wide views cost no more than the blocks at the ends of their bins.
//
// Over the seconds [a, b): the value in force at a counts from a, each later one from its time to that of the next, the
// last to b, but not beyond the signal's end. What holds no time (the same time follows) still counts for min, max and
// count, so that nothing is hidden.

import { throwIfAborted } from '../base/errors.ts';
import type {
  BinFigures,
  SampleRange,
  SampleValues,
  StampedSignal,
  Statistics,
  TimeBins,
  TimeBinsRequest,
} from './signal-store.ts';

/** Samples with a time each. They may grow at the end between two calls; nothing before it changes. */
export interface TimedSamples {
  readonly info: StampedSignal;
  /** Time of a sample that there is, in seconds of the store's axis. */
  timeAt(sample: number): number;
  /** Samples [start, end), which lie inside the signal; called with at most CHUNK_SAMPLES. */
  read(start: number, end: number): Promise<SampleValues>;
}

/** Samples per read. */
const CHUNK_SAMPLES = 65_536;
const BLOCK_SAMPLES = 256;
/** Ranges of at least so many samples are put together from blocks, shorter ones from the samples. */
const WIDE_SAMPLES = 2 * BLOCK_SAMPLES;
/** Cut blocks that are kept: about 200 bytes each. */
const MAX_CUTS = 1 << 14;
/** Samples that are read for a draft: some fifty milliseconds where they are text. */
const DRAFT_SAMPLES = 131_072;

/** Of the valid values in a range. With `count` 0 the others mean nothing. */
interface HeldMoments {
  count: number;
  /** Time that valid values hold, in seconds. */
  heldS: number;
  /** Weighed by time; while `heldS` is 0 it means nothing. */
  mean: number;
  /** Sum of squared deviations × time. */
  m2: number;
  min: number;
  max: number;
}

/** Samples [start, end) over the seconds [fromS, toS): those ends cut what the first and the last value hold. */
interface Stretch extends SampleRange {
  readonly fromS: number;
  readonly toS: number;
}

interface Values {
  readonly values: SampleValues;
  /** Where the first of them lies in `values`. */
  readonly offset: number;
  /** They had to be read. */
  readonly isFresh: boolean;
}

/** Any thread. */
export class HeldFigures {
  readonly #samples: TimedSamples;
  /** Of whole blocks by number, and of blocks that the end of a wide bin cuts by what the cut is. */
  readonly #parts = new Map<number | string, HeldMoments>();
  #cutCount = 0;
  /** The values that were read last. */
  #window: { readonly start: number; readonly values: SampleValues } = { start: 0, values: new Float64Array(0) };

  constructor(samples: TimedSamples) {
    this.#samples = samples;
  }

  /** The samples whose time lies in [startS, endS). */
  samplesIn(startS: number, endS: number): SampleRange {
    const start = this.#firstFrom(startS);
    return { start, end: Math.max(start, this.#firstFrom(endS)) };
  }

  /** Over samples [start, end), which lie inside the signal: from the time of the first to that of the sample `end`. */
  statistics(start: number, end: number, abort?: AbortSignal): Promise<Statistics> {
    return this.#statistics(this.#stretchOf(start, end), { start, end }, abort);
  }

  /** Over the part of [startS, endS) that lies in the signal. */
  statisticsBetween(startS: number, endS: number, abort?: AbortSignal): Promise<Statistics> {
    return this.#statistics(this.#stretchBetween(startS, endS), this.samplesIn(startS, endS), abort);
  }

  /** Bins of `increment` samples each; the samples lie inside the signal. */
  async sampleBins(start: number, increment: number, count: number, canBeDraft: boolean): Promise<BinFigures> {
    return this.#bins(count, canBeDraft, (bin) =>
      this.#stretchOf(start + bin * increment, start + (bin + 1) * increment),
    );
  }

  async timeBins({
    stepS,
    firstBin,
    zeroS = 0,
    count,
    canBeDraft = false,
  }: Omit<TimeBinsRequest, 'signalId'>): Promise<TimeBins> {
    const edgeS = (bin: number) => zeroS + (firstBin + bin) * stepS;
    const figures = await this.#bins(count, canBeDraft, (bin) => this.#stretchBetween(edgeS(bin), edgeS(bin + 1)));
    return { stepS, firstBin, ...figures };
  }

  async #bins(count: number, canBeDraft: boolean, stretchOf: (bin: number) => Stretch): Promise<BinFigures> {
    const nothing = () => new Float64Array(count).fill(Number.NaN);
    const figures = { mean: nothing(), std: nothing(), min: nothing(), max: nothing() };
    const stretches = Array.from({ length: count }, (_, bin) => stretchOf(bin));
    const until = stretches.reduce((most, { end }) => Math.max(most, end), 0);
    let isDraft = false;
    let readSamples = 0;
    for (const [bin, stretch] of stretches.entries()) {
      if (stretch.end <= stretch.start) continue;
      // Only of wide bins something is kept, so that the same request goes on from there.
      isDraft = canBeDraft && readSamples > DRAFT_SAMPLES && isWideStretch(stretch);
      if (isDraft) break;
      const { moments, readCount } = await this.#reduce(stretch, until);
      readSamples += readCount;
      if (moments.count === 0) continue;
      const { mean, std } = await this.#levels(moments, stretch);
      figures.mean[bin] = mean;
      figures.std[bin] = std;
      figures.min[bin] = moments.min;
      figures.max[bin] = moments.max;
    }
    return isDraft ? { ...figures, isDraft } : figures;
  }

  async #statistics(stretch: Stretch, { start, end }: SampleRange, abort?: AbortSignal): Promise<Statistics> {
    const spanS = Math.max(0, stretch.toS - stretch.fromS);
    const { moments } = await this.#reduce(stretch, stretch.end, abort);
    const { count, heldS, min, max } = moments;
    if (count === 0) {
      const { NaN: none } = Number;
      const nothing = { mean: none, std: none, min: none, max: none, integral: none };
      return { start, end, count, ...nothing, measured: 0, coverage: 0 };
    }
    const { mean, std } = await this.#levels(moments, stretch);
    const coverage = spanS > 0 ? Math.min(1, heldS / spanS) : 1;
    return { start, end, count, mean, std, min, max, integral: mean * spanS, measured: mean * heldS, coverage };
  }

  /** Mean and standard deviation; where nothing holds any time the samples weigh alike. */
  async #levels(moments: HeldMoments, { start, end }: Stretch): Promise<{ mean: number; std: number }> {
    if (moments.heldS > 0) return { mean: moments.mean, std: Math.sqrt(moments.m2 / moments.heldS) };
    const alike = emptyMoments();
    for (let from = start; from < end; from += CHUNK_SAMPLES) {
      const to = Math.min(end, from + CHUNK_SAMPLES);
      const { values, offset } = await this.#valuesOf(from, to);
      addHeld(alike, values, offset, to - from, () => 1);
    }
    return { mean: alike.mean, std: Math.sqrt(alike.m2 / alike.heldS) };
  }

  /** The moments of a stretch, and how many samples had to be read for them; reading may go on to `until`. */
  async #reduce(
    stretch: Stretch,
    until: number,
    abort?: AbortSignal,
  ): Promise<{ moments: HeldMoments; readCount: number }> {
    const moments = emptyMoments();
    const isWide = isWideStretch(stretch);
    let readCount = 0;
    for (let at = stretch.start; at < stretch.end; ) {
      const block = Math.floor(at / BLOCK_SAMPLES);
      const to = Math.min(stretch.end, (block + 1) * BLOCK_SAMPLES);
      // What the first and the last value hold is cut: their blocks are not whole, whatever lies in them.
      const isWhole = at % BLOCK_SAMPLES === 0 && at > stretch.start && to < stretch.end;
      const key = isWhole
        ? block
        : `${at} ${at === stretch.start ? stretch.fromS : ''} ${to === stretch.end ? stretch.toS : ''}`;
      let part = this.#parts.get(key);
      if (!part) {
        throwIfAborted(abort, 'Reading the file');
        const { values, offset, isFresh } = await this.#valuesOf(
          at,
          to,
          isWide ? this.#nextKnown(block, until) : until,
        );
        if (isFresh) readCount += values.length;
        part = emptyMoments();
        this.#addStretch(part, values, offset, { ...stretch, start: at, end: to });
        if (isWide) this.#keep(key, part);
      }
      addMoments(moments, part);
      at = to;
    }
    return { moments, readCount };
  }

  /** Where reading ahead from a block ends: at a block that is known. */
  #nextKnown(block: number, until: number): number {
    let next = block + 1;
    while (next * BLOCK_SAMPLES < until && next - block < CHUNK_SAMPLES / BLOCK_SAMPLES && !this.#parts.has(next))
      next++;
    return Math.min(until, next * BLOCK_SAMPLES);
  }

  #keep(key: number | string, part: HeldMoments): void {
    if (typeof key === 'string' && ++this.#cutCount > MAX_CUTS) {
      for (const other of this.#parts.keys()) if (typeof other === 'string') this.#parts.delete(other);
      this.#cutCount = 1;
    }
    this.#parts.set(key, part);
  }

  #addStretch(into: HeldMoments, values: SampleValues, offset: number, { start, end, fromS, toS }: Stretch): void {
    const { info } = this.#samples;
    const timeOf = (sample: number) => (sample < info.endSample ? this.#samples.timeAt(sample) : info.endS);
    let from = Math.max(timeOf(start), fromS);
    addHeld(into, values, offset, end - start, (index) => {
      const to = Math.min(timeOf(start + index + 1), toS);
      const heldS = Math.max(0, to - from);
      from = Math.max(to, fromS);
      return heldS;
    });
  }

  /** Values from sample `start` on; what is read for them may go on to `until`. `offset` is where `start` lies in them. */
  async #valuesOf(start: number, end: number, until = end): Promise<Values> {
    const window = this.#window;
    if (start >= window.start && end <= window.start + window.values.length) {
      return { values: window.values, offset: start - window.start, isFresh: false };
    }
    const values = await this.#samples.read(start, Math.min(until, start + CHUNK_SAMPLES));
    this.#window = { start, values };
    return { values, offset: 0, isFresh: true };
  }

  #stretchOf(start: number, end: number): Stretch {
    const { endSample, endS } = this.#samples.info;
    const timeOf = (sample: number) => (sample < endSample ? this.#samples.timeAt(sample) : endS);
    return { start, end, fromS: timeOf(start), toS: timeOf(end) };
  }

  #stretchBetween(startS: number, endS: number): Stretch {
    const { info } = this.#samples;
    const fromS = Math.max(startS, info.startS);
    const toS = Math.min(endS, info.endS);
    if (startS > info.endS || !(endS > startS)) return { start: 0, end: 0, fromS, toS: fromS };
    let start = this.#firstFrom(startS);
    const isBetween = start >= info.endSample || this.#samples.timeAt(start) > startS;
    if (isBetween && start > info.startSample) start--;
    return { start, end: Math.max(start, this.#firstFrom(endS)), fromS, toS };
  }

  /** The first sample whose time is not before `timeS`. */
  #firstFrom(timeS: number): number {
    const { startSample, endSample } = this.#samples.info;
    let low = startSample;
    let high = endSample;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#samples.timeAt(middle) < timeS) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isWideStretch({ start, end }: SampleRange): boolean {
  return end - start >= WIDE_SAMPLES;
}

function emptyMoments(): HeldMoments {
  return { count: 0, heldS: 0, mean: 0, m2: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
}

/** The parallel form of Welford's update (Chan, Golub, LeVeque 1979), with time as the weight. */
function addMoments(into: HeldMoments, other: Readonly<HeldMoments>): void {
  into.count += other.count;
  if (other.min < into.min) into.min = other.min;
  if (other.max > into.max) into.max = other.max;
  if (!(other.heldS > 0)) return;
  const heldS = into.heldS + other.heldS;
  const delta = other.mean - into.mean;
  into.m2 += other.m2 + (delta * delta * into.heldS * other.heldS) / heldS;
  into.mean = into.heldS > 0 ? into.mean + (delta * other.heldS) / heldS : other.mean;
  into.heldS = heldS;
}

/** Adds `count` values from `offset` on; `heldOf` is called for each in order. Two passes: exact for a constant. */
function addHeld(
  into: HeldMoments,
  values: SampleValues,
  offset: number,
  count: number,
  heldOf: (index: number) => number,
): void {
  const block = emptyMoments();
  const held = new Float64Array(count);
  // deviations from one of the values: a constant has no rounding error
  let reference = Number.NaN;
  let sum = 0;
  for (let index = 0; index < count; index++) {
    const heldS = heldOf(index);
    const value = Number(values[offset + index]);
    if (Number.isNaN(value)) continue;
    if (Number.isNaN(reference)) reference = value;
    held[index] = heldS;
    block.count++;
    block.heldS += heldS;
    if (heldS > 0 && value !== reference) sum += (value - reference) * heldS;
    if (value < block.min) block.min = value;
    if (value > block.max) block.max = value;
  }
  if (block.heldS > 0) {
    block.mean = reference + sum / block.heldS;
    for (let index = 0; index < count; index++) {
      const deviation = Number(values[offset + index]) - block.mean;
      if (held[index]! > 0) block.m2 += deviation * deviation * held[index]!;
    }
  }
  addMoments(into, block);
}
