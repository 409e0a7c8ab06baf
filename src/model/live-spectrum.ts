// Counts by height as an analyser has them now, with the times that belong to them.

import type { Utc } from '../base/time.ts';

export interface LiveSpectrum {
  /** Such as `IN1`. */
  readonly id: string;
  /** Counts per channel, exact up to 2^53. */
  readonly counts: Float64Array;
  /** By the board's clock, while it counted. */
  readonly realS: number;
  /** Of that, the time in which a pulse would have been seen; computed where the instrument does not measure it. */
  readonly liveS: number;
  /** Counts per second since the look before; `undefined` at the first look, and while it does not count. */
  readonly rateHz: number | undefined;
  readonly isCounting: boolean;
  /** When it began to count; `undefined` where it did so before it was connected, or not at all. */
  readonly startUtc: Utc | undefined;
  /** Channels that can count no more: their counts are too small. */
  readonly fullChannelCount: number;
}
