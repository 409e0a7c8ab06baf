// What every opened file offers beside its signal store: sources, user data, time map, events, stored bytes.
// One folder per format implements it; detect.ts lists them. Nothing outside this room knows a format.

import type { Utc } from '../base/time.ts';
import type { EventStore } from '../model/events.ts';
import type { Reading } from '../model/reading.ts';
import type { Diagnostic, SampleRange, SignalStore } from '../model/signal-store.ts';
import type { SpectrumInfo } from '../model/spectrum-info.ts';

export type { EventBlock, EventColumn, EventField, EventSpan, EventStore, EventValue } from '../model/events.ts';

/** Where signals of a file came from: an instrument or a program. Unknown texts are empty. */
export interface SourceInfo {
  readonly id: number;
  readonly name: string;
  readonly vendor: string;
  readonly model: string;
  readonly version: string;
  readonly serialNumber: string;
}

/** One piece of data that an application stored beside the signals. */
export interface UserDataEntry {
  /** The application's tag for it (JLS v2: 12 bits); 0 where the format has none. */
  readonly meta: number;
  readonly storage: 'binary' | 'string' | 'json';
  /** Text for `string` and `json` (unparsed), bytes for `binary`. */
  readonly data: string | Uint8Array;
}

/** One stored pair of the map from samples to wall time. */
export interface UtcEntry {
  /** Sample position counted from the signal's first sample; may lie outside the signal. */
  readonly sample: bigint;
  readonly utc: Utc;
}

/** Sample position (from the signal's first sample) to UTC and back, extrapolated beyond both ends. */
export interface TimeMap {
  toUtc(sample: bigint): Utc;
  toSample(utc: Utc): bigint;
}

/** An opened file. Not to be used after `close()`. */
export interface FormatReader {
  /** Stable id such as `jls-v2`. */
  readonly format: string;
  /** For people, such as `JLS v2`. */
  readonly label: string;
  /** Version that the file itself states; empty if it states none. */
  readonly version: string;
  readonly sources: readonly SourceInfo[];
  readonly store: SignalStore;
  /** What the file says of its making (instrument, trigger, settings, comments), by its own names. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /**
   * Texts by name that a file written of it keeps where it has a place for them: what is known of the making of data that no
   * file holds yet. Names are of letters, digits and `_`.
   */
  readonly about?: Readonly<Record<string, string>>;
  /** Present when there was something to choose in reading it. */
  readonly reading?: Reading;
  /** Everything noticed so far; may grow while blocks are read. */
  readonly diagnostics: readonly Diagnostic[];
  /** True when the file was not closed properly or is damaged and this is what could be saved. */
  readonly isRecovered: boolean;
  /** Present for formats of events. */
  readonly events?: EventStore;
  /** Present for files of counted spectra: which signals are some. */
  readonly spectra?: readonly SpectrumInfo[];
  userData(): Promise<readonly UserDataEntry[]>;
  /** Stored UTC pairs of a signal, in order. */
  utcEntries(signalId: string): Promise<readonly UtcEntry[]>;
  /** `undefined` when the file does not tie this signal to wall time. */
  timeMap(signalId: string): Promise<TimeMap | undefined>;
  /**
   * Samples [start, end) as stored: little-endian, sub-byte types packed with the first sample in the lowest bits
   * (also when `start` is not on a byte), every NaN as the canonical quiet NaN, gaps as in `store.samples`.
   */
  storedSamples(signalId: string, start: number, end: number): Promise<Uint8Array>;
  /**
   * Runs of missing samples of an integer signal in [start, end), which `store.samples` has as NaN; what `storedSamples`
   * has there means nothing. Only of sources that know it.
   */
  missingSamples?(signalId: string, start: number, end: number): Promise<readonly SampleRange[]>;
  /**
   * How many samples of [start, end) reads have found lost so far. An integer signal has 0 for them in `storedSamples`,
   * which whoever writes them must report. Only where a format has no code for them.
   */
  lostSamples?(signalId: string, start: number, end: number): number;
  close(): void;
}
