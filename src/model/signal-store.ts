// The one interface between data and everything that looks at data. A live stream ring and every file
// reader implement it; viewers, exporters and marker readouts use nothing else.
//
// Positions are sample indices counted from the signal's first sample (which is 0, also when the file or the
// device counts from elsewhere). Ranges are half-open. A sample that is missing is NaN, with its time kept; an
// integer signal whose file has a code for it keeps that code in its samples (no integer is NaN), and only its
// summaries and statistics leave it out.

import type { Utc } from '../base/time.ts';

/** How a sample is stored. Sub-byte types are packed, lowest bits first. */
export type SampleType =
  | 'f32'
  | 'f64'
  | 'i4'
  | 'i8'
  | 'i16'
  | 'i24'
  | 'i32'
  | 'i64'
  | 'u1'
  | 'u4'
  | 'u8'
  | 'u16'
  | 'u24'
  | 'u32'
  | 'u64';

/** What one signal is. A fresh object each time something in it changes. */
export interface SignalInfo {
  /** Unique in its store and stable while the store is open. */
  readonly id: string;
  /** The signal's own name, such as `current`. */
  readonly name: string;
  /** SI unit symbol, such as `A`; empty for a pure number. */
  readonly unit: string;
  /** What the signal came from, such as `JS110-001636`; may be empty. */
  readonly source: string;
  readonly dtype: SampleType;
  /** True for fixed-point numbers: integers of `dtype` in the file, any numbers in `samples`. */
  readonly isScaled?: boolean;
  /** Samples per second, > 0. */
  readonly sampleRateHz: number;
  /** First sample that can still be read (a live ring forgets; a file starts at 0). */
  readonly startSample: number;
  /** One past the last sample. */
  readonly endSample: number;
  /** Seconds from the store's origin to sample 0. */
  readonly offsetS: number;
  /** The id that the device or file gave to sample 0. */
  readonly firstSampleId: bigint;
}

export interface SummaryRequest {
  readonly signalId: string;
  /** First sample of the first bin. */
  readonly start: number;
  /** Samples per bin, ≥ 1. */
  readonly increment: number;
  /** Number of bins, ≥ 0. */
  readonly count: number;
  /** True when bins may be missing where the store would have to read for long; the answer then says so. */
  readonly canBeDraft?: boolean;
}

/** One entry per bin; a bin without a valid sample is NaN in all four. `std` has n − 1 in the denominator. */
export interface Summary {
  readonly start: number;
  readonly increment: number;
  readonly mean: Float64Array;
  readonly std: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** True when bins are NaN only because they were not read yet. The same request goes on from there. */
  readonly isDraft?: boolean;
}

/** Exact figures over [start, end). With `count` 0 all others are NaN. */
export interface Statistics {
  readonly start: number;
  readonly end: number;
  /** Valid (not NaN) samples. */
  readonly count: number;
  readonly mean: number;
  /** Sample standard deviation (n − 1); 0 when count is 1. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /**
   * Mean times the duration of the range: signal unit × s (charge from A, energy from W). Missing samples count with
   * the mean of the others, as in the Joulescope's own software.
   */
  readonly integral: number;
}

/**
 * Samples as f32 or f64, or as BigInt64/BigUint64 for 64-bit integers (which a double cannot hold). Missing ones are
 * NaN, or in an integer signal the code that the file has for them (range 8 of a JS110).
 */
export type SampleValues = Float32Array | Float64Array | BigInt64Array | BigUint64Array;

export interface SampleBlock {
  readonly start: number;
  readonly values: SampleValues;
}

export type AnnotationKind = 'user' | 'text' | 'vertical-marker' | 'horizontal-marker';

export interface Annotation {
  readonly signalId: string;
  readonly kind: AnnotationKind;
  /** Sample position on its signal; for a global annotation, UTC ticks. */
  readonly timestamp: bigint;
  readonly storage: 'binary' | 'string' | 'json';
  readonly groupId: number;
  /** Vertical place in the signal's unit; NaN = automatic. */
  readonly y: number;
  readonly data: string | Uint8Array;
}

/** What a reader noticed while it opened or read the file. Nothing here stops the file from being used. */
export interface Diagnostic {
  readonly severity: 'info' | 'warning' | 'error';
  readonly code: string;
  readonly message: string;
  readonly offsetBytes?: number;
}

/**
 * Read access to signals. Any thread. Every method rejects with a LabError: `format/not-found` for an unknown
 * signal, `format/range` for a range outside [startSample, endSample).
 */
export interface SignalStore {
  /** UTC of second 0 of the store's time axis, if the data carry it. */
  readonly originUtc: Utc | undefined;
  /** A snapshot; for a live store `endSample` grows from call to call. */
  signals(): readonly SignalInfo[];
  summary(request: SummaryRequest): Promise<Summary>;
  samples(signalId: string, start: number, end: number): Promise<SampleBlock>;
  /** May read every sample of a long span: `signal` gives up on it (`cancelled`). `summary` with one bin is quick. */
  statistics(signalId: string, start: number, end: number, signal?: AbortSignal): Promise<Statistics>;
  annotations(): Promise<readonly Annotation[]>;
}
