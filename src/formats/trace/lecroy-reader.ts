// Opens a LeCroy .trc file. Samples are read on demand; a file that was cut gives the points it has. A sequence
// is events (one per trigger) and one signal with the segments in a row.

import { FormatError } from '../../base/errors.ts';
import {
  type LecroyDescriptor,
  type LecroySegment,
  lecroyInterval,
  lecroySegments,
  lecroyValues,
  parseLecroyDescriptor,
  TRIGGER_TIME_BYTES,
} from '../../devices/scope/lecroy.ts';
import type { Diagnostic, SignalInfo } from '../../model/signal-store.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { EventBlock, EventField, EventStore, FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';

/** Bytes in which the descriptor must end. */
const HEAD_BYTES = 4096;
/** Segments of a sequence that are looked at; the largest memories hold some ten thousand. */
const MAX_SEGMENTS = 1 << 20;

/** Rejects with a FormatError when there is no usable descriptor. */
export async function openLecroy(source: RandomAccess): Promise<FormatReader> {
  const head = await source.read(0, Math.min(HEAD_BYTES, source.sizeBytes));
  const descriptor = parseLecroyDescriptor(head);
  const diagnostics: Diagnostic[] = [];
  const dxS = lecroyInterval(descriptor);
  if (!(dxS > 0) || !Number.isFinite(dxS)) {
    throw new FormatError('format/damaged', 'The trace states no time between its points.', descriptor.offsetBytes);
  }
  const pointCount = availablePoints(source, descriptor, diagnostics);
  const timesBytes = Math.min(descriptor.triggerTimeArrayBytes, MAX_SEGMENTS * TRIGGER_TIME_BYTES);
  const times = await source.read(descriptor.triggerTimeOffset, timesBytes);
  const segments = lecroySegments(descriptor, pointCount, times);
  const isSequence = descriptor.segmentCount > 1;
  const values = (start: number, end: number) => readValues(source, descriptor, start, end);
  const name = traceName(descriptor);
  const info: SignalInfo = {
    id: name,
    name,
    unit: descriptor.verticalUnit,
    source: descriptor.instrumentName,
    dtype: 'f64',
    timing: 'steady',
    sampleRateHz: 1 / dxS,
    startSample: 0,
    endSample: pointCount,
    offsetS: isSequence ? 0 : (segments[0]?.x0S ?? 0),
    firstSampleId: 0n,
  };
  noteValidRange(descriptor, diagnostics);
  return createPlainReader({
    format: 'lecroy-trc',
    label: 'LeCroy trace',
    version: descriptor.templateName,
    signals: [{ info, read: values }],
    diagnostics,
    sources: [
      {
        id: 0,
        name: descriptor.instrumentName,
        vendor: 'LeCroy',
        model: descriptor.instrumentName,
        version: '',
        serialNumber: String(descriptor.instrumentNumber),
      },
    ],
    metadata: metadataOf(descriptor),
    userData: [{ meta: 0, storage: 'json', data: JSON.stringify({ triggerTime: descriptor.triggerTime }) }],
    isRecovered: pointCount < descriptor.pointCount,
    ...(isSequence ? { events: new SegmentEvents(name, segments, values) } : {}),
  });
}

function metadataOf(descriptor: LecroyDescriptor): Readonly<Record<string, unknown>> {
  const { instrumentName, instrumentNumber, templateName, traceLabel, triggerTime, verticalUnit } = descriptor;
  const { year, month, day, hours, minutes, seconds } = triggerTime;
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    instrument: instrumentName,
    serialNumber: String(instrumentNumber),
    template: templateName,
    ...(traceLabel === '' ? {} : { traceLabel }),
    // on the instrument's own clock, whose zone the file does not say
    ...(year > 0 && {
      triggerTime: `${year}-${two(month)}-${two(day)}T${two(hours)}:${two(minutes)}:${two(Math.floor(seconds))}${String(seconds % 1).slice(1)}`,
    }),
    verticalUnit,
    verticalGain: descriptor.verticalGain,
    verticalOffset: descriptor.verticalOffset,
    nominalBits: descriptor.nominalBits,
    segmentCount: descriptor.segmentCount,
  };
}

