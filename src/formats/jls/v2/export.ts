// Writes a span of any opened file as JLS v2: samples as stored, with their ids, UTC pairs, annotations and user
// data, so that nothing but the cut is lost.

import { FormatError } from '../../../base/errors.ts';
import { utcAddSeconds, utcFromTicks } from '../../../base/time.ts';
import type { Workspace } from '../../../core/workspace.ts';
import type { Annotation, SampleType } from '../../../model/signal-store.ts';
import { timeOfSample } from '../../../model/timing.ts';
import {
  EXPORT_CHUNK_SAMPLES,
  type ExportOptions,
  ExportProgress,
  type ExportReport,
  isSteady,
  lossNotes,
  type Span,
  type SteadySpan,
  selectSpans,
} from '../../export/selection.ts';
import type { FormatReader } from '../../reader.ts';
import type { AppendSink } from '../../source.ts';
import { packSamples, sampleBits } from '../../stored.ts';
import { isMissingEntry, missingEntries } from '../missing.ts';
import { isStampedEntry, STAMPED_RATE_HZ, stampedEntry } from '../stamped.ts';
import { unpackSamples } from '../unpack.ts';
import type { SignalDefinition } from './decode.ts';
import type { JlsAnnotation } from './definitions.ts';
import { JlsV2Reader } from './reader.ts';
import { STAMPED_SIZES } from './stamped-writer.ts';
import { JlsWriter } from './writer.ts';

/** JLS states rates as 32-bit whole numbers. */
const MAX_RATE_HZ = 2 ** 32 - 1;
/** The signal of JLS on which annotations of the whole file stand. */
const GLOBAL_SIGNAL_ID = 0;
/** Types that JLS has no summaries for, and what holds their values. */
const WIDENED: Partial<Record<SampleType, SampleType>> = { i24: 'i32', u24: 'u32' };

interface Track extends Span {
  readonly signalId: number;
  readonly stored: SampleType;
  /** Absolute id, in the new file, of the sample at position 0. */
  readonly baseId: bigint;
}

/** Rejects with `format/unsupported` for rates that JLS cannot state. Leaves `sink` open. */
export async function writeJlsSlice(
  reader: FormatReader,
  sink: AppendSink,
  workspace: Workspace,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const spans = await selectSpans(reader, options);
  const notes: string[] = [];
  const writer = new JlsWriter(workspace, sink);
  const tracks = defineSignals(writer, reader, spans, notes);
  const eventSignalIds = defineEventSignals(writer, reader, tracks);
  for (const entry of await reader.userData()) {
    if (!isMissingEntry(entry) && !isStampedEntry(entry)) writer.userData(entry);
  }
  for (const group of stampedGroups(tracks)) {
    writer.userData(stampedEntry(group, reader.store.originUtc !== undefined));
  }
  await writeTimes(writer, reader, tracks);
  await writeAllSamples(writer, reader, tracks, options);
  await writeMissing(writer, reader, tracks);
  const annotations = options.annotations ?? (await reader.store.annotations());
  await writeAnnotations(writer, reader, tracks, eventSignalIds, annotations);
  writer.close();
  notes.push(...axisNotes(reader, tracks));
  const sampleCount = tracks.reduce((sum, track) => sum + track.end - track.start, 0);
  const losses = lossNotes(reader, tracks);
  return { notes: [`${tracks.length} signals with ${sampleCount} samples in all.`, ...notes, ...losses] };
}

/** What JLS has no place for: where an axis without a clock begins, and one that is not time. */
function axisNotes({ store, format }: FormatReader, tracks: readonly Track[]): readonly string[] {
  if (store.originUtc === undefined && tracks.some((track) => !isSteady(track))) {
    return [
      'Nothing says when the values were taken; JLS has a time for each, counted from 2018-01-01 on. Opened here, the file says so.',
    ];
  }
  const [first, ...others] = tracks.filter(isSteady);
  if (!first) return [];
  const { axis } = first.info;
  if (axis) {
    const name =
      axis.name === 'sample' ? 'Nothing says how far the samples are apart' : `The axis is ${axis.name}, not time`;
    return [`${name}; JLS states a rate, here ${Math.round(first.info.sampleRateHz)} Hz.`];
  }
  const startS = Math.min(...[first, ...others].map(({ info, start }) => timeOfSample(info, start)));
  // a recording's own samples are counted on, by their ids
  if (store.originUtc !== undefined || startS === 0 || format.startsWith('jls')) return [];
  return [
    `JLS begins at 0; the first sample here was at ${startS} s. Use .csv, .npy, .h5, .mat or .parquet to keep it.`,
  ];
}

