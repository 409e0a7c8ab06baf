// Definitions whose payload is damaged: one flipped bit must not cost a whole signal. What such a definition says is
// believed only as far as the signal's own chunks bear it out.

import type { SourceInfo } from '../../reader.ts';
import type { DiagnosticLog } from '../diagnostics.ts';
import type { Chunk, ChunkReader } from './chunk-reader.ts';
import { decodeSignal, decodeSource, hasWholeStrings, type SignalDefinition, viewOf } from './decode.ts';
import { bitsOf, isWideType, LEVEL_COUNT, PAYLOAD_HEADER_BYTES, SIGNAL_STRINGS_AT, SOURCE_STRINGS_AT } from './spec.ts';

/** Offsets, times and counts of the chunks of one signal at one level (0 = DATA), in file order. */
export interface Column {
  readonly offsets: number[];
  readonly timestamps: bigint[];
  readonly counts: number[];
}

/** By chunk meta: signal id in bits 0..7, level in bits 12..15. */
export type Columns = ReadonlyMap<number, Column>;

const ENTRY_VALUES = 4;
/** Stored summaries may differ from computed ones by so much of their range: they are rounded to f32. */
const SUMMARY_TOLERANCE = 1e-5;

/** The source that a damaged definition still tells of. Its words cannot be checked. */
export function salvageSource({ meta, payload, offset }: Chunk, log: DiagnosticLog): SourceInfo {
  const id = meta & 0xff;
  const isWhole = hasWholeStrings(payload, SOURCE_STRINGS_AT, 5);
  const source = isWhole
    ? decodeSource(id, payload)
    : { id, name: `source ${id}`, vendor: '', model: '', version: '', serialNumber: '' };
  const use = isWhole ? 'is used as it reads' : 'has lost its words; it is called';
  log.add(
    'warning',
    'definition-damaged',
    `The definition of source ${id} is damaged and ${use}: "${source.name}".`,
    offset,
  );
  return source;
}

/** The signal that a damaged definition still tells of, if the signal's chunks agree with it. */
export async function salvageSignal(
  chunks: ChunkReader,
  chunk: Chunk,
  columns: Columns,
  log: DiagnosticLog,
): Promise<SignalDefinition | undefined> {
  const { payload, offset } = chunk;
  const signalId = chunk.meta & 0xff;
  const decoded = decodeSignal(signalId, payload);
  if (!decoded || !(await agrees(chunks, decoded, columns))) return undefined;
  const isWhole = hasWholeStrings(payload, SIGNAL_STRINGS_AT, 2);
  const signal = isWhole ? decoded : { ...decoded, name: `signal ${signalId}`, unit: '' };
  const { name, unit, dtype, fixedPointQ, sampleRateHz } = signal;
  const scale = fixedPointQ === 0 ? '' : ` × 2^${-fixedPointQ}`;
  log.add(
    'warning',
    'definition-damaged',
    `The definition of signal ${signalId} is damaged (its checksum is wrong). Its samples agree with it, so it is used as it reads: ${dtype}${scale}, ${sampleRateHz} Hz, ${isWhole ? `name "${name}", unit "${unit}"` : 'name and unit lost'}. Check these before you rely on them.`,
    offset,
  );
  return signal;
}

/**
 * Says what is lost with a definition: its DATA chunks, of which the damaged ones come as `undefined`. Looks at no more
 * than `limit` of them.
 */
export async function reportLostSamples(
  signalId: number,
  data: AsyncIterable<Chunk | undefined>,
  log: DiagnosticLog,
  limit = Number.POSITIVE_INFINITY,
): Promise<void> {
  let chunkCount = 0;
  let sampleCount = 0;
  let offset: number | undefined;
  for await (const chunk of data) {
    if (!chunk || chunk.payload.byteLength < PAYLOAD_HEADER_BYTES) continue;
    offset ??= chunk.offset;
    chunkCount += 1;
    sampleCount += viewOf(chunk.payload).getUint32(8, true);
    if (chunkCount >= limit) break;
  }
  if (chunkCount === 0) return;
  log.add(
    'error',
    'definition-lost',
    `${chunkCount >= limit ? 'At least ' : ''}${sampleCount} samples of signal ${signalId} are in ${chunkCount} intact chunks of the file, but its definition is lost or makes no sense, so they cannot be read. Keep the file.`,
    offset,
  );
}

