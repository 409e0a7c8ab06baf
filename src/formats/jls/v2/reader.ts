// Opens JLS v2 files for reading, in any state: closed ones by their lists, unfinished and damaged ones by a walk.
// The file itself is never changed.

import { FormatError, toError } from '../../../base/errors.ts';
import { Codec, CRC32C } from '../../../core/codec.ts';
import type { Workspace } from '../../../core/workspace.ts';
import type { Diagnostic, SampleRange, SignalStore } from '../../../model/signal-store.ts';
import type { FormatReader, SourceInfo, TimeMap, UserDataEntry, UtcEntry } from '../../reader.ts';
import type { RandomAccess } from '../../source.ts';
import { DiagnosticLog } from '../diagnostics.ts';
import { isOnClock, STAMPED_RATE_HZ, stampedGroups } from '../stamped.ts';
import { ChunkReader } from './chunk-reader.ts';
import { type Contents, LinkError } from './contents.ts';
import { type SignalDefinition, viewOf } from './decode.ts';
import { FsrReader, SCRATCH_BYTES } from './fsr-reader.ts';
import { readLinked } from './linked.ts';
import { CHUNK_HEADER_BYTES, FILE_HEADER_BYTES, MAGIC, TAG_END } from './spec.ts';
import { JlsStampedStore } from './stamped-store.ts';
import { JlsV2Store } from './store.ts';
import { createTimeMap } from './time-map.ts';
import { readByWalk } from './walk.ts';

/** Memory that a workspace for one open JLS file should have. */
export const JLS_READER_WORKSPACE_BYTES = 4 * 2 ** 20;

/**
 * Opens a file. Reads only what it needs; damage that is met later shows as gaps and diagnostics. Rejects with
 * `format/unknown` (not JLS v2), `format/damaged` (file header), `format/unsupported` (newer version).
 */
export async function openJlsV2(source: RandomAccess, workspace: Workspace): Promise<JlsV2Reader> {
  const codec = new Codec(workspace, CRC32C, SCRATCH_BYTES);
  try {
    const chunks = new ChunkReader(source, codec);
    const header = await checkFileHeader(chunks);
    const log = new DiagnosticLog();
    const { contents, isRecovered } = await readContents(chunks, log, header.lengthBytes);
    const reader = new JlsV2Reader(chunks, contents, log, header.version, isRecovered);
    await reader.findStamped();
    return reader;
  } catch (error) {
    codec[Symbol.dispose]();
    throw error;
  }
}

async function checkFileHeader(chunks: ChunkReader): Promise<{ lengthBytes: number; version: string }> {
  const header = await chunks.readShort(0, FILE_HEADER_BYTES);
  if (!MAGIC.every((byte, i) => header[i] === byte))
    throw new FormatError('format/unknown', 'This is not a JLS v2 file: its first bytes differ.', 0);
  if (header.byteLength < FILE_HEADER_BYTES) {
    throw new FormatError(
      'format/damaged',
      `The file ends after ${header.byteLength} bytes, inside its header. Nothing can be read.`,
      header.byteLength,
    );
  }
  const view = viewOf(header);
  if (chunks.codec.crc(header.subarray(0, 28)) !== view.getUint32(28, true)) {
    throw new FormatError(
      'format/damaged',
      'The file header is damaged (its checksum is wrong). Get a fresh copy of the file.',
      28,
    );
  }
  const version = view.getUint32(24, true);
  if (version >>> 24 > 1) {
    throw new FormatError(
      'format/unsupported',
      `The file has JLS format version ${version >>> 24}; Pulsebench reads version 1. Get a newer Pulsebench.`,
      24,
    );
  }
  return {
    lengthBytes: Number(view.getBigUint64(16, true)),
    version: `${version >>> 24}.${(version >>> 16) & 0xff}.${version & 0xffff}`,
  };
}

async function readContents(
  chunks: ChunkReader,
  log: DiagnosticLog,
  lengthBytes: number,
): Promise<{ contents: Contents; isRecovered: boolean }> {
  const end = lengthBytes === 0 ? chunks.sizeBytes : lengthBytes;
  const last = end <= chunks.sizeBytes ? await chunks.header(end - CHUNK_HEADER_BYTES) : undefined;
  if (last?.tag === TAG_END) {
    try {
      return { contents: await readLinked(chunks, log), isRecovered: false };
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      log.add(
        'warning',
        'structure-damaged',
        `The file is damaged: ${error.message}. All intact chunks were searched instead.`,
        error.offsetBytes,
      );
    }
  } else if (lengthBytes > chunks.sizeBytes) {
    log.add(
      'error',
      'cut',
      `The file says it has ${lengthBytes} bytes but ends after ${chunks.sizeBytes}: the rest is missing.`,
      chunks.sizeBytes,
    );
  }
  return { contents: await readByWalk(chunks, log), isRecovered: true };
}

