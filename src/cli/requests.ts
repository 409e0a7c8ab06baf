// The questions that can be asked about a file, one at a time or from a list. Each answer is plain data in the
// shape that the command line promises.

import { createHash } from 'node:crypto';
import { FormatError } from '../base/errors.ts';
import { utcFromTicks } from '../base/time.ts';
import { JlsV2Reader } from '../formats/jls/v2/reader.ts';
import type { EventColumn, EventValue, FormatReader } from '../formats/reader.ts';
import { saturatedShare } from '../model/saturation.ts';
import type { SignalInfo } from '../model/signal-store.ts';
import type { CommandForm } from './command-row.ts';
import { hexText } from './json.ts';
import { terminalProgress } from './progress.ts';
import { UsageError } from './usage.ts';

export type Request = Readonly<Record<string, unknown>>;

type Answer = (reader: FormatReader, request: Request) => Promise<unknown>;

/** Samples per digest step; a multiple of 8, so that packed types stay on bytes. */
const DIGEST_CHUNK_SAMPLES = 1 << 18;

/** Samples and bins in one answer, at most: as text they take 20 bytes and more, bins four times that. */
const MAX_SAMPLES = 1 << 22;
const MAX_BINS = 1 << 20;
/** Values of events in one answer, at most: as objects and text in memory they take 50 bytes each and more. */
const MAX_EVENT_VALUES = 1 << 21;

interface Operation {
  /** How it is called as a command of its own. */
  readonly form: CommandForm;
  readonly answer: Answer;
}

export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['samples', { form: { usage: 'FILE --signal S --start N --count N', does: 'values, one by one' }, answer: samples }],
  [
    'summary',
    {
      form: {
        usage: 'FILE --signal S --start N --increment N --count N',
        does: 'mean, deviation and bounds, bin by bin',
      },
      answer: summary,
    },
  ],
  [
    'statistics',
    { form: { usage: 'FILE --signal S [--start N] [--end M]', does: 'figures of a range, exact' }, answer: statistics },
  ],
  [
    'digest',
    { form: { usage: 'FILE --signal S [--start N] [--count N]', does: 'a checksum of the values' }, answer: digest },
  ],
  ['annotations', { form: { usage: 'FILE [--signal S]', does: 'markers and notes' }, answer: annotations }],
  ['utc', { form: { usage: 'FILE --signal S', does: 'the pairs of sample and UTC' }, answer: utc }],
  [
    'time',
    {
      form: { usage: 'FILE --signal S (--sampleId N | --utc T)', does: 'the UTC of a sample, or the sample of a UTC' },
      answer: time,
    },
  ],
  ['userdata', { form: { usage: 'FILE', does: 'what programs have kept in it' }, answer: userdata }],
  ['events', { form: { usage: 'FILE [--start N] [--count N]', does: 'the events of a file of them' }, answer: events }],
]);

/** Rejects with UsageError for a malformed request, otherwise as the reader does. */
export function answer(reader: FormatReader, request: Request): Promise<unknown> {
  const operation = OPERATIONS.get(String(request['op']));
  if (!operation) {
    throw new UsageError(`Unknown op "${String(request['op'])}". Known are ${[...OPERATIONS.keys()].join(', ')}.`);
  }
  return operation.answer(reader, request);
}

/** By id first, then by name, then by `source.name`. */
export function findSignal(reader: FormatReader, wanted: unknown): SignalInfo {
  if (typeof wanted !== 'string' && typeof wanted !== 'number') throw new UsageError('"signal" is missing.');
  const text = String(wanted);
  const signals = reader.store.signals();
  const found =
    signals.find((signal) => signal.id === text) ??
    signals.find((signal) => signal.name === text) ??
    signals.find((signal) => `${signal.source}.${signal.name}` === text);
  if (found) return found;
  const known = signals.map((signal) => signal.id).join(', ');
  throw new FormatError('format/not-found', `No signal "${text}". This file has ${known || 'no signals'}.`);
}

async function samples(reader: FormatReader, request: Request): Promise<unknown> {
  const signal = findSignal(reader, request['signal']);
  const start = wholeNumber(request, 'start');
  const count = wholeNumber(request, 'count');
  refuseMoreThan(MAX_SAMPLES, count, 'samples');
  const block = await reader.store.samples(signal.id, start, start + count);
  return { start: block.start, ...(block.timesS ? { times: block.timesS } : {}), values: block.values };
}

async function digest(reader: FormatReader, request: Request): Promise<unknown> {
  const signal = findSignal(reader, request['signal']);
  const start = wholeNumber(request, 'start', 0);
  const count = wholeNumber(request, 'count', signal.endSample - start);
  const hash = createHash('sha256');
  const progress = terminalProgress('digest');
  let bytes = 0;
  for (let done = 0; done < count; ) {
    const step = Math.min(DIGEST_CHUNK_SAMPLES, count - done);
    const chunk = await reader.storedSamples(signal.id, start + done, start + done + step);
    hash.update(chunk);
    bytes += chunk.byteLength;
    done += step;
    progress.report(done, count);
  }
  progress.end();
  return { count, bytes, sha256: hash.digest('hex') };
}

async function summary(reader: FormatReader, request: Request): Promise<unknown> {
  const signal = findSignal(reader, request['signal']);
  const count = wholeNumber(request, 'count');
  refuseMoreThan(MAX_BINS, count, 'bins');
  const { start, increment, mean, std, min, max } = await reader.store.summary({
    signalId: signal.id,
    start: wholeNumber(request, 'start'),
    increment: wholeNumber(request, 'increment', undefined, 1),
    count,
  });
  return { start, increment, mean, std, min, max };
}

