// What the mcpha server answers to "read status" and "read histogram": blocks of fixed length, little-endian, without any
// mark. Pure; any thread.

import { HISTOGRAM_BINS } from './command.ts';

export const STATUS_BYTES = 36;
export const HISTOGRAM_BYTES = 4 * HISTOGRAM_BINS;

/** What a bin stops at: it does not wrap. */
export const FULL_BIN = 2 ** 32 - 1;

export interface McphaStatus {
  /** Of IN1 and IN2: ticks of 8 ns in which was counted; they may pass 2^53. */
  readonly timerTicks: readonly [bigint, bigint];
  /** The same of list mode. */
  readonly listTicks: readonly [bigint, bigint];
  /** Armed or recording; otherwise a record is ready. */
  readonly isRecording: boolean;
  /** Place of the trigger's sample in the ring, 0 … 2^23 − 1. */
  readonly triggerAddress: number;
}

/** `undefined` when the bytes are no status of this server: bits that it never sets are set. */
export function decodeStatus(bytes: Uint8Array): McphaStatus | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, STATUS_BYTES);
  const word = view.getUint32(32, true);
  // 1 bit of state and 23 of address
  if (word >= 2 ** 24) return undefined;
  return {
    timerTicks: [view.getBigUint64(0, true), view.getBigUint64(8, true)],
    listTicks: [view.getBigUint64(16, true), view.getBigUint64(24, true)],
    isRecording: (word & 1) === 1,
    triggerAddress: word >>> 1,
  };
}

/** Counts per bin, exact. */
export function decodeHistogram(bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HISTOGRAM_BYTES);
  return Float64Array.from({ length: HISTOGRAM_BINS }, (_, bin) => view.getUint32(4 * bin, true));
}

/** Bins that can count no more: their contents are too small. */
export function fullBinCount(counts: Float64Array): number {
  return counts.reduce((number, count) => (count >= FULL_BIN ? number + 1 : number), 0);
}
