// Writes .mimo files: events as records, streamed; or a span of signals as one event.

import { assert } from '../../base/assert.ts';
import { FormatError } from '../../base/errors.ts';
import { utcAddSeconds, utcToUnixMs } from '../../base/time.ts';
import { timeOfSample } from '../../model/timing.ts';
import {
  type ExportOptions,
  ExportProgress,
  type ExportReport,
  lossNotes,
  type Span,
  selectNumbers,
} from '../export/selection.ts';
import { packedStruct, type StructField, scalarDtype } from '../numpy/dtype.ts';
import { appendItems, itemOf } from '../numpy/items.ts';
import type { EventStore, FormatReader } from '../reader.ts';
import type { AppendSink } from '../source.ts';
import { packSamples } from '../stored.ts';
import type { MimoEvents } from './events.ts';
import { type MimoLayout, recordBytes } from './header.ts';
import { encodeMimoHeader, STANDARD_METADATA } from './write-header.ts';

/** Longest event that is made from signals: programs that read the file hold one event in memory. */
const MAX_EVENT_SAMPLES = 1 << 24;

/** Bytes of records that are copied at a time. */
const COPY_BYTES = 1 << 22;

/** The metadata field of an oscilloscope's segments: seconds from the first of them. */
const TRIGGER_TIME = 'triggerTime';

/** Bytes of the standard metadata. */
const METADATA_BYTES = 24;

/** Appends records to a .mimo file. The sink stays the caller's. */
export class MimoWriter {
  readonly #sink: AppendSink;
  readonly #recordBytes: number;

  /** Writes the header. */
  constructor(sink: AppendSink, layout: MimoLayout) {
    this.#sink = sink;
    this.#recordBytes = recordBytes(layout);
    sink.append(encodeMimoHeader(layout));
  }