/** False if any chunk of the signal contradicts the definition. */
async function agrees(chunks: ChunkReader, signal: SignalDefinition, columns: Columns): Promise<boolean> {
  const { signalId, isFsr, dtype, sizes } = signal;
  const column = columns.get(signalId);
  if (!isFsr || !column) return true;
  const found = await firstIntact(chunks, column);
  if (!found) return true;
  const { samplesPerData, sampleDecimateFactor, entriesPerSummary, summaryDecimateFactor } = sizes;
  const first = await firstSampleIdOf(chunks, column, columns.get(signalId | (1 << 12)));
  const positionOf = (at: Column, index: number) => Number(at.timestamps[index]! - first);
  const last = column.offsets.length - 1;
  const count = column.counts[found.index]!;
  if (entryBitsOf(found.chunk) !== bitsOf(dtype)) return false;
  if (found.index === last ? count > samplesPerData : count !== samplesPerData) return false;
  if (positionOf(column, found.index) % samplesPerData !== 0) return false;
  const sampleCount = positionOf(column, last) + column.counts[last]!;
  for (let level = 1; level < LEVEL_COUNT; level++) {
    const summaries = columns.get(signalId | (level << 12));
    const summary = summaries && (await firstIntact(chunks, summaries));
    if (!summary) continue;
    const step = sampleDecimateFactor * summaryDecimateFactor ** (level - 1);
    const number = positionOf(summaries, summary.index) / (step * entriesPerSummary);
    const entryCount = summaries.counts[summary.index]!;
    const isRest = number * entriesPerSummary + entryCount === Math.floor(sampleCount / step);
    if (!Number.isInteger(number) || !(entryCount === entriesPerSummary || isRest)) return false;
    if (entryBitsOf(summary.chunk) !== (isWideType(dtype) ? 256 : 128)) return false;
    const isFirst = level === 1 && number === 0 && positionOf(column, found.index) === 0;
    if (isFirst && !isSummaryOf(chunks, signal, found.chunk.payload, count, summary.chunk.payload)) return false;
  }
  return true;
}

/** The id of sample 0: the time of the first chunk that is intact. */
export async function firstSampleIdOf(chunks: ChunkReader, ...columns: (Column | undefined)[]): Promise<bigint> {
  let first: bigint | undefined;
  for (const column of columns) {
    const found = column && (await firstIntact(chunks, column));
    if (!found) continue;
    const timestamp = column.timestamps[found.index]!;
    if (first === undefined || timestamp < first) first = timestamp;
  }
  return first ?? 0n;
}

function entryBitsOf({ payload }: Chunk): number {
  return viewOf(payload).getUint16(12, true);
}

async function firstIntact(
  chunks: ChunkReader,
  column: Column,
): Promise<{ readonly chunk: Chunk; readonly index: number } | undefined> {
  for (const [index, offset] of column.offsets.entries()) {
    const chunk = await chunks.chunk(offset);
    if (chunk) return { chunk, index };
  }
  return undefined;
}

/** Whether the first entries of a level-1 summary are what the samples of the first DATA chunk give. */
function isSummaryOf(
  chunks: ChunkReader,
  { dtype, sizes }: SignalDefinition,
  data: Uint8Array,
  count: number,
  summary: Uint8Array,
): boolean {
  const isWide = isWideType(dtype);
  const stored = Math.floor((summary.byteLength - PAYLOAD_HEADER_BYTES) / (isWide ? 32 : 16));
  const step = sizes.sampleDecimateFactor;
  const entryCount = Math.min(stored, Math.floor(count / step));
  const view = viewOf(summary);
  const valueAt = (index: number) =>
    isWide
      ? view.getFloat64(PAYLOAD_HEADER_BYTES + index * 8, true)
      : view.getFloat32(PAYLOAD_HEADER_BYTES + index * 4, true);
  let isSame = true;
  let at = 0;
  const compare = (_count: number, mean: number, _m2: number, min: number, max: number) => {
    const tolerance = SUMMARY_TOLERANCE * (Math.abs(min) + Math.abs(max));
    const isFar = (index: number, value: number) => Math.abs(valueAt(at + index) - value) > tolerance;
    if (Number.isFinite(mean) && (isFar(0, mean) || isFar(2, min) || isFar(3, max))) isSame = false;
    at += ENTRY_VALUES;
  };
  const { codec } = chunks;
  codec.bins(dtype, codec.load(data.subarray(PAYLOAD_HEADER_BYTES)), 0, step, entryCount, compare);
  return isSame;
}
