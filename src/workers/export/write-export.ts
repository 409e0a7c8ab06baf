// One export from an opened source to an empty file. Knows no browser; Node tests run it over memory.

import { LabError } from '../../base/errors.ts';
import type { Workspace } from '../../core/workspace.ts';
import { openFile } from '../../formats/detect.ts';
import { saturationNotes } from '../../formats/export/saturation-notes.ts';
import { type ExportOptions, isSteady, selectSpans } from '../../formats/export/selection.ts';
import { writeAnnotationFile } from '../../formats/jls/annotation-file.ts';
import type { EventStore, FormatReader } from '../../formats/reader.ts';
import type { AppendSink, RandomAccess } from '../../formats/source.ts';
import { exportFile } from '../../formats/writers.ts';
import { BUNDLE_FORMAT, type ExportProgress, NOTES_FORMAT } from '../../model/ports.ts';
import type { Annotation, SampleRange, SignalInfo } from '../../model/signal-store.ts';
import { markAt, samplesIn, timeOfMark } from '../../model/timing.ts';
import type { ExportOrder } from './protocol.ts';
import { RingReader } from './ring-reader.ts';

/** A file to put something aside in. */
export interface Scratch {
  readonly file: AppendSink & RandomAccess;
  /** Closes it for reading from outside. */
  finish(): Promise<Blob>;
  remove(): Promise<void>;
}

export interface ExportWork {
  /** A RingReader is an instrument's memory, which forgets: it is read fast and in order. */
  readonly reader: FormatReader;
  readonly job: ExportOrder['job'];
  readonly sink: AppendSink;
  readonly workspace: () => Workspace;
  readonly scratch: () => Promise<Scratch>;
  readonly onProgress: ExportProgress;
}

/** Parts of the progress bar that two steps one after the other take. */
const FIRST_STEP = 0.5;

/** Returns what was done, in sentences for the user. Rejects with a LabError. */
export async function writeExport(work: ExportWork): Promise<readonly string[]> {
  const { reader, job } = work;
  const chosen = await withSamplesIn(reader, chosenSignals(reader, job.signalIds), job.span);
  // no recording has a place for values, and they stay in memory
  const hasTimes = chosen.some(({ timing }) => timing === 'stamped');
  const options = await optionsOf(work, chosen);
  if (reader instanceof RingReader) {
    const spans = await selectSpans(reader, options);
    const steady = spans.filter(isSteady);
    reader.hold(steady.map(({ info, start, end }) => ({ id: info.id, start, end })));
  }
  if (job.format === NOTES_FORMAT) {
    return (await writeAnnotationFile(reader, job.annotations, work.sink, work.workspace())).notes;
  }
  if (job.format === BUNDLE_FORMAT) return bundle(work, options);
  const isDirect = !(reader instanceof RingReader) || job.format === 'jls' || hasTimes;
  return isDirect ? withLosses(work, await writeOne(work, job.format, options)) : throughRecording(work, options);
}

async function optionsOf(
  { reader, job, onProgress }: ExportWork,
  chosen: readonly SignalInfo[],
): Promise<ExportOptions> {
  const all = reader.store.signals();
  const first = chosen[0]!;
  const isEveryEvent = reader.events && (job.format === 'mimo' || job.format === BUNDLE_FORMAT);
  const { start, end } = await samplesOf(reader, first, job.span);
  return {
    // a field of the metadata is no field of the data: without a choice all are written
    ...(isEveryEvent && job.signalIds.length === all.length ? {} : { signalIds: chosen.map(({ id }) => id) }),
    ...(job.span && (isEveryEvent ? eventsOf(reader.events!, first, { start, end }, job.span) : { start, end })),
    annotations: [
      ...(await reader.store.annotations()).filter((annotation) => !isShown(annotation)),
      ...placed(job.annotations, all, job.signalIds, start, end),
    ],
    rowBudget: job.rowBudget,
    reduction: job.reduction,
    onProgress: (done, total) => onProgress(total > 0 ? done / total : 1),
  };
}

/** The events that lie in part or whole in a span, of which `samples` are those of the first signal. */
function eventsOf(
  { eventCount, spans }: EventStore,
  first: SignalInfo,
  samples: SampleRange,
  { startS, endS }: NonNullable<ExportWork['job']['span']>,
): SampleRange {
  if (spans) {
    const start = spans.findIndex((span) => span.endS > startS);
    const end = spans.findLastIndex((span) => span.startS < endS) + 1;
    return start < 0 || end <= start ? { start: 0, end: 0 } : { start, end };
  }
  const perEvent = Math.max(1, first.endSample / eventCount);
  return { start: Math.floor(samples.start / perEvent), end: Math.ceil(samples.end / perEvent) };
}

/** The samples of a signal in a span of time, cut at what there is. Rejects when there are none. */
async function samplesOf(
  { store }: FormatReader,
  signal: SignalInfo,
  span: ExportWork['job']['span'],
): Promise<SampleRange> {
  if (!span) return { start: signal.startSample, end: signal.endSample };
  const range = await samplesIn(store, signal, span.startS, span.endS);
  if (range.end > range.start) return range;
  throw new LabError('format/range', `"${signal.name}" has no samples in this range. Nothing was saved; widen it.`);
}