function defineSignals(
  writer: JlsWriter,
  reader: FormatReader,
  spans: readonly Span[],
  notes: string[],
): readonly Track[] {
  const sourceIds = defineSources(writer, reader, spans);
  const wanted = spans.map(({ info }) => Number(info.id));
  const areIdsUsable =
    wanted.every((id) => Number.isInteger(id) && id >= 1 && id <= 255) && new Set(wanted).size === wanted.length;
  if (spans.length > 255) throw new FormatError('format/unsupported', 'JLS holds up to 255 signals. Choose fewer.');
  const definitions = definitionsOf(reader);
  const shifts = idShifts(spans.filter(isSteady));
  return spans.map((span, index): Track => {
    const { info } = span;
    const sampleRateHz = isSteady(span) ? statedRate(span, notes) : STAMPED_RATE_HZ;
    const signalId = areIdsUsable ? wanted[index]! : index + 1;
    const stored = WIDENED[info.dtype] ?? info.dtype;
    const sourceId = sourceIds.get(info.source)!;
    const known = definitions.get(info.id);
    writer.defineSignal({
      signalId,
      sourceId,
      dtype: stored,
      sampleRateHz,
      name: info.name,
      unit: info.unit,
      ...(!isSteady(span) && { sizes: STAMPED_SIZES }),
      ...(known && { fixedPointQ: known.fixedPointQ, sizes: known.sizes }),
    });
    const baseId = isSteady(span) ? span.info.firstSampleId - shifts.get(span)! : -BigInt(span.start);
    return { ...span, signalId, stored, baseId };
  });
}

function statedRate({ info }: SteadySpan, notes: string[]): number {
  const sampleRateHz = Math.round(info.sampleRateHz);
  if (sampleRateHz < 1 || sampleRateHz > MAX_RATE_HZ) {
    throw new FormatError(
      'format/unsupported',
      `JLS states rates of 1 to ${MAX_RATE_HZ} Hz, and "${info.id}" has ${info.sampleRateHz} Hz. Use .csv or .npy.`,
    );
  }
  if (Math.abs(sampleRateHz - info.sampleRateHz) > 1e-9 * info.sampleRateHz) {
    notes.push(`"${info.id}" has ${info.sampleRateHz} Hz; JLS states it as ${sampleRateHz} Hz.`);
  }
  return sampleRateHz;
}

/** Ids in the new file of signals with a time per sample, those with the same times together. */
function stampedGroups(tracks: readonly Track[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  for (const { info, signalId } of tracks) {
    if (info.timing === 'stamped') groups.set(info.axisId, [...(groups.get(info.axisId) ?? []), signalId]);
  }
  return [...groups.values()];
}

/**
 * How much lower the sample ids of each signal become. The reference library takes packed samples from the bit that their
 * id falls on, counted from the start of the file: its answers are only right when a signal of less than 8 bits begins
 * at a multiple of 8. Other signals of that rate and source move along, to stay beside it.
 */
function idShifts(spans: readonly SteadySpan[]): ReadonlyMap<Span, bigint> {
  const excessOf = ({ info, start }: SteadySpan) => BigInt.asUintN(3, info.firstSampleId + BigInt(start));
  const packedSpans = spans.filter(({ info }) => sampleBits(info.dtype) < 8);
  const shiftOf = (span: SteadySpan) => {
    const sibling = packedSpans.find(
      ({ info }) => info.sampleRateHz === span.info.sampleRateHz && info.source === span.info.source,
    );
    return packedSpans.includes(span) ? excessOf(span) : sibling ? excessOf(sibling) : 0n;
  };
  return new Map(spans.map((span) => [span, shiftOf(span)]));
}

/** What a JLS file knows of its signals beyond what every file does. */
function definitionsOf(reader: FormatReader): ReadonlyMap<string, SignalDefinition> {
  const list = reader instanceof JlsV2Reader ? reader.definitions : [];
  return new Map(list.map((definition) => [String(definition.signalId), definition]));
}

/** Defines the signals without a fixed rate that a JLS file carries; returns their ids in the new file. */
function defineEventSignals(
  writer: JlsWriter,
  reader: FormatReader,
  tracks: readonly Track[],
): ReadonlyMap<string, number> {
  const used = new Set([GLOBAL_SIGNAL_ID, ...tracks.map((track) => track.signalId)]);
  const sourceIds = new Set(reader.sources.map((source) => source.id));
  const ids = new Map<string, number>();
  for (const [id, definition] of definitionsOf(reader)) {
    const { signalId, sourceId, isFsr, dtype, name, unit } = definition;
    if (isFsr || used.has(signalId) || !sourceIds.has(sourceId)) continue;
    writer.defineSignal({ signalId, sourceId, kind: 'vsr', dtype, sampleRateHz: 0, name, unit });
    ids.set(id, signalId);
  }
  return ids;
}

/** Source ids by the name that signals give; ids of the file are kept where they fit. */
function defineSources(writer: JlsWriter, reader: FormatReader, spans: readonly Span[]): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  const used = new Set<number>();
  for (const { id, ...source } of reader.sources) {
    if (id < 1 || id > 255 || used.has(id)) continue;
    writer.defineSource({ sourceId: id, ...source });
    used.add(id);
    if (!ids.has(source.name)) ids.set(source.name, id);
  }
  for (const { info } of spans) {
    if (ids.has(info.source)) continue;
    let sourceId = 1;
    while (used.has(sourceId)) sourceId++;
    const known = reader.sources.find((source) => source.name === info.source);
    const { id: _, ...rest } = known ?? { id: 0, name: info.source, vendor: '', model: '', version: '' };
    writer.defineSource({ sourceId, ...rest });
    used.add(sourceId);
    ids.set(info.source, sourceId);
  }
  return ids;
}