async function statistics(reader: FormatReader, request: Request): Promise<unknown> {
  const signal = findSignal(reader, request['signal']);
  const start = wholeNumber(request, 'start', 0);
  const end = wholeNumber(request, 'end', signal.endSample);
  const figures = await reader.store.statistics(signal.id, start, end);
  const { count, mean, std, min, max, integral, measured, coverage } = figures;
  const saturated = await saturatedShare(reader.store, signal, { start, end });
  const told = saturated === undefined ? {} : { saturated };
  return { count, mean, std, min, max, integral, measured, coverage, ...told };
}

async function annotations(reader: FormatReader, request: Request): Promise<unknown> {
  const wanted = request['signal'];
  const all = await reader.store.annotations();
  const id = wanted === undefined ? undefined : annotationSignalId(reader, wanted, all);
  return all
    .filter((annotation) => id === undefined || annotation.signalId === id)
    .map(({ signalId, timestamp, kind, storage, groupId, y, data }) => ({
      signal: signalId,
      timestamp,
      type: kind,
      storage,
      groupId,
      y,
      data: storedData(data),
    }));
}

/** Annotations may belong to a signal without samples, such as that of the whole file. */
function annotationSignalId(reader: FormatReader, wanted: unknown, all: readonly { signalId: string }[]): string {
  const text = String(wanted);
  if (all.some((annotation) => annotation.signalId === text)) return text;
  const defined = reader instanceof JlsV2Reader ? reader.definitions : [];
  const definition =
    defined.find(({ signalId }) => String(signalId) === text) ?? defined.find(({ name }) => name === text);
  return definition ? String(definition.signalId) : findSignal(reader, wanted).id;
}

async function utc(reader: FormatReader, request: Request): Promise<unknown> {
  const entries = await reader.utcEntries(timedSignalId(reader, request));
  return entries.map((entry) => [position(entry.sample), entry.utc]);
}

async function time(reader: FormatReader, request: Request): Promise<unknown> {
  const id = timedSignalId(reader, request);
  const { sampleId, utc: utcValue } = request;
  if ((sampleId === undefined) === (utcValue === undefined)) {
    throw new UsageError('"time" needs either "sampleId" or "utc".');
  }
  const map = await reader.timeMap(id);
  if (!map) throw new FormatError('format/not-found', `The signal "${id}" carries no UTC times.`);
  return sampleId !== undefined
    ? map.toUtc(integer(sampleId, 'sampleId'))
    : position(map.toSample(utcFromTicks(integer(utcValue, 'utc'))));
}

async function userdata(reader: FormatReader): Promise<unknown> {
  const entries = await reader.userData();
  return entries.map(({ meta, storage, data }) => ({ meta, storage, data: storedData(data) }));
}

async function events(reader: FormatReader, request: Request): Promise<unknown> {
  const store = reader.events;
  if (!store) throw new FormatError('format/not-found', `A file of the format ${reader.label} has no events.`);
  const start = wholeNumber(request, 'start', 0);
  const count = wholeNumber(request, 'count', store.eventCount - start);
  let valueCount = 0;
  const list: unknown[] = [];
  for (let index = start; index < start + count; index++) {
    const block = await store.read(index, 1);
    for (const { values } of [...block.metadata, ...block.data]) valueCount += values.length;
    if (valueCount > MAX_EVENT_VALUES) {
      throw new FormatError(
        'format/range',
        `${count} events are too many for one answer. Ask for at most ${index - start}.`,
      );
    }
    list.push({ metadata: columnsAsObject(block.metadata), data: columnsAsObject(block.data) });
  }
  if (count === 0) await store.read(start, 0);
  return { eventCount: store.eventCount, trailingBytes: store.trailingBytes, events: list };
}

/** Field → list of items; a file without field names gives the list itself. */
function columnsAsObject(columns: readonly EventColumn[]): unknown {
  const only = columns[0];
  if (columns.length === 1 && only?.field.name === '') return nested(only);
  return new Map(columns.map((column) => [column.field.name, nested(column)]));
}

function nested({ field, values }: EventColumn): unknown {
  let list: unknown[] = Array.from(values as ArrayLike<EventValue>);
  for (const size of [...field.shape].reverse()) {
    const grouped: unknown[] = [];
    for (let index = 0; index < list.length; index += size) grouped.push(list.slice(index, index + size));
    list = grouped;
  }
  return list;
}

function storedData(data: string | Uint8Array): unknown {
  return typeof data === 'string' ? data : { hex: hexText(data), size: data.length };
}

/** UTC tracks may exist for signals that are named by id only. */
function timedSignalId(reader: FormatReader, request: Request): string {
  return findSignal(reader, request['signal']).id;
}

/** Sample positions are plain numbers in every answer. */
function position(sample: bigint): number {
  return Number(sample);
}

/** An answer is one text in memory. Throws FormatError. */
function refuseMoreThan(most: number, count: number, what: string): void {
  if (count <= most) return;
  throw new FormatError('format/range', `${count} ${what} are too many for one answer. Ask for at most ${most}.`);
}

function wholeNumber(request: Request, field: string, otherwise?: number, least = 0): number {
  const value = request[field] ?? otherwise;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    throw new UsageError(`"${field}" must be a whole number of at least ${least}.`);
  }
  return value;
}

function integer(value: unknown, field: string): bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  throw new UsageError(`"${field}" must be a whole number, as a number or as decimal digits in a text.`);
}
