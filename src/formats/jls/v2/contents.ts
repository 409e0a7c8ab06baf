// What a JLS v2 file contains, however it was found: by following its lists (linked.ts) or by a walk over all
// chunks (walk.ts).

import type { Annotation } from '../../../model/signal-store.ts';
import type { SourceInfo, UserDataEntry } from '../../reader.ts';
import type { SignalDefinition, UtcPair } from './decode.ts';

/** Where the chunks of one fixed-rate signal are. Chunk numbers count from 0 at each level. */
export interface FsrLayout {
  /** Absolute id of the first sample. */
  readonly firstSampleId: bigint;
  readonly sampleCount: number;
  /** Offset of DATA chunk `number`; 0 = it is not in the file (omitted or lost). */
  dataOffset(number: number): Promise<number>;
  /** Offset of SUMMARY chunk `number` of `level` ≥ 1; 0 = not in the file. */
  summaryOffset(level: number, number: number): Promise<number>;
}

export interface Contents {
  readonly sources: readonly SourceInfo[];
  readonly signals: readonly SignalDefinition[];
  /** By signal id, fixed-rate signals only. */
  readonly layouts: ReadonlyMap<number, FsrLayout>;
  /** By signal id. */
  readonly utc: ReadonlyMap<number, readonly UtcPair[]>;
  annotations(signalId: number): Promise<readonly Omit<Annotation, 'signalId'>[]>;
  userData(): Promise<readonly UserDataEntry[]>;
}

/** Thrown inside the reader when a link leads nowhere: the file is then read by a walk instead. */
export class LinkError extends Error {
  readonly offsetBytes: number;

  constructor(what: string, offsetBytes: number) {
    super(what);
    this.offsetBytes = offsetBytes;
  }
}

/**
 * Most samples that a file of `sizeBytes` can hold: a chunk of `samplesPerData` needs its bytes or, where constant
 * chunks may be omitted (types of up to 8 bits), 8 bytes of index.
 */
export function plausibleSampleCount(sizeBytes: number, bits: number, samplesPerData: number): number {
  const bytesPerChunk = bits <= 8 ? 8 : (samplesPerData * bits) / 8;
  return (Math.floor(sizeBytes / bytesPerChunk) + 1) * samplesPerData;
}
