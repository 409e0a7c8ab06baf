// Which signals and which span of them an export takes, and how it reports and stops.

import { FormatError, throwIfAborted } from '../../base/errors.ts';
import { axisOf, isSameAxis } from '../../model/axis.ts';
import type { Annotation, SignalInfo, SignalStore, SteadySignal } from '../../model/signal-store.ts';
import { samplesIn, timeOfSample } from '../../model/timing.ts';
import type { FormatReader } from '../reader.ts';

/** What stands in a table's row that covers several samples. */
export type RowReduction = 'mean' | 'mean-min-max' | 'all';

export interface ExportOptions {
  /** All signals when left out. */
  readonly signalIds?: readonly string[];
  /** Sample positions on the first chosen signal; the others on its axis are cut at the same times. All when left out. */
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
export async function selectSpans(reader: FormatReader, options: ExportOptions): Promise<readonly Span[]> {
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
  if (isWhole) return signals.map((info) => ({ info, start: info.startSample, end: info.endSample }));
  const startS = await timeAt(reader.store, first, start);
  const endS = await timeAt(reader.store, first, end);
  return Promise.all(
    signals.map(async (info): Promise<Span> => {
      if (info === first || hasSameTimes(info, first)) return { info, start, end };
      // what lies on another axis has no such times to be cut at
      if (!isSameAxis(axisOf(info), axisOf(first))) return { info, start: info.startSample, end: info.endSample };
      return { info, ...(await samplesIn(reader.store, info, startS, endS)) };
    }),
  );
}

/** Time of a sample position. Behind the last stamped sample there is no time of its own: all that follows belongs in. */
async function timeAt(store: SignalStore, signal: SignalInfo, sample: number): Promise<number> {
  if (signal.timing === 'steady') return timeOfSample(signal, sample);
  if (sample >= signal.endSample) return Number.POSITIVE_INFINITY;
  return (await store.samples(signal.id, sample, sample + 1)).timesS![0]!;
}

function hasSameTimes(a: SignalInfo, b: SignalInfo): boolean {
  return a.timing === 'stamped' && b.timing === 'stamped' && a.axisId === b.axisId;
}

/**
 * The spans as a format without a mark for missing integers has to hold them: as floats where some are missing, which are
 * NaN then. f32 is exact up to 16 bits.
 */
export async function asNumbers(reader: FormatReader, spans: readonly Span[]): Promise<readonly Span[]> {
  return Promise.all(
    spans.map(async (span): Promise<Span> => {
      const { info, start, end } = span;
      const missing = (await reader.missingSamples?.(info.id, start, end)) ?? [];
      if (missing.length === 0) return span;
      return { ...span, info: { ...info, dtype: Number(info.dtype.slice(1)) <= 16 ? 'f32' : 'f64' } };
    }),
  );
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

/** True when all spans have the same times (one rate, start and length, or one axis), so that they fit one table. */
export function isAligned(spans: readonly Span[]): boolean {
  const [first] = spans;
  if (!first) return true;
  return spans.every((span) => {
    if (span.end - span.start !== first.end - first.start) return false;
    if (!isSameAxis(axisOf(span.info), axisOf(first.info))) return false;
    if (hasSameTimes(span.info, first.info)) return span.start === first.start;
    if (!isSteady(span) || !isSteady(first)) return false;
    const apartS = timeOfSample(span.info, span.start) - timeOfSample(first.info, first.start);
    return span.info.sampleRateHz === first.info.sampleRateHz && Math.abs(apartS) < 0.5 / first.info.sampleRateHz;
  });
}

/** A name for a column beside those of the signals. */
export function freeName(wanted: string, spans: readonly Span[]): string {
  const taken = new Set(spans.map(({ info }) => info.name));
  let name = wanted;
  while (taken.has(name)) name = `${name}_`;
  return name;
}

/** Samples [start, end) of a signal with a rate. */
export interface SteadySpan extends Span {
  readonly info: SteadySignal;
}

export function isSteady<T extends Span>(span: T): span is T & SteadySpan {
  return span.info.timing === 'steady';
}

/** The spans, all of signals with a rate. Rejects with `format/unsupported`: `format` has no place for times. */
export function requireSteady(spans: readonly Span[], format: string): readonly SteadySpan[] {
  const stamped = spans.find((span) => !isSteady(span));
  if (!stamped) return spans.filter(isSteady);
  throw new FormatError(
    'format/unsupported',
    `${format} states one rate for a signal, and "${stamped.info.name}" has a time for each sample. Use .csv, .npy or .h5, which keep them.`,
  );
}

/** Spans side by side, and sentences about what was left out of them. */
export interface TableChoice {
  readonly spans: readonly Span[];
  readonly notes: readonly string[];
}

/**
 * Of signals of one source and rate that start or end apart, what all of them have; `undefined` where that is nothing.
 * Another source has a clock of its own.
 */
function commonSpan(spans: readonly Span[]): TableChoice | undefined {
  if (!spans.every(isSteady)) return undefined;
  const [first] = spans as readonly SteadySpan[];
  const rateHz = first!.info.sampleRateHz;
  // where sample 0 lies, in samples: signals on other fractions of a sample have no common rows
  const places = spans.map(({ info }) => Math.round((info.offsetS - first!.info.offsetS) * rateHz));
  const isOneGrid = spans.every(
    ({ info }, i) =>
      info.source === first!.info.source &&
      isSameAxis(axisOf(info), axisOf(first!.info)) &&
      info.sampleRateHz === rateHz &&
      Math.abs((info.offsetS - first!.info.offsetS) * rateHz - places[i]!) < 0.5,
  );
  const start = Math.max(...spans.map((span, i) => span.start + places[i]!));
  const end = Math.min(...spans.map((span, i) => span.end + places[i]!));
  if (!isOneGrid || end <= start) return undefined;
  const cut = spans.filter((span, i) => span.start + places[i]! < start || span.end + places[i]! > end);
  const names = cut.map(({ info }) => `"${info.name}"`).join(', ');
  return {
    spans: spans.map((span, i) => ({ ...span, start: start - places[i]!, end: end - places[i]! })),
    notes: [
      `The signals do not begin and end together: ${end - start} rows that all have are written, cut from ${names}.`,
    ],
  };
}

/**
 * The chosen signals as columns of one table, over the span that all of them have. Of a file of events whose signals
 * nobody chose, it is the data: their metadata have one value per event. Rejects with `format/unsupported` when rates differ or the signals share no span.
 */
export async function selectTable(reader: FormatReader, options: ExportOptions, what: string): Promise<TableChoice> {
  const spans = await selectSpans(reader, options);
  const first = spans[0]!;
  const rest = spans.filter((span) => !isAligned([first, span]));
  if (rest.length === 0) return { spans, notes: [] };
  if (!reader.events || options.signalIds) {
    // what counts events is not beside what counts samples, though neither has a clock
    const common = reader.events ? undefined : commonSpan(spans);
    if (common) return common;
    const size = (span: Span) =>
      `${span.info.name}: ${span.end - span.start} at ${isSteady(span) ? `${span.info.sampleRateHz} per second` : 'times of their own'}`;
    throw new FormatError(
      'format/unsupported',
      `The signals have different rates or times, or none in common, and do not fit into one ${what} (${size(first)}; ${size(rest[0]!)}). Choose signals of one rate, or export them one by one.`,
    );
  }
  const names = rest.map(({ info }) => info.id).join(', ');
  return {
    spans: spans.filter((span) => !rest.includes(span)),
    notes: [
      `Left out, as they have other times or one value per event: ${names}. Choose them by name for a ${what} of their own.`,
    ],
  };
}

/** A table of numbers without a mark for missing integers, and the rows that it has. */
export interface NumberChoice extends TableChoice {
  readonly first: Span;
  readonly count: number;
}

/** `selectTable`, its spans as `asNumbers` has them. */
export async function selectNumbers(reader: FormatReader, options: ExportOptions, what: string): Promise<NumberChoice> {
  const { spans: chosen, notes } = await selectTable(reader, options, what);
  const spans = await asNumbers(reader, chosen);
  const first = spans[0]!;
  return { spans, notes, first, count: first.end - first.start };
}
