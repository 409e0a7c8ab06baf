// How a stream ring lies in its region: header, the writer's scratch, then for each signal its
// samples and the levels of its pyramid. Every thread computes the same plan from the same descriptor.
//
// Samples and base entries live for the capacity, the levels above for the overview, which may be longer: an entry of
// level 1 takes 32 bytes for 2048 samples of f32, a 256th of their 8192.

import { assert } from '../base/assert.ts';
import { STREAM_SAMPLE_BITS, type StreamSignal } from '../model/channel.ts';
import {
  BASE_BLOCK_BYTES,
  CACHE_PAD,
  ENTRY_BYTES,
  LEVEL_SHIFT,
  STATS_BYTES,
  STREAM_HEADER_BYTES,
  STREAM_MAX_LEVELS,
  STREAM_MAX_SIGNALS,
  STREAM_SOURCES_BYTES,
} from './layout.ts';

/** Capacities are multiples of this: the samples of a base block of the narrowest type, so that no block wraps. */
const CAPACITY_STEP = BASE_BLOCK_BYTES * 8;

/** A level with no more entries than this needs none above it. */
const TOP_ENTRIES = 64;

/**
 * A ring with an overview keeps at least so many samples: level 1 is made from base entries, and the narrowest type must
 * hold those of one append (up to half a ring) and of the block before it.
 */
const OVERVIEW_SAMPLES = TOP_ENTRIES * CAPACITY_STEP;

export interface LevelPlan {
  readonly offset: number;
  readonly entryCount: number;
}

export interface SignalPlan {
  /** Bits per sample; 32 means f32. */
  readonly bits: 1 | 4 | 8 | 32;
  /** Offsets are bytes from the ring's address. */
  readonly rawOffset: number;
  /** log2 of the samples of a base block. */
  readonly baseShift: number;
  readonly levels: readonly LevelPlan[];
}

export interface StreamLength {
  /** Samples kept of each signal; rounded up to a multiple of 4096. */
  readonly capacitySamples: number;
  /** Samples that reductions are kept of, where that is more. */
  readonly overviewSamples?: number;
}

export interface StreamPlan {
  readonly capacitySamples: number;
  /** Samples that the levels above the base tell of; at least the capacity. */
  readonly overviewSamples: number;
  /** Table of source addresses and accumulator record of the writer. */
  readonly writerOffset: number;
  readonly signals: readonly SignalPlan[];
  /** Bits of the missing samples of integers; `undefined` when all signals are floats. */
  readonly missingOffset: number | undefined;
  readonly lengthBytes: number;
}

/** The plan for `signals` with room for at least `capacitySamples` each, and reductions of `overviewSamples`. */
export function planStream(
  signals: readonly StreamSignal[],
  { capacitySamples, overviewSamples = 0 }: StreamLength,
): StreamPlan {
  assert(signals.length > 0 && signals.length <= STREAM_MAX_SIGNALS, 'a ring has 1 to 16 signals');
  assert(capacitySamples > 0, 'a ring holds samples');
  const wanted = Math.max(capacitySamples, Math.min(overviewSamples, OVERVIEW_SAMPLES));
  const capacity = Math.ceil(wanted / CAPACITY_STEP) * CAPACITY_STEP;
  const overview = Math.max(capacity, overviewSamples);
  const writerOffset = STREAM_HEADER_BYTES;
  let next = alignUp(writerOffset + STREAM_SOURCES_BYTES + STATS_BYTES);
  const reserve = (lengthBytes: number): number => {
    const offset = next;
    next = alignUp(next + lengthBytes);
    return offset;
  };
  const plans = signals.map((signal): SignalPlan => {
    const bits = STREAM_SAMPLE_BITS[signal.dtype];
    const baseShift = Math.log2((BASE_BLOCK_BYTES * 8) / bits);
    const rawOffset = reserve((capacity * bits) / 8);
    const levels: LevelPlan[] = [];
    let length = capacity;
    for (let shift = baseShift; levels.length < STREAM_MAX_LEVELS; shift += LEVEL_SHIFT) {
      const entryCount = Math.ceil(length / 2 ** shift);
      levels.push({ offset: reserve(entryCount * ENTRY_BYTES), entryCount });
      if (entryCount <= TOP_ENTRIES && length === overview) break;
      length = overview;
    }
    return { bits, rawOffset, baseShift, levels };
  });
  const missingOffset = plans.some(({ bits }) => bits < 32) ? reserve(capacity / 8) : undefined;
  return {
    capacitySamples: capacity,
    overviewSamples: overview,
    writerOffset,
    signals: plans,
    missingOffset,
    lengthBytes: next,
  };
}

function alignUp(value: number): number {
  return Math.ceil(value / CACHE_PAD) * CACHE_PAD;
}
