// The one interface between data and everything that looks at data. A live stream ring and every file
// reader implement it; viewers, exporters and marker readouts use nothing else.
//
// Positions are sample indices counted from the signal's first sample (which is 0, also when the file or the
// device counts from elsewhere). Ranges are half-open. A sample that is missing is NaN, with its time kept, in integer
// signals, too, where the source knows it. A foreign file whose format has a code for it (JLS v1) keeps that code in its
// samples, and only its summaries and statistics leave it out.
//
// Time is steady (a rate) or stamped (a time per sample). A value of a stamped signal holds until the time of the next
// sample, the last one until the signal ends; a NaN holds as missing time. Figures of a stamped signal are weighed by
// the time that each value holds.

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

/** What lies along a signal's axis where that is not time in seconds. */
export interface SignalAxis {
  /** Such as `frequency`, `energy`, `channel`; `sample` when nothing says how far apart the samples are. */
  readonly name: string;
  /** SI unit symbol, such as `Hz` or `keV`; empty when positions are counted. */
  readonly unit: string;
}

interface SignalBase {
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
  /** First sample that can still be read (a live ring forgets; a file starts at 0). */
  readonly startSample: number;
  /** One past the last sample. */
  readonly endSample: number;
  /** The id that the device or file gave to sample 0. */
  readonly firstSampleId: bigint;
  /**
   * Left out: the axis is time in seconds. Else what is called a time or second is a place on this axis in its unit, and
   * a rate is samples per unit (1 where samples are counted).
   */
  readonly axis?: SignalAxis;
}

/** Sampled at one rate: sample i lies at `offsetS + i / sampleRateHz`. */
export interface SteadySignal extends SignalBase {
  readonly timing: 'steady';
  /** Samples per second, > 0. */
  readonly sampleRateHz: number;
  /** Seconds from the store's origin to sample 0. */
  readonly offsetS: number;
  /** What is known before `startSample`: a live ring keeps reductions of short stretches for longer than samples. */
  readonly overview?: Overview;
}

/** Only `summary` tells of it, good to a stretch at the edges of a bin; samples and statistics are refused. */
export interface Overview {
  /** First sample that it covers. */
  readonly startSample: number;
  /** Samples of a stretch. Shorter bins have the figures of the stretch that they lie in. */
  readonly stretchSamples: number;
}

/** Each sample has a time of its own (`SampleBlock.timesS`); times never fall, and may repeat. */
export interface StampedSignal extends SignalBase {
  readonly timing: 'stamped';
  /** Signals of one store with the same axis share their times, sample by sample. */
  readonly axisId: string;
  /** Time of the first sample that can still be read, in seconds from the store's origin; 0 without samples. */
  readonly startS: number;
  /** Where the last value ends to hold: the time of the last sample, unless the source vouches for it longer. */
  readonly endS: number;
}

/** What one signal is. A fresh object each time something in it changes. */
export type SignalInfo = SteadySignal | StampedSignal;