  /** Appends whole records: data, then metadata, one after the other. */
  writeRecords(records: Uint8Array): void {
    assert(records.byteLength % this.#recordBytes === 0, 'only whole records may be written');
    this.#sink.append(records);
  }
}

/** The metadata of one event in the standard layout; `timestampS` is Unix time, `deadtime` a fraction 0…1. */
export function encodeMetadata(counter: bigint, timestampS: number, deadtime: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(METADATA_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, counter, true);
  view.setFloat64(8, timestampS, true);
  view.setFloat64(16, deadtime, true);
  return bytes;
}

/**
 * Copies events [start, end) of a .mimo file, byte for byte; with `signalIds` only the data fields that these signals
 * belong to. Leaves `sink` open.
 */
export async function copyMimoEvents(
  events: MimoEvents,
  sink: AppendSink,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const start = options.start ?? 0;
  const end = options.end ?? events.eventCount;
  if (start > end || end > events.eventCount) {
    throw new FormatError(
      'format/range',
      `Events ${start} to ${end} are outside of this file, which has ${events.eventCount}.`,
    );
  }
  const fields = options.signalIds && chosenFields(events, options.signalIds);
  const writer = new MimoWriter(sink, fields ? { ...events.layout, dataDtype: packedStruct(fields) } : events.layout);
  const perStep = Math.max(1, Math.floor(COPY_BYTES / events.recordBytes));
  const progress = new ExportProgress(options, end - start);
  for (let event = start; event < end; event += perStep) {
    const count = Math.min(perStep, end - event);
    const records = await events.readRecords(event, count);
    writer.writeRecords(fields ? pickFields(records, events, fields) : records);
    progress.add(count);
  }
  const notes = [`${end - start} of ${events.eventCount} events.`];
  if (fields) notes.push(`Fields: ${fields.map(({ name }) => name).join(', ')}.`);
  return { notes };
}

/** The fields of the data that the signals were made from; elements and parts of a field stand for all of it. */
function chosenFields(events: MimoEvents, signalIds: readonly string[]): readonly StructField[] {
  const { dataDtype } = events.layout;
  const fields = dataDtype.type === 'struct' ? dataDtype.fields : [];
  const isPart = (id: string, name: string) => id === name || id.startsWith(`${name}[`) || id.startsWith(`${name}.`);
  const chosen = fields.filter(({ name }) => signalIds.some((id) => isPart(id, name)));
  if (chosen.length > 0) return chosen;
  throw new FormatError('format/not-found', `None of ${signalIds.join(', ')} is a field of the events' data.`);
}

/** The records with only these fields, packed; the metadata stay as they are. */
function pickFields(records: Uint8Array, events: MimoEvents, fields: readonly StructField[]): Uint8Array<ArrayBuffer> {
  const { dataPart, metadataPart, recordBytes } = events;
  const metadataBytes = recordBytes - metadataPart.offsetBytes;
  const itemBytes = fields.reduce((sum, { dtype }) => sum + dtype.itemBytes, 0);
  const recordCount = records.length / recordBytes;
  const picked = new Uint8Array(recordCount * (dataPart.length * itemBytes + metadataBytes));
  let target = 0;
  const copy = (start: number, length: number) => {
    picked.set(records.subarray(start, start + length), target);
    target += length;
  };
  for (let record = 0; record < recordCount; record++) {
    const recordStart = record * recordBytes;
    for (let item = 0; item < dataPart.length; item++) {
      const itemStart = recordStart + item * dataPart.dtype.itemBytes;
      for (const { offsetBytes, dtype } of fields) copy(itemStart + offsetBytes, dtype.itemBytes);
    }
    copy(recordStart + metadataPart.offsetBytes, metadataBytes);
  }
  return picked;
}

/** Writes a span of signals of one rate as one event with a field per signal. Leaves `sink` open. */
export async function writeSignalsAsMimo(
  reader: FormatReader,
  sink: AppendSink,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const { spans, first, count: dataLength, notes: leftOut } = await selectNumbers(reader, options, 'event');
  requireLength(dataLength);
  const layout = { dataDtype: itemOf(spans), dataLength, metadataDtype: STANDARD_METADATA, metadataLength: 1 };
  sink.append(encodeMimoHeader(layout));
  await appendItems(reader, sink, spans, new ExportProgress(options, dataLength));
  sink.append(encodeMetadata(0n, await unixTimeOf(reader, first), 0));
  return {
    notes: [
      `One event of ${dataLength} samples with ${spans.length} ${spans.length === 1 ? 'field' : 'fields'}.`,
      ...lossNotes(reader, spans),
      ...leftOut,
      ...(reader.store.originUtc === undefined ? ['The data carry no wall time; the timestamp is 0.'] : []),
    ],
  };
}

/**
 * Writes events [start, end) of a file that is none of ours, such as the segments of an oscilloscope, with the time of
 * each trigger. Leaves `sink` open.
 */
export async function writeEventsAsMimo(
  events: EventStore,
  sink: AppendSink,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const { dataLength, dataFields } = events;
  const { start = 0, end = events.eventCount } = options;
  requireLength(dataLength);
  const fields = dataFields.map(({ name }) => ({ name, dtype: scalarDtype('f', 8, '<')! }));
  const layout = { dataDtype: packedStruct(fields), dataLength, metadataDtype: STANDARD_METADATA, metadataLength: 1 };
  sink.append(encodeMimoHeader(layout));
  const progress = new ExportProgress(options, (end - start) * dataLength);
  for (let event = start; event < end; event++) {
    const { data, metadata } = await events.read(event, 1);
    const values = new Float64Array(dataLength * data.length);
    data.forEach((column, field) => {
      for (let item = 0; item < dataLength; item++) {
        values[item * data.length + field] = Number(column.values[item]);
      }
    });
    sink.append(packSamples(values, 'f64'));
    const triggerS = Number(metadata.find(({ field }) => field.name === TRIGGER_TIME)?.values[0] ?? 0);
    sink.append(encodeMetadata(BigInt(event), triggerS, 0));
    progress.add(dataLength);
  }
  const count = end - start;
  const fieldCount = `${fields.length} ${fields.length === 1 ? 'field' : 'fields'}`;
  return { notes: [`${count === 1 ? 'One event' : `${count} events`} of ${dataLength} samples with ${fieldCount}.`] };
}

function requireLength(dataLength: number): void {
  if (dataLength >= 1 && dataLength <= MAX_EVENT_SAMPLES) return;
  throw new FormatError(
    'format/range',
    `One event takes 1 to ${MAX_EVENT_SAMPLES} samples, not ${dataLength}. Choose a shorter span.`,
  );
}

/** Unix time of the start of a span; 0 when there is none. */
async function unixTimeOf({ store }: FormatReader, { info, start }: Span): Promise<number> {
  if (store.originUtc === undefined) return 0;
  const startS =
    info.timing === 'steady' ? timeOfSample(info, start) : (await store.samples(info.id, start, start + 1)).timesS![0]!;
  return utcToUnixMs(utcAddSeconds(store.originUtc, startS)) / 1000;
}