function availablePoints(source: RandomAccess, descriptor: LecroyDescriptor, diagnostics: Diagnostic[]): number {
  const { pointCount, itemBytes, sampleOffset } = descriptor;
  const present = Math.max(0, Math.floor((source.sizeBytes - sampleOffset) / itemBytes));
  if (present >= pointCount) return pointCount;
  diagnostics.push({
    severity: 'warning',
    code: 'lecroy/truncated',
    message: `The trace states ${pointCount} points and the file holds ${present}; those are shown.`,
    offsetBytes: source.sizeBytes,
  });
  return present;
}

/** The instrument marks points at the ends that it could not measure; they are shown and named. */
function noteValidRange(descriptor: LecroyDescriptor, diagnostics: Diagnostic[]): void {
  const { firstValidPoint, lastValidPoint, pointCount } = descriptor;
  if (firstValidPoint <= 0 && lastValidPoint >= pointCount - 1) return;
  diagnostics.push({
    severity: 'info',
    code: 'lecroy/valid-range',
    message: `The instrument calls points ${firstValidPoint} to ${lastValidPoint} of ${pointCount} valid.`,
  });
}

async function readValues(
  source: RandomAccess,
  descriptor: LecroyDescriptor,
  start: number,
  end: number,
): Promise<Float64Array> {
  const { itemBytes, sampleOffset } = descriptor;
  const raw = await source.read(sampleOffset + start * itemBytes, (end - start) * itemBytes);
  if (raw.length < (end - start) * itemBytes) {
    throw new FormatError('format/damaged', 'The file became shorter while it was open. Open it again.', sampleOffset);
  }
  return lecroyValues(descriptor, raw);
}

function traceName({ traceLabel, waveSource }: LecroyDescriptor): string {
  if (traceLabel !== '') return traceLabel;
  return waveSource < 4 ? `C${waveSource + 1}` : 'trace';
}

const TRIGGER_FIELDS: readonly EventField[] = [
  { name: 'triggerTime', dtype: '<f8', shape: [] },
  { name: 'x0', dtype: '<f8', shape: [] },
];

class SegmentEvents implements EventStore {
  readonly eventCount: number;
  readonly trailingBytes = 0;
  readonly dataLength: number;
  readonly dataFields: readonly EventField[];
  readonly metadataFields = TRIGGER_FIELDS;
  readonly #segments: readonly LecroySegment[];
  readonly #values: (start: number, end: number) => Promise<Float64Array>;

  constructor(
    name: string,
    segments: readonly LecroySegment[],
    values: (start: number, end: number) => Promise<Float64Array>,
  ) {
    this.eventCount = segments.length;
    this.dataLength = segments[0]?.pointCount ?? 0;
    this.dataFields = [{ name, dtype: '<f8', shape: [] }];
    this.#segments = segments;
    this.#values = values;
  }

  async read(start: number, count: number): Promise<EventBlock> {
    const isValid = Number.isSafeInteger(start) && Number.isSafeInteger(count) && start >= 0 && count >= 0;
    if (!isValid || start + count > this.eventCount) {
      throw new FormatError(
        'format/range',
        `Segments ${start} to ${start + count} are outside of this trace, which has ${this.eventCount}.`,
      );
    }
    const part = this.#segments.slice(start, start + count);
    const values = await this.#values(start * this.dataLength, (start + count) * this.dataLength);
    return {
      start,
      eventCount: count,
      metadata: [
        { field: TRIGGER_FIELDS[0]!, values: part.map((segment) => segment.triggerTimeS) },
        { field: TRIGGER_FIELDS[1]!, values: part.map((segment) => segment.x0S) },
      ],
      data: [{ field: this.dataFields[0]!, values }],
    };
  }
}
