// What the page asks a reader worker. One worker holds one file; samples come back as transferred buffers.

import type { Utc } from '../../base/time.ts';
import type { AnnotationColumns } from '../../model/annotation-columns.ts';
import type { EventBlock, EventStore } from '../../model/events.ts';
import type { ReadChoice } from '../../model/read-choice.ts';
import type { Reading } from '../../model/reading.ts';
import type {
  Diagnostic,
  SampleBlock,
  SampleRange,
  SignalInfo,
  Statistics,
  Summary,
  SummaryRequest,
  TimeBins,
  TimeBinsRequest,
} from '../../model/signal-store.ts';
import type { SpectrumInfo } from '../../model/spectrum-info.ts';

/** An answer, with the diagnostics when there are new ones since the last answer. */
export interface Reply<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[] | undefined;
}

/** `FileCompany`, with the name of the file. */
export interface CompanyOfFile {
  readonly name: string;
  readonly beside: readonly Blob[];
  readonly neighbours: readonly File[];
  readonly choice: ReadChoice;
}

export interface OpenedFile {
  /** For people, such as `JLS v2`. */
  readonly format: string;
  readonly isRecovered: boolean;
  readonly version: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly reading: Reading | undefined;
  readonly originUtc: Utc | undefined;
  readonly signals: readonly SignalInfo[];
  readonly events: Omit<EventStore, 'read'> | undefined;
  readonly spectra: readonly SpectrumInfo[] | undefined;
}

export interface ReaderApi {
  /** Loads what most long files need. */
  prepare(): Promise<void>;
  /** Once, first; `onRead` is told how much of a long file has been read. Rejects with a FormatError. */
  open(
    content: Blob,
    coreModule: WebAssembly.Module,
    company: CompanyOfFile,
    onRead?: (share: number) => void,
  ): Promise<Reply<OpenedFile>>;
  /**
   * Before `open`: what stands whole at the start of a file whose opening reads all of it, undefined for others. What
   * it holds is asked, and closed, at the other end of `port`.
   */
  openBeginning(
    content: Blob,
    coreModule: WebAssembly.Module,
    company: CompanyOfFile,
    port: MessagePort,
  ): Promise<Reply<OpenedFile> | undefined>;
  /** Gives back the memory. Nothing may be asked afterwards. */
  close(): Promise<void>;
  summary(request: SummaryRequest): Promise<Reply<Summary>>;
  samples(signalId: string, start: number, end: number): Promise<Reply<SampleBlock>>;
  statistics(signalId: string, start: number, end: number, signal?: AbortSignal): Promise<Reply<Statistics>>;
  /** The answers of `StampedAccess`. */
  stampedSamplesIn(signalId: string, startS: number, endS: number): Promise<Reply<SampleRange>>;
  stampedBins(request: TimeBinsRequest): Promise<Reply<TimeBins>>;
  stampedStatistics(signalId: string, startS: number, endS: number, signal?: AbortSignal): Promise<Reply<Statistics>>;
  annotations(): Promise<Reply<AnnotationColumns>>;
  /** Events [start, start + count) of a file of events. */
  readEvents(start: number, count: number): Promise<Reply<EventBlock>>;
}