/** Where integers are missing, by the ids of the new file. */
async function writeMissing(writer: JlsWriter, reader: FormatReader, tracks: readonly Track[]): Promise<void> {
  for (const { info, start, end, signalId, baseId } of tracks) {
    const runs = (await reader.missingSamples?.(info.id, start, end)) ?? [];
    const first = Number(baseId);
    const placed = runs.map((run) => ({ start: first + run.start, end: first + run.end }));
    for (const entry of missingEntries([signalId], placed)) writer.userData(entry);
  }
}

/** UTC pairs of the span, with one at each of its ends; those of a whole signal as they are. */
async function writeTimes(writer: JlsWriter, reader: FormatReader, tracks: readonly Track[]): Promise<void> {
  const origin = reader.store.originUtc;
  for (const track of tracks) {
    if (!isSteady(track)) {
      await writeStampedTimes(writer, reader, track);
      continue;
    }
    const { info, start, end, signalId, baseId } = track;
    const entries = await reader.utcEntries(info.id);
    if (isWhole(track) && entries.length > 1) {
      for (const { sample, utc } of entries) writer.utc(signalId, baseId + sample, utc);
      continue;
    }
    if (end === start) continue;
    const map = await reader.timeMap(info.id);
    const first = BigInt(start);
    const last = BigInt(end - 1);
    if (map) {
      const inner = entries.filter(({ sample }) => sample > first && sample < last);
      writer.utc(signalId, baseId + first, map.toUtc(first));
      for (const { sample, utc } of inner) writer.utc(signalId, baseId + sample, utc);
      if (last > first) writer.utc(signalId, baseId + last, map.toUtc(last));
    } else if (origin !== undefined) {
      for (const sample of last > first ? [first, last] : [first]) {
        writer.utc(signalId, baseId + sample, utcAddSeconds(origin, timeOfSample(info, Number(sample))));
      }
    }
  }
}

/** A pair for each sample: those of the file where it has them, else made of its times. */
async function writeStampedTimes(writer: JlsWriter, reader: FormatReader, track: Track): Promise<void> {
  const { info, start, end, signalId, baseId } = track;
  const origin = reader.store.originUtc ?? utcFromTicks(0n);
  const isOfJls = reader instanceof JlsV2Reader;
  const stored = new Map(isOfJls ? (await reader.utcEntries(info.id)).map(({ sample, utc }) => [sample, utc]) : []);
  for (let from = start; from < end; from += EXPORT_CHUNK_SAMPLES) {
    const { timesS } = await reader.store.samples(info.id, from, Math.min(end, from + EXPORT_CHUNK_SAMPLES));
    for (const [index, timeS] of timesS!.entries()) {
      const sample = BigInt(from + index);
      writer.utc(signalId, baseId + sample, stored.get(sample) ?? utcAddSeconds(origin, timeS));
    }
  }
}

