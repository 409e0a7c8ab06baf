// The signal store over a JLS v2 file, all of whose samples have rates in it. Fixed-point values are scaled here (stored × 2^-q); what the file stores
// comes from `storedSamples`.

import { FormatError } from '../../../base/errors.ts';
import { type Utc, utcSecondsBetween } from '../../../base/time.ts';
import type { Codec } from '../../../core/codec.ts';
import { runsBetween, runsWithin } from '../../../model/sample-runs.ts';
import type {
  Annotation,
  SampleBlock,
  SampleRange,
  SignalStore,
  Statistics,
  SteadySignal,
  Summary,
  SummaryRequest,
} from '../../../model/signal-store.ts';
import { addMoments, emptyMoments, type Moments } from '../../moments.ts';
import type { SourceInfo, TimeMap, UserDataEntry } from '../../reader.ts';
import { createSummary, putBin, statisticsOf } from '../figures.ts';
import { missingRuns } from '../missing.ts';
import { canonicalNan, createValues, fillMissing, unpackSamples } from '../unpack.ts';
import type { SignalDefinition } from './decode.ts';
import { ExactStatistics } from './exact-statistics.ts';
import type { FsrReader } from './fsr-reader.ts';
import { FsrStatistics } from './fsr-statistics.ts';
import { copyPacked } from './packing.ts';
import { bitsOf } from './spec.ts';

/** What lies beside the samples; read when it is asked for. */
export interface BesideSamples {
  annotations(signalId: number): Promise<readonly Omit<Annotation, 'signalId'>[]>;
  userData(): Promise<readonly UserDataEntry[]>;
}

export class JlsV2Store implements SignalStore {
  readonly originUtc: Utc | undefined;
  readonly #readers = new Map<string, FsrReader>();
  readonly #summaries = new Map<string, FsrStatistics>();
  readonly #exact = new Map<string, ExactStatistics>();
  readonly #infos: readonly SteadySignal[];
  readonly #definitions: readonly SignalDefinition[];
  readonly #beside: BesideSamples;
  #missing: Promise<ReadonlyMap<number, readonly SampleRange[]>> | undefined;

  constructor(
    codec: Codec,
    sources: readonly SourceInfo[],
    definitions: readonly SignalDefinition[],
    readers: readonly FsrReader[],
    maps: ReadonlyMap<number, TimeMap | undefined>,
    beside: BesideSamples,
  ) {
    this.#definitions = definitions;
    this.#beside = beside;
    const starts = readers.map((reader) => maps.get(reader.signal.signalId)?.toUtc(0n));
    this.originUtc = starts.reduce(
      (least, utc) => (least === undefined || (utc && utc < least) ? utc : least),
      undefined,
    );
    this.#infos = readers.map((reader, i) => {
      const id = String(reader.signal.signalId);
      this.#readers.set(id, reader);
      this.#summaries.set(id, new FsrStatistics(reader, codec));
      this.#exact.set(id, new ExactStatistics(reader, codec));
      return infoOf(reader, sources, starts[i], this.originUtc, readers);
    });
  }

  signals(): readonly SteadySignal[] {
    return this.#infos;
  }

  /** Throws `format/not-found`. */
  info(signalId: string): SteadySignal {
    this.reader(signalId);
    return this.#infos.find(({ id }) => id === signalId)!;
  }

  /** The reader of a signal, by id. Throws `format/not-found`. */
  reader(signalId: string): FsrReader {
    const reader = this.#readers.get(signalId);
    if (reader) return reader;
    const known = this.#infos.map((info) => `${info.id} (${info.name})`).join(', ') || 'none';
    throw new FormatError('format/not-found', `The file has no signal "${signalId}" with samples. It has: ${known}.`);
  }

  /** Turns what `action` throws into a rejection. */
  attempt<T>(action: () => T): Promise<T> {
    return new Promise((resolve) => resolve(action()));
  }

  async summary(request: SummaryRequest): Promise<Summary> {
    const { signalId, start, increment, count } = request;
    const reader = this.reader(signalId);
    checkRange(
      reader,
      start,
      start + increment * count,
      increment >= 1 && count >= 0 && Number.isInteger(increment) && Number.isInteger(count),
    );
    const scale = 2 ** -reader.signal.fixedPointQ;
    const summary = createSummary(start, increment, count);
    const bins = this.#summaries.get(signalId)!;
    // Stored entries count integers that are missing: bins with a share of such an entry are made from what lies between.
    const cut = new Set<number>();
    const entry = bins.entrySamples(increment, count);
    for (const run of await this.missing(signalId, start, start + increment * count)) {
      const from = Math.max(start, Math.floor(run.start / entry) * entry);
      const to = Math.min(start + increment * count, Math.ceil(run.end / entry) * entry);
      const last = Math.floor((to - 1 - start) / increment);
      for (let index = Math.floor((from - start) / increment); index <= last; index++) cut.add(index);
    }
    await bins.bins(start, increment, count, (moments, index) => {
      if (!cut.has(index)) putBin(summary, index, moments, scale);
    });
    for (const index of cut) {
      const from = start + index * increment;
      const moments = await this.#overValid(signalId, from, from + increment, async (a, b) => {
        let part = emptyMoments();
        await bins.bins(a, b - a, 1, (found) => {
          part = { ...found };
        });
        return part;
      });
      putBin(summary, index, moments, scale);
    }
    return summary;
  }

  async samples(signalId: string, start: number, end: number): Promise<SampleBlock> {
    const reader = this.reader(signalId);
    checkRange(reader, start, end, true);
    const { dtype, fixedPointQ } = reader.signal;
    const values = createValues(fixedPointQ === 0 ? dtype : 'f64', end - start);
    await eachPiece(reader, start, end, (bytes, from, count, at) => {
      if (bytes) unpackSamples(dtype, bytes, from, count, values, at, 2 ** -fixedPointQ);
      else fillMissing(values, at, at + count);
    });
    for (const run of await this.missing(signalId, start, end)) {
      if (values instanceof Float64Array) values.fill(Number.NaN, run.start - start, run.end - start);
    }
    return { start, values };
  }

  /**
   * Where samples of [start, end) of an integer signal are missing, as far as the file says it (see missing.ts); a chunk
   * that is damaged is not among them. Floats say it by NaN.
   */
  async missing(signalId: string, start: number, end: number): Promise<readonly SampleRange[]> {
    const { signal, firstSampleId } = this.reader(signalId);
    if (signal.dtype.startsWith('f') || bitsOf(signal.dtype) === 64) return [];
    this.#missing ??= this.#beside.userData().then(missingRuns);
    const runs = (await this.#missing).get(signal.signalId) ?? [];
    const first = Number(firstSampleId);
    return runsWithin(runs, first + start, first + end).map((run) => ({
      start: run.start - first,
      end: run.end - first,
    }));
  }

  /** Moments of the samples of [start, end) that are not missing, from those of the spans between. */
  async #overValid(
    signalId: string,
    start: number,
    end: number,
    over: (start: number, end: number) => Promise<Moments>,
  ): Promise<Moments> {
    const missing = await this.missing(signalId, start, end);
    if (missing.length === 0) return over(start, end);
    const total = emptyMoments();
    for (const span of runsBetween(missing, start, end)) addMoments(total, await over(span.start, span.end));
    return total;
  }

  /** Samples as stored, packed; gaps are NaN in floats and 0 in integers. */
  async storedSamples(signalId: string, start: number, end: number): Promise<Uint8Array> {
    const reader = this.reader(signalId);
    checkRange(reader, start, end, true);
    const { dtype } = reader.signal;
    const bits = bitsOf(dtype);
    const packed = new Uint8Array(Math.ceil(((end - start) * bits) / 8));
    if (dtype === 'f32') new Float32Array(packed.buffer).fill(Number.NaN);
    else if (dtype === 'f64') new Float64Array(packed.buffer).fill(Number.NaN);
    await eachPiece(reader, start, end, (bytes, from, count, at) => {
      if (bytes) copyPacked(bits, bytes, from, packed, at, count);
    });
    canonicalNan(dtype, packed);
    return packed;
  }

  async statistics(signalId: string, start: number, end: number, signal?: AbortSignal): Promise<Statistics> {
    const reader = this.reader(signalId);
    checkRange(reader, start, end, true);
    const exact = this.#exact.get(signalId)!;
    const moments = await this.#overValid(signalId, start, end, (from, to) => exact.over(from, to, signal));
    return statisticsOf(moments, start, end, reader.signal.sampleRateHz, 2 ** -reader.signal.fixedPointQ);
  }

  /** In the order of the file, signal by signal. */
  async annotations(): Promise<readonly Annotation[]> {
    const all: Annotation[] = [];
    for (const { signalId, isFsr } of this.#definitions) {
      const id = String(signalId);
      const first = isFsr ? this.reader(id).firstSampleId : 0n;
      // Field by field: a spread takes several times as long, and there may be very many.
      for (const { kind, timestamp, storage, groupId, y, data } of await this.#beside.annotations(signalId)) {
        all.push({ signalId: id, kind, timestamp: timestamp - first, storage, groupId, y, data });
      }
    }
    return all;
  }
}