function chosenSignals(reader: FormatReader, signalIds: readonly string[]): readonly SignalInfo[] {
  const signals = signalIds.flatMap((id) => reader.store.signals().find((signal) => signal.id === id) ?? []);
  if (signals.length > 0) return signals;
  throw new LabError('format/not-found', 'No signal was chosen. Choose at least one and export again.');
}

/** Those that have samples in the span: segments of an oscilloscope lie apart. All when none has, which is told later. */
async function withSamplesIn(
  { store }: FormatReader,
  signals: readonly SignalInfo[],
  span: ExportWork['job']['span'],
): Promise<readonly SignalInfo[]> {
  if (!span) return signals;
  const ranges = await Promise.all(signals.map((signal) => samplesIn(store, signal, span.startS, span.endS)));
  const filled = signals.filter((_, index) => ranges[index]!.end > ranges[index]!.start);
  return filled.length > 0 ? filled : signals;
}

/** Whether a view shows it, so that the job's annotations stand in for it; what only its program knows is kept. */
function isShown({ kind, y, data }: Annotation): boolean {
  if (typeof data !== 'string') return false;
  return kind === 'text' || kind === 'vertical-marker' || (kind === 'horizontal-marker' && Number.isFinite(y));
}

/** Vertical markers of a signal that is left out go to the first one, its notes stay away; value markers go into the span. */
function placed(
  annotations: readonly Annotation[],
  signals: readonly SignalInfo[],
  chosenIds: readonly string[],
  start: number,
  end: number,
): readonly Annotation[] {
  const first = signals.find(({ id }) => id === chosenIds[0])!;
  return annotations.flatMap((annotation): Annotation | [] => {
    const own = signals.find(({ id }) => id === annotation.signalId);
    if (own && !chosenIds.includes(own.id)) {
      if (annotation.kind !== 'vertical-marker') return [];
      return { ...annotation, signalId: first.id, timestamp: markAt(first, timeOfMark(own, annotation.timestamp)) };
    }
    if (own?.timing === 'steady' && first.timing === 'steady' && annotation.kind === 'horizontal-marker') {
      const scale = own.sampleRateHz / first.sampleRateHz;
      const ownStart =
        own === first ? start : Math.ceil(start * scale + (first.offsetS - own.offsetS) * own.sampleRateHz);
      const timestamp = BigInt(Math.min(Math.max(Number(annotation.timestamp), ownStart), Math.max(ownStart, end - 1)));
      return { ...annotation, timestamp };
    }
    return annotation;
  });
}

async function writeOne(
  { reader, sink, workspace }: ExportWork,
  extension: string,
  options: ExportOptions,
): Promise<readonly string[]> {
  return (await exportFile(reader, extension, sink, workspace(), options)).notes;
}

function withLosses({ reader }: ExportWork, notes: readonly string[]): readonly string[] {
  const lost = reader instanceof RingReader ? reader.lostCount : 0;
  if (lost === 0) return notes;
  return [
    ...notes,
    `${lost} samples were overwritten by the running instrument before they could be read; they are missing (empty). Stop the instrument, or choose a shorter range.`,
  ];
}

/** Live data are put aside as a recording first: fast, and in the order in which the instrument overwrites them. */
async function throughRecording(work: ExportWork, options: ExportOptions): Promise<readonly string[]> {
  const stage = await work.scratch();
  const onProgress = work.onProgress;
  // before the instrument forgets, and also where the companions themselves were not chosen
  const limits = await saturationNotes(work.reader, options);
  try {
    const toStage = { ...work, sink: stage.file };
    await writeOne(toStage, 'jls', {
      ...options,
      onProgress: (done, total) => onProgress((FIRST_STEP * done) / total),
    });
    const recording = await openFile(stage.file, work.workspace());
    const ids = recording.store.signals().map(({ id }) => id);
    const notes = await writeExport({
      ...work,
      reader: recording,
      job: { ...work.job, signalIds: ids, span: undefined, annotations: [] },
      onProgress: (fraction) => onProgress(FIRST_STEP + (1 - FIRST_STEP) * fraction),
    });
    const told = [...new Set([...notes, ...limits])];
    return withLosses(work, [...told, 'Time counts from the start of the range.']);
  } finally {
    await stage.remove();
  }
}

async function bundle(work: ExportWork, options: ExportOptions): Promise<readonly string[]> {
  const { reader, job, sink, workspace } = work;
  const [{ writeBundle }, stage] = await Promise.all([import('../../formats/zip/bundle.ts'), work.scratch()]);
  try {
    const parts = {
      name: job.fileName.replace(/\.zip$/i, ''),
      modifiedUnixMs: job.nowUnixMs,
      stage: stage.file,
      describe: (notes: readonly string[]) => JSON.stringify(description(work, withLosses(work, notes)), undefined, 2),
    };
    return withLosses(work, await writeBundle(reader, sink, workspace(), parts, options));
  } finally {
    await stage.remove();
  }
}

function description({ reader, job }: ExportWork, notes: readonly string[]): object {
  return {
    exportedAt: new Date(job.nowUnixMs).toISOString(),
    from: reader.label,
    sources: reader.sources,
    span: job.span ?? 'all',
    signals: chosenSignals(reader, job.signalIds).map((signal) => {
      const { id, name, unit, dtype, timing } = signal;
      return { id, name, unit, dtype, timing, sampleRateHz: signal.timing === 'steady' ? signal.sampleRateHz : null };
    }),
    notes,
  };
}