/** All signals side by side in time, so that a reader finds what belongs together close together. */
async function writeAllSamples(
  writer: JlsWriter,
  reader: FormatReader,
  tracks: readonly Track[],
  options: ExportOptions,
): Promise<void> {
  const total = tracks.reduce((sum, track) => sum + track.end - track.start, 0);
  const progress = new ExportProgress(options, total);
  const longest = Math.max(...tracks.map((track) => track.end - track.start));
  const stepCount = Math.ceil(longest / EXPORT_CHUNK_SAMPLES);
  for (let step = 0; step < stepCount; step++) {
    for (const track of tracks) {
      // bounds on multiples of 8 keep packed samples on whole bytes
      const bound = (part: number) =>
        part === stepCount
          ? track.end
          : track.start + Math.floor(((track.end - track.start) * part) / stepCount / 8) * 8;
      const from = bound(step);
      const to = bound(step + 1);
      if (from === to) continue;
      writer.writeSamples(
        track.signalId,
        track.baseId + BigInt(from),
        await packed(reader, track, from, to),
        to - from,
      );
      progress.add(to - from);
    }
  }
}

async function packed(reader: FormatReader, { info, stored }: Track, from: number, to: number): Promise<Uint8Array> {
  const bytes = await reader.storedSamples(info.id, from, to);
  if (stored === info.dtype) return bytes;
  const values = new Float64Array(to - from);
  unpackSamples(info.dtype, bytes, 0, to - from, values, 0, 1);
  return packSamples(values, stored);
}

async function writeAnnotations(
  writer: JlsWriter,
  reader: FormatReader,
  tracks: readonly Track[],
  eventSignalIds: ReadonlyMap<string, number>,
  annotations: readonly Annotation[],
): Promise<void> {
  const known = new Set(reader.store.signals().map((signal) => signal.id));
  const origin: bigint = reader.store.originUtc ?? 0n;
  const spanUtc = await utcSpan(reader, tracks);
  const placed: { readonly signalId: number; readonly annotation: JlsAnnotation }[] = [];
  for (const annotation of annotations) {
    const { signalId: id, ...rest } = annotation;
    if (!known.has(id)) {
      // it stands on UTC, not on samples
      if (!isWithin(annotation, spanUtc)) continue;
      placed.push({ signalId: eventSignalIds.get(id) ?? GLOBAL_SIGNAL_ID, annotation: rest });
      continue;
    }
    const track = tracks.find(({ info }) => info.id === id);
    if (!track) continue;
    if (!isSteady(track)) {
      // between samples as well, where JLS has a place for what stands on no signal only
      const onUtc = { ...rest, timestamp: origin + annotation.timestamp };
      if (isWithin(onUtc, spanUtc)) placed.push({ signalId: GLOBAL_SIGNAL_ID, annotation: onUtc });
      continue;
    }
    // a marker may stand on the end itself: it closes the span
    const end = annotation.kind === 'vertical-marker' ? track.end + 1 : track.end;
    if (!isWhole(track) && (annotation.timestamp < track.start || annotation.timestamp >= end)) continue;
    const timestamp = track.baseId + annotation.timestamp;
    placed.push({ signalId: track.signalId, annotation: { ...rest, timestamp } });
  }
  placed.sort((a, b) => compare(a.annotation.timestamp, b.annotation.timestamp));
  for (const { signalId, annotation } of placed) writer.annotation(signalId, annotation);
}

/** UTC of the span's ends; undefined for a whole file or one without wall time, of which everything is kept. */
async function utcSpan(
  reader: FormatReader,
  tracks: readonly Track[],
): Promise<{ start: bigint; end: bigint } | undefined> {
  const first = tracks.find(isSteady) ?? tracks[0];
  if (!first || isWhole(first)) return undefined;
  const map = await reader.timeMap(first.info.id);
  return map && { start: map.toUtc(BigInt(first.start)), end: map.toUtc(BigInt(first.end)) };
}

/** Then annotations and times beside the samples belong to it, too. */
function isWhole({ info, start, end }: Span): boolean {
  return start === info.startSample && end === info.endSample;
}

function isWithin({ timestamp }: JlsAnnotation, span: { start: bigint; end: bigint } | undefined): boolean {
  const utc = utcFromTicks(timestamp);
  return !span || (utc >= span.start && utc <= span.end);
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
