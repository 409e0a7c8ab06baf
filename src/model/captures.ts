// Records of triggers that the user keeps, with what was set when they came.

import type { TraceSignal } from './channel.ts';

export interface TraceCapture {
  readonly id: string;
  readonly name: string;
  /** The user's own words; may be empty. */
  readonly note: string;
  /** Label of the instrument. */
  readonly source: string;
  readonly triggerUnixMs: number;
  readonly signals: readonly TraceSignal[];
  /** Of each signal. */
  readonly sampleCount: number;
  /** As in `TraceRecord`. */
  readonly startS: number;
  readonly stepS: number;
  readonly settings: string;
  /** Of the instrument's own screen. */
  readonly picture?: Blob | undefined;
}

/** With the samples of each signal. */
export interface WholeCapture extends TraceCapture {
  readonly samples: readonly Float32Array[];
}

export interface CapturesPort {
  /** Newest first. */
  list(): Promise<readonly TraceCapture[]>;
  /** Rejects with `storage/gone` when it was deleted meanwhile. */
  samples(id: string): Promise<readonly Float32Array[]>;
  /** Rejects with `storage/quota` when there is no room for another one; then nothing has changed. */
  keep(capture: WholeCapture): Promise<void>;
  /** One that was deleted meanwhile stays so. */
  describe(id: string, words: Pick<TraceCapture, 'name' | 'note'>): Promise<void>;
  remove(id: string): Promise<void>;
}

/** What a capture takes: its samples and its picture. */
export function captureBytes({
  sampleCount,
  signals,
  picture,
}: Pick<TraceCapture, 'sampleCount' | 'signals' | 'picture'>): number {
  return Float32Array.BYTES_PER_ELEMENT * sampleCount * signals.length + (picture?.size ?? 0);
}
