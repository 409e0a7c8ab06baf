// How a stream ring lies in its region: header, the writer's scratch, then for each signal its
// samples and the levels of its pyramid. Every thread computes the same plan from the same descriptor.

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

export interface StreamPlan {
  readonly capacitySamples: number;
  /** Table of source addresses and accumulator record of the writer. */
  readonly writerOffset: number;
  readonly signals: readonly SignalPlan[];
  /** Bits of the missing samples of integers; `undefined` when all signals are floats. */
  readonly missingOffset: number | undefined;
  readonly lengthBytes: number;
}

/** The plan for `signals` with room for at least `capacitySamples` each. */
export function planStream(signals: readonly StreamSignal[], capacitySamples: number): StreamPlan {
  assert(signals.length > 0 && signals.length <= STREAM_MAX_SIGNALS, 'a ring has 1 to 16 signals');
  assert(capacitySamples > 0, 'a ring holds samples');
  const capacity = Math.ceil(capacitySamples / CAPACITY_STEP) * CAPACITY_STEP;
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
    for (let shift = baseShift; levels.length < STREAM_MAX_LEVELS; shift += LEVEL_SHIFT) {
      const entryCount = Math.ceil(capacity / 2 ** shift);
      levels.push({ offset: reserve(entryCount * ENTRY_BYTES), entryCount });
      if (entryCount <= TOP_ENTRIES) break;
    }
    return { bits, rawOffset, baseShift, levels };
  });
  const missingOffset = plans.some(({ bits }) => bits < 32) ? reserve(capacity / 8) : undefined;
  return { capacitySamples: capacity, writerOffset, signals: plans, missingOffset, lengthBytes: next };
}

function alignUp(value: number): number {
  return Math.ceil(value / CACHE_PAD) * CACHE_PAD;
}
