// Writes a JLS v2 file as a recorder needs it: definitions, samples, UTC pairs, annotations, user data in any
// order; what was flushed survives a crash. Files are byte-identical to those of the reference library 0.17.0
// (github.com/jetperch/jls) except where that one loses data: the tail of the index, f64 summaries, the bits
// of a last partial byte.

import { FormatError } from '../../../base/errors.ts';
import type { Utc } from '../../../base/time.ts';
import { Codec, CRC32C } from '../../../core/codec.ts';
import type { Workspace } from '../../../core/workspace.ts';
import type { UserDataEntry } from '../../reader.ts';
import type { AppendSink } from '../../source.ts';
import { CHUNK_TAIL_BYTES, ChunkList, ChunkWriter, setOffset } from './chunk-writer.ts';
import type { JlsAnnotation, JlsSignal, JlsSource } from './definitions.ts';
import { annotationPayload, annotationSummary, signalPayload, sourcePayload, textBytes, utcPayload } from './encode.ts';
import { FsrWriter } from './fsr-writer.ts';
import { TrackHead } from './head.ts';
import { IndexedWriter } from './indexed-writer.ts';
import {
  adjustSizes,
  bitsOf,
  CHUNK_HEADER_BYTES,
  FILE_HEADER_BYTES,
  FORMAT_VERSION,
  HEAD_PAYLOAD_BYTES,
  KIND_DEF,
  KIND_HEAD,
  MAGIC,
  PAYLOAD_MAX_BYTES,
  type SignalSizes,
  STORAGES,
  TAG_END,
  TAG_SIGNAL,
  TAG_SOURCE,
  TAG_USER_DATA,
  TRACK_ANNOTATION,
  TRACK_FSR,
  TRACK_UTC,
  TRACK_VSR,
  trackTag,
} from './spec.ts';

/** Memory that a workspace for a writer should have: 3 MiB and 256 KiB per signal of default sizes. */
export function jlsWriterWorkspaceBytes(signalCount: number): number {
  return 3 * 2 ** 20 + signalCount * 256 * 1024;
}

interface Track {
  readonly fsr: FsrWriter | undefined;
  readonly utc: IndexedWriter | undefined;
  readonly annotations: IndexedWriter;
  readonly bits: number;
}

const NO_BYTES = new Uint8Array(0);

/**
 * One thread, one file. Every method writes synchronously and throws what the sink throws, after which the file is as
 * good as a crash left it (the reader salvages it). The sink stays open: its owner closes it.
 */
export class JlsWriter {
  readonly #codec: Codec;
  readonly #sink: AppendSink;
  readonly #chunks: ChunkWriter;
  readonly #sources = new ChunkList(true);
  readonly #signals = new ChunkList();
  readonly #userData = new ChunkList();
  readonly #sourceIds = new Set<number>([0]);
  readonly #tracks = new Map<number, Track>();
  #isClosed = false;