export class JlsV2Reader implements FormatReader {
  readonly format = 'jls-v2';
  readonly label = 'JLS v2';
  readonly version: string;
  readonly sources: readonly SourceInfo[];
  /** The samples as the file has them: all at rates. */
  readonly fsr: JlsV2Store;
  readonly #chunks: ChunkReader;
  readonly #log: DiagnosticLog;
  #contents: Contents;
  #isRecovered: boolean;
  #walk: Promise<Contents> | undefined;
  #store: SignalStore;
  #stampedIds: ReadonlySet<string> = new Set();

  constructor(chunks: ChunkReader, contents: Contents, log: DiagnosticLog, version: string, isRecovered: boolean) {
    this.#chunks = chunks;
    this.#contents = contents;
    this.#log = log;
    this.version = version;
    this.#isRecovered = isRecovered;
    this.sources = contents.sources;
    const fsr = contents.signals.flatMap((signal) => {
      const layout = contents.layouts.get(signal.signalId);
      if (!layout) return [];
      const rescue = async (cause: LinkError) => (await this.#rescue(cause)).layouts.get(signal.signalId);
      return [new FsrReader(chunks, signal, layout, log, rescue)];
    });
    const maps = new Map(fsr.map((reader) => [reader.signal.signalId, this.#mapOf(reader)]));
    this.fsr = new JlsV2Store(chunks.codec, contents.sources, contents.signals, fsr, maps, {
      annotations: (signalId) => this.#retried((found) => found.annotations(signalId)),
      userData: () => this.userData(),
    });
    this.#store = this.fsr;
  }

  get store(): SignalStore {
    return this.#store;
  }

  /** Looks which signals have a time per sample. Call once, before anything else. */
  async findStamped(): Promise<void> {
    const canBe = ({ isFsr, sampleRateHz }: SignalDefinition) => isFsr && sampleRateHz === STAMPED_RATE_HZ;
    const ids = this.#contents.signals.filter(canBe).map(({ signalId }) => signalId);
    if (ids.length === 0) return;
    const userData = await this.userData();
    const groups = stampedGroups(userData).map((group) => group.filter((id) => ids.includes(id)).map(String));
    const signalIds = groups.flat();
    if (signalIds.length === 0) return;
    const pairs = new Map(signalIds.map((id) => [id, this.#utcOf(this.fsr.reader(id))]));
    this.#stampedIds = new Set(signalIds);
    this.#store = new JlsStampedStore(
      this.fsr,
      groups.map((group) => ({ signalIds: group, pairs })),
      isOnClock(userData) ? this.fsr.originUtc : undefined,
      this.#log,
    );
  }

  /** Whether each of its samples has a time of its own. */
  isStamped(signalId: string): boolean {
    return this.#stampedIds.has(signalId);
  }

  /** Every signal that is defined, also those without samples. */
  get definitions(): readonly SignalDefinition[] {
    return this.#contents.signals;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#log.list;
  }

  get isRecovered(): boolean {
    return this.#isRecovered;
  }

  userData(): Promise<readonly UserDataEntry[]> {
    return this.#retried((contents) => contents.userData());
  }

  utcEntries(signalId: string): Promise<readonly UtcEntry[]> {
    return this.fsr.attempt(() => this.#utcOf(this.fsr.reader(signalId)));
  }

  timeMap(signalId: string): Promise<TimeMap | undefined> {
    return this.fsr.attempt(() => this.#mapOf(this.fsr.reader(signalId)));
  }

  storedSamples(signalId: string, start: number, end: number): Promise<Uint8Array> {
    return this.fsr.storedSamples(signalId, start, end);
  }

  missingSamples(signalId: string, start: number, end: number): Promise<readonly SampleRange[]> {
    return this.fsr.missing(signalId, start, end);
  }

  lostSamples(signalId: string, start: number, end: number): number {
    return this.fsr.reader(signalId).lostSamples(start, end);
  }

  close(): void {
    this.#chunks.codec[Symbol.dispose]();
  }

  #utcOf(reader: FsrReader): UtcEntry[] {
    const pairs = this.#contents.utc.get(reader.signal.signalId) ?? [];
    return pairs.map(({ sampleId, utc }) => ({ sample: sampleId - reader.firstSampleId, utc }));
  }

  #mapOf(reader: FsrReader): TimeMap | undefined {
    return createTimeMap(this.#utcOf(reader), reader.signal.sampleRateHz);
  }

  /** Answers from the lists or, where those are broken, from a walk. */
  async #retried<T>(answer: (contents: Contents) => Promise<T>): Promise<T> {
    try {
      return await answer(this.#contents);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      return answer(await this.#rescue(error));
    }
  }

  #rescue(cause: LinkError): Promise<Contents> {
    this.#walk ??= this.#walkNow(cause);
    return this.#walk;
  }

  async #walkNow(cause: LinkError): Promise<Contents> {
    const { message } = toError(cause);
    this.#log.add(
      'warning',
      'structure-damaged',
      `The file is damaged: ${message}. All intact chunks were searched instead.`,
      cause.offsetBytes,
    );
    this.#isRecovered = true;
    this.#contents = await readByWalk(this.#chunks, this.#log);
    return this.#contents;
  }
}