/** Without any UTC, positions on a device's own counter still tie the signals of one source together. */
function infoOf(
  reader: FsrReader,
  sources: readonly SourceInfo[],
  startUtc: Utc | undefined,
  originUtc: Utc | undefined,
  all: readonly FsrReader[],
): SteadySignal {
  const { signal } = reader;
  const counterS = (other: FsrReader) => Number(other.firstSampleId) / other.signal.sampleRateHz;
  const siblings = all.filter((other) => other.signal.sourceId === signal.sourceId && other.sampleCount > 0);
  const offsetS =
    originUtc !== undefined
      ? utcSecondsBetween(originUtc, startUtc ?? originUtc)
      : reader.sampleCount > 0
        ? counterS(reader) - Math.min(...siblings.map(counterS))
        : 0;
  return {
    id: String(signal.signalId),
    name: signal.name,
    unit: signal.unit,
    source: sources.find((source) => source.id === signal.sourceId)?.name ?? '',
    dtype: signal.dtype,
    ...(signal.fixedPointQ === 0 ? {} : { isScaled: true }),
    timing: 'steady',
    sampleRateHz: signal.sampleRateHz,
    startSample: 0,
    endSample: reader.sampleCount,
    offsetS,
    firstSampleId: reader.firstSampleId,
  };
}

function checkRange(reader: FsrReader, start: number, end: number, isSane: boolean): void {
  const length = reader.sampleCount;
  if (isSane && Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end >= start && end <= length) return;
  throw new FormatError(
    'format/range',
    `Samples ${start} to ${end} of ${reader.signal.name} were asked for; it has 0 to ${length}.`,
  );
}

/**
 * Calls `visit` for each piece of [start, end): packed bytes (`undefined` = lost), first sample in them, count, place in
 * the range.
 */
async function eachPiece(
  reader: FsrReader,
  start: number,
  end: number,
  visit: (bytes: Uint8Array | undefined, from: number, count: number, at: number) => void,
): Promise<void> {
  if (end === start) return;
  const size = reader.signal.sizes.samplesPerData;
  await reader.eachData(Math.floor(start / size), Math.floor((end - 1) / size), (bytes, number) => {
    const position = Math.max(start, number * size);
    const from = position - number * size;
    visit(bytes, from, Math.min(end - position, size - from), position - start);
  });
}