  /** `sink` must be empty. */
  constructor(workspace: Workspace, sink: AppendSink) {
    this.#sink = sink;
    this.#codec = new Codec(workspace, CRC32C, CHUNK_HEADER_BYTES + PAYLOAD_MAX_BYTES + CHUNK_TAIL_BYTES);
    this.#chunks = new ChunkWriter(this.#codec, sink);
    sink.append(this.#fileHeader(0));
    this.#chunks.write(this.#userData, TAG_USER_DATA, 0, NO_BYTES);
    this.#writeSource({
      sourceId: 0,
      name: 'global_annotation_source',
      vendor: 'jls',
      model: '-',
      version: '1.0.0',
      serialNumber: '-',
    });
    this.#writeSignal(
      {
        signalId: 0,
        sourceId: 0,
        kind: 'vsr',
        dtype: 'f32',
        sampleRateHz: 0,
        name: 'global_annotation_signal',
        unit: '',
      },
      {
        samplesPerData: 16,
        sampleDecimateFactor: 16,
        entriesPerSummary: 10,
        summaryDecimateFactor: 10,
        annotationDecimateFactor: 100,
        utcDecimateFactor: 100,
      },
    );
  }

  get sizeBytes(): number {
    return this.#sink.sizeBytes;
  }

  defineSource(source: JlsSource): void {
    const { sourceId } = source;
    if (!isFreeId(sourceId, this.#sourceIds)) throw refused(`source id ${sourceId} is taken or not in 1..255`);
    this.#writeSource(source);
  }

  defineSignal(signal: JlsSignal): void {
    const { signalId, sourceId, dtype, sampleRateHz } = signal;
    const isFsr = signal.kind !== 'vsr';
    if (!isFreeId(signalId, this.#tracks)) throw refused(`signal id ${signalId} is taken or not in 1..255`);
    if (!this.#sourceIds.has(sourceId))
      throw refused(`signal ${signalId} names source ${sourceId}, which is not defined`);
    if (isFsr && !(Number.isInteger(sampleRateHz) && sampleRateHz >= 1 && sampleRateHz < 2 ** 32)) {
      throw refused(`signal ${signalId} has a rate of ${sampleRateHz} Hz; JLS stores whole numbers from 1`);
    }
    if (dtype === 'i24' || dtype === 'u24')
      throw refused(`signal ${signalId}: 24-bit samples have no summaries in JLS`);
    if (signal.fixedPointQ && (dtype === 'f32' || dtype === 'f64')) {
      throw refused(`signal ${signalId}: a floating-point signal has no fixed point`);
    }
    this.#writeSignal(signal, adjustSizes(dtype, signal.sizes));
  }

  /**
   * Appends samples as packed little-endian values of the signal's type. `sampleId` is absolute: the first one given
   * becomes the file's offset. Gaps are filled with NaN (floats) or 0; what overlaps earlier samples is dropped. `count`
   * is only needed for sub-byte samples that do not fill the last byte.
   */
  writeSamples(signalId: number, sampleId: number | bigint, samples: ArrayBufferView, count?: number): void {
    const { fsr, bits } = this.#track(signalId);
    if (!fsr) throw refused(`signal ${signalId} has no fixed rate, so it takes no samples`);
    const packed =
      samples instanceof Uint8Array ? samples : new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    const capacity = Math.floor((packed.byteLength * 8) / bits);
    const sampleCount = count ?? capacity;
    if (sampleCount > capacity) throw refused(`${sampleCount} samples do not fit in ${packed.byteLength} bytes`);
    fsr.write(BigInt(sampleId), packed, sampleCount);
  }

  /**
   * Writes the samples of a signal that are still in memory, which otherwise wait until a chunk of them is full. For slow
   * signals, before a `flush`.
   */
  keep(signalId: number): void {
    this.#track(signalId).fsr?.keep();
  }

  /** Absolute id that the next sample should have; `undefined` before the first. */
  nextSampleId(signalId: number): bigint | undefined {
    return this.#track(signalId).fsr?.nextSampleId;
  }

  /** Ties an absolute sample id to wall time. Give pairs in order, one at the start, one at the end, some between. */
  utc(signalId: number, sampleId: number | bigint, utc: Utc): void {
    const { utc: track } = this.#track(signalId);
    if (!track) throw refused(`signal ${signalId} has no fixed rate, so it takes no UTC pairs`);
    const timestamp = BigInt(sampleId);
    const payload = utcPayload(timestamp, utc);
    const summary = payload.slice(8);
    new DataView(summary.buffer).setBigInt64(0, timestamp, true);
    track.add(timestamp, payload, summary);
  }

  /** Signal 0 takes global annotations (timestamps in UTC ticks). Give them in order of time. */
  annotation(signalId: number, annotation: JlsAnnotation): void {
    const payload = annotationPayload(annotation);
    this.#checkLength('annotation', payload);
    this.#track(signalId).annotations.add(annotation.timestamp, payload, annotationSummary(annotation));
  }

  userData(entry: UserDataEntry): void {
    const payload = typeof entry.data === 'string' ? textBytes(entry.data, [0]) : entry.data;
    this.#checkLength('user data', payload);
    const meta = (STORAGES.indexOf(entry.storage) << 12) | (entry.meta & 0xfff);
    this.#chunks.write(this.#userData, TAG_USER_DATA, meta, payload);
  }

  /** Makes everything written so far survive a crash; samples of unfinished chunks are still in memory. */
  flush(): void {
    this.#sink.flush();
  }

  /** Finishes the file and flushes it. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const ids = [...this.#tracks.keys()].sort((a, b) => a - b);
    for (const id of ids) {
      const track = this.#track(id);
      track.fsr?.close();
      track.annotations.close();
      track.utc?.close();
    }
    this.#chunks.write(undefined, TAG_END, 0, NO_BYTES);
    this.#sink.patch(0, this.#fileHeader(this.#sink.sizeBytes));
    this.#sink.flush();
    this.#codec[Symbol.dispose]();
  }

  /** Gives the workspace back without finishing the file, for instance after the sink failed. */
  abandon(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#codec[Symbol.dispose]();
  }

  #track(signalId: number): Track {
    const track = this.#tracks.get(signalId);
    if (!track) throw refused(`signal ${signalId} is not defined`);
    return track;
  }

  #checkLength(what: string, payload: Uint8Array): void {
    if (payload.byteLength <= PAYLOAD_MAX_BYTES) return;
    throw refused(`the ${what} has ${payload.byteLength} bytes; JLS readers take ${PAYLOAD_MAX_BYTES}. Split it`);
  }

  #writeSource(source: JlsSource): void {
    this.#sourceIds.add(source.sourceId);
    this.#chunks.write(this.#sources, TAG_SOURCE, source.sourceId, sourcePayload(source));
  }

  #writeSignal(signal: JlsSignal, sizes: SignalSizes): void {
    const { signalId, dtype } = signal;
    this.#chunks.write(this.#signals, TAG_SIGNAL, signalId, signalPayload(signal, sizes));
    const isFsr = signal.kind !== 'vsr';
    const sampleHead = this.#defineTrack(isFsr ? TRACK_FSR : TRACK_VSR, signalId);
    const annotationHead = this.#defineTrack(TRACK_ANNOTATION, signalId);
    const chunks = this.#chunks;
    const { annotationDecimateFactor, utcDecimateFactor } = sizes;
    const isConstantOmitted = signal.isConstantOmitted === true && isRebuilt(signal);
    this.#tracks.set(signalId, {
      fsr: isFsr
        ? new FsrWriter(this.#codec, chunks, sampleHead, { signalId, dtype, sizes, isConstantOmitted })
        : undefined,
      annotations: new IndexedWriter(chunks, annotationHead, TRACK_ANNOTATION, signalId, annotationDecimateFactor),
      utc: isFsr
        ? new IndexedWriter(chunks, this.#defineTrack(TRACK_UTC, signalId), TRACK_UTC, signalId, utcDecimateFactor)
        : undefined,
      bits: bitsOf(dtype),
    });
  }

  #defineTrack(track: number, signalId: number): TrackHead {
    this.#chunks.write(this.#signals, trackTag(track, KIND_DEF), signalId, NO_BYTES);
    const empty = new Uint8Array(HEAD_PAYLOAD_BYTES);
    return new TrackHead(this.#chunks, this.#chunks.write(this.#signals, trackTag(track, KIND_HEAD), signalId, empty));
  }

  #fileHeader(lengthBytes: number): Uint8Array {
    const header = new Uint8Array(FILE_HEADER_BYTES);
    const view = new DataView(header.buffer);
    header.set(MAGIC);
    setOffset(view, 16, lengthBytes);
    view.setUint32(24, FORMAT_VERSION, true);
    view.setUint32(28, this.#codec.crc(header.subarray(0, 28)), true);
    return header;
  }
}

/** The reference's reader rebuilds omitted chunks of these types only and never returns from one of another. */
function isRebuilt({ dtype, fixedPointQ = 0 }: JlsSignal): boolean {
  return (dtype === 'u1' || dtype === 'u4' || dtype === 'u8') && fixedPointQ === 0;
}

function isFreeId(id: number, taken: { has(id: number): boolean }): boolean {
  return Number.isInteger(id) && id >= 1 && id <= 255 && !taken.has(id);
}

function refused(what: string): FormatError {
  return new FormatError('format/unsupported', `JLS: ${what}. Nothing was written.`);
}