/** Samples [start, end). */
export interface SampleRange {
  readonly start: number;
  readonly end: number;
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

/** One entry per bin; a bin without a valid sample is NaN in all four. `std` is that of `Statistics`. */
export interface BinFigures {
  readonly mean: Float64Array;
  readonly std: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** True when bins are NaN only because they were not read yet. The same request goes on from there. */
  readonly isDraft?: boolean;
}

/** Bins of `increment` samples each. */
export interface Summary extends BinFigures {
  readonly start: number;
  readonly increment: number;
}

/** Bins of equal time, at whole multiples of their length: a still picture holds the same bins whatever it shows. */
export interface TimeBinsRequest {
  readonly signalId: string;
  /** Length of a bin in seconds, > 0. */
  readonly stepS: number;
  /** Bin i covers the seconds zeroS + [i × stepS, (i + 1) × stepS) of the store's axis; may be negative. */
  readonly firstBin: number;
  /** Where bin 0 begins, in seconds of the store's axis; 0 when left out. */
  readonly zeroS?: number;
  /** Number of bins, ≥ 0. */
  readonly count: number;
  readonly canBeDraft?: boolean;
}

export interface TimeBins extends BinFigures {
  readonly stepS: number;
  readonly firstBin: number;
}

/**
 * Exact figures over [start, end). With `count` 0 `measured` and `coverage` are 0 and all others NaN. Of a stamped
 * signal mean, std and what follows from them are weighed by time; where no valid value holds any time (one sample, or
 * all at one time) the samples weigh alike.
 */
export interface Statistics {
  readonly start: number;
  readonly end: number;
  /** Valid (not NaN) samples; over seconds, those whose value holds within them. */
  readonly count: number;
  readonly mean: number;
  /**
   * Sample standard deviation (n − 1) of a steady signal; 0 when count is 1. Of a stamped one the root of the mean
   * square deviation over the measured time, which does not change when a logger repeats a value.
   */
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /**
   * Mean times the duration of the range: signal unit × s (charge from A, energy from W). Missing samples count with
   * the mean of the others, as in the Joulescope's own software.
   */
  readonly integral: number;
  /** Sum over the valid samples of value × its time, signal unit × s: what was measured, nothing filled in. */
  readonly measured: number;
  /** Share of the range's time in which there is a valid value, 0…1. */
  readonly coverage: number;
}

/**
 * Samples as f32 or f64, or as BigInt64/BigUint64 for 64-bit integers (which a double cannot hold). Missing ones are
 * NaN, or in an integer signal of JLS v1 the code that the file has for them (range 8 of a JS110).
 */
export type SampleValues = Float32Array | Float64Array | BigInt64Array | BigUint64Array;

export interface SampleBlock {
  readonly start: number;
  readonly values: SampleValues;
  /** Of a stamped signal, always: the time of each sample, in seconds from the store's origin. */
  readonly timesS?: Float64Array;
}

export type AnnotationKind = 'user' | 'text' | 'vertical-marker' | 'horizontal-marker';

export interface Annotation {
  readonly signalId: string;
  readonly kind: AnnotationKind;
  /**
   * Sample position on a steady signal; on a stamped one, ticks of 2⁻³⁰ s from the store's origin (a mark stands between
   * samples, too); for a global annotation, UTC ticks.
   */
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

/** What a store answers in seconds of its axis about stamped signals. Rejects as `SignalStore` does. */
export interface StampedAccess {
  /** The samples whose time lies in [startS, endS). */
  samplesIn(signalId: string, startS: number, endS: number): Promise<SampleRange>;
  bins(request: TimeBinsRequest): Promise<TimeBins>;
  /**
   * Over the part of [startS, endS) that lies in the signal (from its first sample to its `endS`). The value in force at
   * the start counts from there on. `start` and `end` are those of `samplesIn`.
   */
  statistics(signalId: string, startS: number, endS: number, signal?: AbortSignal): Promise<Statistics>;
}

/**
 * Read access to signals. Any thread. Every method rejects with a LabError: `format/not-found` for an unknown
 * signal, `format/range` for a range outside [startSample, endSample); `summary` reaches back to the start of the
 * `overview`.
 */
export interface SignalStore {
  /** UTC of second 0 of the store's time axis, if the data carry it. */
  readonly originUtc: Utc | undefined;
  /** Present when a signal is stamped. */
  readonly stamped?: StampedAccess;
  /** A snapshot; for a live store `endSample` grows from call to call. */
  signals(): readonly SignalInfo[];
  /** Bins of samples; of a stamped signal each reaches in time to the first sample of the next. */
  summary(request: SummaryRequest): Promise<Summary>;
  samples(signalId: string, start: number, end: number): Promise<SampleBlock>;
  /**
   * Of a stamped signal from the time of sample `start` to that of sample `end` (or to the signal's end). May read every
   * sample of a long span: `signal` gives up on it (`cancelled`). `summary` with one bin is quick.
   */
  statistics(signalId: string, start: number, end: number, signal?: AbortSignal): Promise<Statistics>;
  annotations(): Promise<readonly Annotation[]>;
}
