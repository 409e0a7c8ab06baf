// Writes a trace as LeCroy's oscilloscopes save it (.trc): a WAVEDESC of the template LECROY_2_3, little-endian, codes of
// sixteen bits. Several records are the segments of a sequence, with the times of their triggers.

import { FormatError } from '../../base/errors.ts';
import { formatSiText } from '../../base/si.ts';
import { utcToIsoText } from '../../base/time.ts';
import { axisOf, isSameAxis, TIME_AXIS } from '../../model/axis.ts';
import { SEGMENT_SIGNAL } from '../../model/record-set.ts';
import { timeOfSample } from '../../model/timing.ts';
import {
  EXPORT_CHUNK_SAMPLES,
  type ExportOptions,
  ExportProgress,
  type ExportReport,
  isSteady,
  selectSpans,
} from '../export/selection.ts';
import type { FormatReader } from '../reader.ts';
import type { AppendSink } from '../source.ts';
import { codeOf, type Lattice, LatticeSearch } from './lattice.ts';
import { DESCRIPTOR_BYTES, descriptorBytes } from './lecroy-descriptor.ts';
import { eventSegments, type TraceParts } from './lecroy-parts.ts';

const CODE_BYTES = 2;
const TRIGGER_TIME_BYTES = 16;
/** The block in front states its length in nine digits. */
const MOST_BYTES = 999_999_999;
/** Part of a sample by which the last one may be off along the axis, which has single precision, before it is told. */
const TOLD_SHIFT = 1e-3;

/** Rejects with `format/unsupported` for more than one signal, and for samples that the format cannot hold. */
export async function writeLecroy(
  reader: FormatReader,
  sink: AppendSink,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const parts = await partsOf(reader, options);
  const progress = new ExportProgress(options, 2 * parts.count);
  const lattice = await latticeOf(parts, progress);
  const text = new TextEncoder().encode(
    Object.entries(reader.about ?? {})
      .map(([name, said]) => `${name}: ${said}\n`)
      .join(''),
  );
  const timeBytes = parts.segments.length > 1 ? TRIGGER_TIME_BYTES * parts.segments.length : 0;
  const lengthBytes = DESCRIPTOR_BYTES + text.length + timeBytes + CODE_BYTES * parts.count;
  if (lengthBytes > MOST_BYTES) {
    throw new FormatError('format/range', 'A .trc file has less than 1 GB. Choose a shorter range.');
  }
  sink.append(new TextEncoder().encode(`#9${String(lengthBytes).padStart(9, '0')}`));
  const about = reader.about ?? {};
  const triggerTime = triggerTimeOf(reader);
  sink.append(descriptorBytes({ parts, lattice, textBytes: text.length, timeBytes, about, triggerTime }));
  sink.append(text);
  if (timeBytes > 0) sink.append(triggerTimes(parts));
  let worst = 0;
  for (const segment of parts.segments) {
    for (let at = 0; at < parts.segmentCount; at += parts.chunkCount) {
      const values = await segment.read(at, Math.min(parts.segmentCount, at + parts.chunkCount));
      const codes = new DataView(new ArrayBuffer(CODE_BYTES * values.length));
      for (let index = 0; index < values.length; index++) {
        const value = Number(values[index]);
        const code = codeOf(value, lattice);
        worst = Math.max(worst, Math.abs(lattice.gain * code - lattice.offset - value));
        codes.setInt16(CODE_BYTES * index, code, true);
      }
      sink.append(new Uint8Array(codes.buffer));
      progress.add(values.length);
    }
  }
  return { notes: notesOf(parts, lattice, worst) };
}

/** The one signal, or of several records its segments. */
async function partsOf(reader: FormatReader, options: ExportOptions): Promise<TraceParts> {
  const spans = await selectSpans(reader, options);
  // of several records, one behind the other, there is a signal that counts them
  const inputs = spans.filter(({ info }) => info.timing === 'steady' || info.id !== SEGMENT_SIGNAL);
  const [span] = inputs;
  if (!span || inputs.length > 1) {
    throw new FormatError('format/unsupported', `A .trc file holds one channel. Choose one of the ${inputs.length}.`);
  }
  const { info, start, end } = span;
  if (!isSameAxis(axisOf(info), TIME_AXIS)) {
    throw new FormatError('format/unsupported', `"${info.name}" does not lie along time, as a .trc file does.`);
  }
  if (isSteady(span)) {
    const read = async (from: number, to: number) =>
      (await reader.store.samples(info.id, start + from, start + to)).values;
    const only = { triggerTimeS: 0, startS: timeOfSample(span.info, start), read };
    const stepS = 1 / span.info.sampleRateHz;
    const count = end - start;
    return { info, stepS, count, segmentCount: count, chunkCount: EXPORT_CHUNK_SAMPLES, segments: [only] };
  }
  const segments = await eventSegments(reader, info);
  if (segments) return segments;
  throw new FormatError(
    'format/unsupported',
    `A .trc file has one step from sample to sample, and "${info.name}" has a time for each. Use .csv, .npy or .h5.`,
  );
}

async function latticeOf(parts: TraceParts, progress: ExportProgress): Promise<Lattice> {
  const search = new LatticeSearch();
  for (const segment of parts.segments) {
    for (let at = 0; at < parts.segmentCount; at += parts.chunkCount) {
      const values = await segment.read(at, Math.min(parts.segmentCount, at + parts.chunkCount));
      search.add(values);
      progress.add(values.length);
    }
  }
  if (search.holeCount === 0) return search.find();
  throw new FormatError(
    'format/unsupported',
    `"${parts.info.name}" has ${search.holeCount} holes, and a .trc file has no mark for one. Use .csv, .npy or .h5, or a range without holes.`,
  );
}

/**
 * When second 0 of the axis was: a record's own trigger in UTC, that which an opened trace states on its instrument's clock, or
 * the time of a file that has one, in UTC.
 */
function triggerTimeOf({ about, metadata, store }: FormatReader): string {
  const told = about?.['trigger'] ?? metadata?.['triggerTime'];
  if (typeof told === 'string') return told;
  return store.originUtc === undefined ? '' : utcToIsoText(store.originUtc);
}

function triggerTimes({ segments }: TraceParts): Uint8Array {
  const view = new DataView(new ArrayBuffer(TRIGGER_TIME_BYTES * segments.length));
  for (const [index, { triggerTimeS, startS }] of segments.entries()) {
    view.setFloat64(TRIGGER_TIME_BYTES * index, triggerTimeS, true);
    view.setFloat64(TRIGGER_TIME_BYTES * index + 8, startS, true);
  }
  return new Uint8Array(view.buffer);
}

function notesOf({ info, stepS, count, segmentCount, segments }: TraceParts, lattice: Lattice, worst: number) {
  const size = segments.length === 1 ? `${count} points` : `${segments.length} segments of ${segmentCount} points`;
  const notes = [`A trace of ${size}.`];
  if (!lattice.isExact) {
    notes.push(`The samples are rounded to codes of 16 bits: up to ${formatSiText(worst, info.unit)} off.`);
  }
  const shift = Math.abs(Math.fround(stepS) / stepS - 1) * segmentCount;
  if (shift > TOLD_SHIFT) {
    notes.push(
      `The format has the step in single precision: programs that do not round it lay the last point ${shift.toFixed(3)} samples off.`,
    );
  }
  return notes;
}
