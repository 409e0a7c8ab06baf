// Markers and notes alone, in a JLS v2 file beside a recording, as the Joulescope UI keeps them (`NAME.anno.jls`): per
// annotated signal one of the same name without samples, whose ids count microseconds, tied to UTC by two pairs.

import { FormatError } from '../../base/errors.ts';
import { type Utc, utcAddSeconds, utcFromTicks } from '../../base/time.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { Annotation, SignalInfo } from '../../model/signal-store.ts';
import { sampleAtTime, timeOfSample } from '../../model/timing.ts';
import type { ExportReport } from '../export/selection.ts';
import type { FormatReader, TimeMap } from '../reader.ts';
import type { AppendSink } from '../source.ts';
import { JlsWriter } from './v2/writer.ts';

const ID_RATE_HZ = 1_000_000;
/** The source that the Joulescope UI gives such signals. */
const SOURCE = { sourceId: 1, name: 'annotations', vendor: '-', model: '-', version: '-', serialNumber: '-' };
/** The signal of JLS on which annotations of the whole file stand. */
const GLOBAL_SIGNAL_ID = 0;
const TICKS_BITS = 30n;

/** Where the time of a recording without wall time counts from, in its side file and when that is read again. */
const NO_ORIGIN: Utc = utcFromTicks(0n);

/** From annotations' timestamps to UTC: the file's own map, else its origin and rate, else seconds from NO_ORIGIN. */
async function utcOf(reader: FormatReader, signal: SignalInfo): Promise<(sample: bigint) => Utc> {
  const origin = reader.store.originUtc ?? NO_ORIGIN;
  if (signal.timing === 'stamped') return (ticks) => utcFromTicks(origin + ticks);
  const map = await reader.timeMap(signal.id);
  if (map) return (sample) => map.toUtc(sample);
  return (sample) => utcAddSeconds(origin, timeOfSample(signal, Number(sample)));
}

/** UTC of the ends of a signal. */
async function spanOf(reader: FormatReader, signal: SignalInfo): Promise<{ startUtc: Utc; endUtc: Utc }> {
  if (signal.timing === 'stamped') {
    const origin = reader.store.originUtc ?? NO_ORIGIN;
    return { startUtc: utcAddSeconds(origin, signal.startS), endUtc: utcAddSeconds(origin, signal.endS) };
  }
  const toUtc = await utcOf(reader, signal);
  const { startSample, endSample } = signal;
  return { startUtc: toUtc(BigInt(startSample)), endUtc: toUtc(BigInt(Math.max(endSample, startSample + 1))) };
}

/** Writes `annotations`, which stand on the reader's signals or on UTC. Leaves `sink` open. */
export async function writeAnnotationFile(
  reader: FormatReader,
  annotations: readonly Annotation[],
  sink: AppendSink,
  workspace: Workspace,
): Promise<ExportReport> {
  const signals = reader.store.signals();
  const first = signals[0];
  if (!first) throw new FormatError('format/not-found', 'This file has no signals that markers could stand on.');
  const { startUtc, endUtc } = await spanOf(reader, first);
  const toId = (utc: Utc) => roundedMicroseconds(utc - startUtc);
  const writer = new JlsWriter(workspace, sink);
  writer.defineSource(SOURCE);
  let nextId = 1;
  for (const signal of signals) {
    const own = annotations.filter(({ signalId }) => signalId === signal.id);
    if (own.length === 0) continue;
    const signalId = nextId++;
    writer.defineSignal({
      signalId,
      sourceId: SOURCE.sourceId,
      dtype: 'f32',
      sampleRateHz: ID_RATE_HZ,
      name: signal.name,
      unit: signal.unit,
    });
    const lastId = toId(endUtc) > 0n ? toId(endUtc) : 1n;
    writer.utc(signalId, 0n, startUtc);
    writer.utc(signalId, lastId, utcAddSeconds(startUtc, Number(lastId) / ID_RATE_HZ));
    const toUtc = await utcOf(reader, signal);
    const placed = own.map((annotation) => ({
      ...annotation,
      timestamp: annotation.kind === 'horizontal-marker' ? 0n : toId(toUtc(annotation.timestamp)),
    }));
    for (const { signalId: _, ...rest } of inOrder(placed)) writer.annotation(signalId, rest);
  }
  const known = new Set(signals.map(({ id }) => id));
  for (const { signalId: _, ...rest } of inOrder(annotations.filter(({ signalId }) => !known.has(signalId)))) {
    writer.annotation(GLOBAL_SIGNAL_ID, rest);
  }
  writer.close();
  return { notes: [`${annotations.length} markers and notes; keep the file beside the recording and open both.`] };
}

/** The annotations of a side file, on the signals of the recording that it belongs to. */
export async function annotationsBeside(side: FormatReader, recording: FormatReader): Promise<readonly Annotation[]> {
  const found = await side.store.annotations();
  const sideSignals = new Map(side.store.signals().map((signal) => [signal.id, signal]));
  const signals = recording.store.signals();
  const maps = new Map<string, (timestamp: bigint) => bigint>();
  const placed: Annotation[] = [];
  for (const annotation of found) {
    const sideSignal = sideSignals.get(annotation.signalId);
    const signal = sideSignal && (signals.find(({ name }) => name === sideSignal.name) ?? signals[0]);
    if (!sideSignal || !signal) {
      placed.push(annotation);
      continue;
    }
    const toSample = maps.get(sideSignal.id) ?? (await sampleMap(side, sideSignal, recording, signal));
    maps.set(sideSignal.id, toSample);
    placed.push({ ...annotation, signalId: signal.id, timestamp: toSample(annotation.timestamp) });
  }
  return placed;
}

async function sampleMap(
  side: FormatReader,
  sideSignal: SignalInfo,
  recording: FormatReader,
  signal: SignalInfo,
): Promise<(timestamp: bigint) => bigint> {
  const toUtc = await utcOf(side, sideSignal);
  const origin = recording.store.originUtc ?? NO_ORIGIN;
  if (signal.timing === 'stamped') return (timestamp) => toUtc(timestamp) - origin;
  const map: TimeMap | undefined = await recording.timeMap(signal.id);
  if (map) return (timestamp) => map.toSample(toUtc(timestamp));
  return (timestamp) => {
    const seconds = Number(toUtc(timestamp) - origin) / 2 ** 30;
    return BigInt(Math.round(sampleAtTime(signal, seconds)));
  };
}

function inOrder<T extends { readonly timestamp: bigint }>(annotations: readonly T[]): readonly T[] {
  return [...annotations].sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0));
}

function roundedMicroseconds(ticks: bigint): bigint {
  return (ticks * BigInt(ID_RATE_HZ) + (1n << (TICKS_BITS - 1n))) >> TICKS_BITS;
}
