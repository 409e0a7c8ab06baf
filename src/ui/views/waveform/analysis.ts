// Histogram and spectrum of a span, from the samples themselves, block by block: the page stays free between two
// blocks, memory holds one. Spans too long to read are taken in blocks spread evenly, and the result says so.

import { Histogram } from '../../../model/histogram.ts';
import type { SampleValues, SignalInfo, SignalStore, StampedSignal } from '../../../model/signal-store.ts';
import { type Spectrum, SpectrumAverager, type WindowName } from '../../../model/spectrum.ts';

/** Samples per read. */
const BLOCK_SAMPLES = 1 << 16;
/** Most samples that one analysis reads: 64 blocks. */
const MAX_SAMPLES = BLOCK_SAMPLES * 64;
const MIN_SEGMENT = 16;

export interface Span {
  readonly store: SignalStore;
  readonly signal: SignalInfo;
  /** Sample range inside the signal. */
  readonly start: number;
  readonly end: number;
  /** Aborts between two blocks when it returns true. */
  readonly isStale: () => boolean;
}

export interface Coverage {
  /** Part of the span's samples that were read, 0…1. */
  readonly part: number;
}

function asNumbers(values: SampleValues): Float32Array | Float64Array {
  return values instanceof BigInt64Array || values instanceof BigUint64Array
    ? Float64Array.from(values, Number)
    : values;
}

/**
 * Starts of blocks of `length`, spread evenly from `start` to `end` and at most `step` apart; no more than
 * `MAX_SAMPLES` worth of them.
 */
export function blockStarts(start: number, end: number, length: number, step: number): number[] {
  const room = Math.max(0, end - start - length);
  const count = Math.min(Math.ceil(room / step) + 1, Math.floor(MAX_SAMPLES / length));
  if (count === 1) return [start];
  return Array.from({ length: count }, (_, i) => Math.floor(start + (room * i) / (count - 1)));
}

/** `undefined` when it became stale on the way. */
export async function analyseHistogram(
  span: Span,
  binCount: number,
): Promise<(Coverage & { readonly histogram: Histogram }) | undefined> {
  const { store, signal, start, end, isStale } = span;
  const isWhole = end - start <= MAX_SAMPLES;
  const { min, max } = isWhole ? await store.statistics(signal.id, start, end) : await quickRange(span);
  const histogram = new Histogram(min, max, binCount);
  const starts = isWhole
    ? Array.from({ length: Math.ceil((end - start) / BLOCK_SAMPLES) }, (_, i) => start + i * BLOCK_SAMPLES)
    : blockStarts(start, end, BLOCK_SAMPLES, BLOCK_SAMPLES);
  let read = 0;
  for (const from of starts) {
    if (isStale()) return undefined;
    const to = Math.min(from + BLOCK_SAMPLES, end);
    if (signal.timing === 'steady') histogram.add(asNumbers((await store.samples(signal.id, from, to)).values));
    else await addHeld(histogram, store, signal, from, to);
    read += to - from;
  }
  return { histogram, part: read / (end - start) };
}

/** Samples [from, to) of a stamped signal, each counted by the time that it holds. */
async function addHeld(
  histogram: Histogram,
  store: SignalStore,
  { id, endSample, endS }: StampedSignal,
  from: number,
  to: number,
): Promise<void> {
  const block = await store.samples(id, from, Math.min(to + 1, endSample));
  const timesS = block.timesS!;
  const heldS = Float64Array.from({ length: to - from }, (_, i) => (timesS[i + 1] ?? endS) - timesS[i]!);
  histogram.add(asNumbers(block.values).slice(0, to - from), heldS);
}

/** From stored summaries, where exact statistics would read every sample. */
async function quickRange({ store, signal, start, end }: Span): Promise<{ min: number; max: number }> {
  const { min, max } = await store.summary({ signalId: signal.id, start, increment: end - start, count: 1 });
  return { min: min[0]!, max: max[0]! };
}

/** Largest power of two that fits the span, at most a block. */
export function segmentSize(sampleCount: number): number {
  return Math.min(BLOCK_SAMPLES, 2 ** Math.floor(Math.log2(Math.max(sampleCount, 1))));
}

/** `undefined` when it became stale on the way, has no rate, or the span is shorter than 16 samples. */
export async function analyseSpectrum(
  span: Span,
  window: WindowName,
): Promise<(Coverage & { readonly spectrum: Spectrum }) | undefined> {
  const { store, signal, start, end, isStale } = span;
  const size = segmentSize(end - start);
  if (size < MIN_SEGMENT || signal.timing !== 'steady') return undefined;
  const averager = new SpectrumAverager(size, window);
  // Half overlapping: what a window dampens at the end of one segment is in the middle of the next.
  const starts = blockStarts(start, end, size, size / 2);
  for (const from of starts) {
    if (isStale()) return undefined;
    averager.add(asNumbers((await store.samples(signal.id, from, from + size)).values));
  }
  return { spectrum: averager.result(signal.sampleRateHz), part: coveredPart(starts, size, end - start) };
}

function coveredPart(starts: readonly number[], size: number, sampleCount: number): number {
  const isGapless = starts.length < 2 || starts[1]! - starts[0]! <= size;
  return isGapless && sampleCount > size ? 1 : Math.min(1, (starts.length * size) / sampleCount);
}
