// Which signals and which span of them an export takes, and how it reports and stops.

import { FormatError, throwIfAborted } from '../../base/errors.ts';
import type { Annotation, SignalInfo } from '../../model/signal-store.ts';
import type { FormatReader } from '../reader.ts';

/** What stands in a table's row that covers several samples. */
export type RowReduction = 'mean' | 'mean-min-max' | 'all';

export interface ExportOptions {
  /** All signals when left out. */
  readonly signalIds?: readonly string[];
  /** Sample positions on the first chosen signal; the others are cut at the same times. All when left out. */
  readonly start?: number;
  readonly end?: number;
  /** Written instead of the annotations of the file, where the format holds any. */
  readonly annotations?: readonly Annotation[];
  /** Tables of text only: most rows to write, ≥ 1. */
  readonly rowBudget?: number;
  /** The same: what a row holds; default `mean-min-max`. */
  readonly reduction?: RowReduction;
  /** Samples (or events) done and to do, over all signals; called a few times per million. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly abort?: AbortSignal;
}

/** What an export did, in sentences for the user. */
export interface ExportReport {
  readonly notes: readonly string[];
}

/** A signal and the samples [start, end) of it. */
export interface Span {
  readonly info: SignalInfo;
  readonly start: number;
  readonly end: number;
}

/** Samples that an exporter holds at a time. */
export const EXPORT_CHUNK_SAMPLES = 65_536;

/** Rejects with `format/not-found` or `format/range` when the choice does not fit the file. */
export function selectSpans(reader: FormatReader, options: ExportOptions): readonly Span[] {
  const all = reader.store.signals();
  const chosen = options.signalIds?.map((id) => {
    const info = all.find((signal) => signal.id === id);
    if (!info) throw new FormatError('format/not-found', `This file has no signal "${id}".`);
    return info;
  });
  const signals = chosen ?? all;
  const first = signals[0];
  if (!first) throw new FormatError('format/not-found', 'This file has no signals to export.');
  const start = options.start ?? first.startSample;
  const end = options.end ?? first.endSample;
  if (start < first.startSample || end > first.endSample || start > end) {
    throw new FormatError(
      'format/range',
      `Samples ${start} to ${end} are outside of "${first.id}", which has ${first.startSample} to ${first.endSample}.`,
    );
  }
  const isWhole = options.start === undefined && options.end === undefined;
  const startS = first.offsetS + start / first.sampleRateHz;
  const endS = first.offsetS + end / first.sampleRateHz;
  return signals.map((info) => {
    if (isWhole) return { info, start: info.startSample, end: info.endSample };
    if (info === first) return { info, start, end };
    const at = (timeS: number) => {
      const sample = Math.round((timeS - info.offsetS) * info.sampleRateHz);
      return Math.min(Math.max(sample, info.startSample), info.endSample);
    };
    return { info, start: at(startS), end: at(endS) };
  });
}

/** What to tell of samples that are lost in the file and that an integer type has no mark for. After they were read. */
export function lossNotes(reader: FormatReader, spans: readonly Span[]): readonly string[] {
  return spans.flatMap(({ info: { id, name, dtype }, start, end }) => {
    const count = dtype.startsWith('f') ? 0 : (reader.lostSamples?.(id, start, end) ?? 0);
    return count === 0 ? [] : [`${count} samples of "${name}" are lost in the source and are 0 here.`];
  });
}

/** Counts what is done, tells the caller and stops when asked to. */
export class ExportProgress {
  readonly #options: ExportOptions;
  readonly #total: number;
  #done = 0;

  constructor(options: ExportOptions, total: number) {
    this.#options = options;
    this.#total = total;
  }

  /** Throws `cancelled` when the user stopped the export. */
  add(count: number): void {
    throwIfAborted(this.#options.abort, 'The export');
    this.#done += count;
    this.#options.onProgress?.(this.#done, this.#total);
  }
}

/** True when all spans have one rate, one start in time and one length, so that they fit one table. */
export function isAligned(spans: readonly Span[]): boolean {
  const [first] = spans;
  if (!first) return true;
  const startS = (span: Span) => span.info.offsetS + span.start / span.info.sampleRateHz;
  return spans.every(
    (span) =>
      span.info.sampleRateHz === first.info.sampleRateHz &&
      span.end - span.start === first.end - first.start &&
      Math.abs(startS(span) - startS(first)) < 0.5 / first.info.sampleRateHz,
  );
}

/** Spans side by side, and sentences about what was left out of them. */
export interface TableChoice {
  readonly spans: readonly Span[];
  readonly notes: readonly string[];
}

/**
 * The chosen signals as columns of one table. Of a file of events whose signals nobody chose, it is the data: their
 * metadata have one value per event. Rejects with `format/unsupported` when rates, starts or lengths differ.
 */
export function selectTable(reader: FormatReader, options: ExportOptions, what: string): TableChoice {
  const spans = selectSpans(reader, options);
  const first = spans[0]!;
  const rest = spans.filter((span) => !isAligned([first, span]));
  if (rest.length === 0) return { spans, notes: [] };
  if (!reader.events || options.signalIds) {
    const size = ({ info, start, end }: Span) => `${info.name}: ${end - start} at ${info.sampleRateHz} per second`;
    throw new FormatError(
      'format/unsupported',
      `The signals have different rates or lengths and do not fit into one ${what} (${size(first)}; ${size(rest[0]!)}). Choose signals of one rate and length, or export them one by one.`,
    );
  }
  const names = rest.map(({ info }) => info.id).join(', ');
  return {
    spans: spans.filter((span) => !rest.includes(span)),
    notes: [`Left out, as they have one value per event: ${names}. Choose them by name for a ${what} of their own.`],
  };
}
