// Opens JLS v1 recordings (the files of pyjoulescope before 2022) in any state: finished, cut, never closed. The
// file is only read.

import { FormatError } from '../../../base/errors.ts';
import { Codec, CRC32 } from '../../../core/codec.ts';
import type { Workspace } from '../../../core/workspace.ts';
import type { Diagnostic } from '../../../model/signal-store.ts';
import type { FormatReader, SourceInfo, TimeMap, UserDataEntry, UtcEntry } from '../../reader.ts';
import type { RandomAccess } from '../../source.ts';
import { DiagnosticLog } from '../diagnostics.ts';
import { Columns } from './columns.ts';
import { CONTAINER_VERSION, FILE_HEADER_BYTES, MAGIC_V1, RecordReader } from './container.ts';
import { type Contents, readContents } from './contents.ts';
import { JlsV1Store } from './store.ts';

/** Room for a page of samples and for checksums of large records. */
const SCRATCH_BYTES = 256 * 1024;

/**
 * Opens a recording. Rejects with `format/unknown` (other magic), `format/damaged` (too short, no recording in it) or
 * `format/unsupported` (newer version). The workspace needs 4 MiB.
 */
export async function openJlsV1(source: RandomAccess, workspace: Workspace): Promise<JlsV1Reader> {
  const codec = new Codec(workspace, CRC32, SCRATCH_BYTES);
  try {
    const records = new RecordReader(source, codec);
    const log = new DiagnosticLog();
    const header = await checkHeader(records, log);
    const contents = await readContents(records, header.endOffset, log);
    return new JlsV1Reader(records, contents, log, contents.isRecovered || header.isDamaged);
  } catch (error) {
    codec[Symbol.dispose]();
    throw error;
  }
}

async function checkHeader(
  records: RecordReader,
  log: DiagnosticLog,
): Promise<{ endOffset: number; isDamaged: boolean }> {
  const header = await records.read(0, FILE_HEADER_BYTES);
  if (!MAGIC_V1.every((byte, i) => header[i] === byte)) {
    throw new FormatError('format/unknown', 'This is not a JLS v1 file: its first bytes differ.', 0);
  }
  if (header.byteLength < FILE_HEADER_BYTES) {
    throw new FormatError(
      'format/damaged',
      `The file ends after ${header.byteLength} bytes, inside its header. Nothing can be read.`,
      header.byteLength,
    );
  }
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const isDamaged = records.codec.crc(header.subarray(0, 28)) !== view.getUint32(28, true);
  if (isDamaged) {
    log.add(
      'warning',
      'header-damaged',
      'The checksum of the file header is wrong; all intact records were searched instead.',
      28,
    );
  } else if (header[27] !== CONTAINER_VERSION) {
    throw new FormatError(
      'format/unsupported',
      `The file has container version ${header[27]}; Pulsebench reads version ${CONTAINER_VERSION}.`,
      27,
    );
  }
  const lengthBytes = Number(view.getBigUint64(16, true));
  if (isDamaged || lengthBytes === 0) return { endOffset: records.sizeBytes, isDamaged };
  if (lengthBytes > records.sizeBytes) {
    log.add(
      'error',
      'cut',
      `The file says it has ${lengthBytes} bytes but ends after ${records.sizeBytes}: the rest is missing.`,
      records.sizeBytes,
    );
  }
  return { endOffset: lengthBytes, isDamaged: lengthBytes > records.sizeBytes };
}

export class JlsV1Reader implements FormatReader {
  readonly format = 'jls-v1';
  readonly label = 'JLS v1';
  readonly version: string;
  readonly sources: readonly SourceInfo[];
  readonly store: JlsV1Store;
  readonly isRecovered: boolean;
  /** What was found in the file, for `copyJlsV1`. */
  readonly contents: Contents;
  readonly columns: Columns;
  readonly #records: RecordReader;
  readonly #log: DiagnosticLog;

  constructor(records: RecordReader, contents: Contents, log: DiagnosticLog, isRecovered: boolean) {
    this.#records = records;
    this.contents = contents;
    this.#log = log;
    this.isRecovered = isRecovered;
    this.version = contents.config.version;
    const serialNumber = contents.calibration?.serialNumber ?? '';
    const isRaw = contents.config.dataFormat === 'raw';
    const name = isRaw ? `JS110${serialNumber && `-${serialNumber.slice(-6)}`}` : 'Joulescope';
    this.sources = [{ id: 1, name, vendor: 'Jetperch', model: isRaw ? 'JS110' : '', version: '', serialNumber }];
    this.columns = new Columns(records, contents, log);
    this.store = new JlsV1Store(contents, this.columns, name);
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#log.list;
  }

  userData(): Promise<readonly UserDataEntry[]> {
    const { userData, footerUserData } = this.contents;
    return Promise.resolve([...userData, ...footerUserData].map((data) => ({ meta: 0, storage: 'json', data })));
  }

  utcEntries(signalId: string): Promise<readonly UtcEntry[]> {
    return this.#known(signalId, []);
  }

  /** Recordings of this generation do not say when they were made. */
  timeMap(signalId: string): Promise<TimeMap | undefined> {
    return this.#known(signalId, undefined);
  }

  storedSamples(signalId: string, start: number, end: number): Promise<Uint8Array> {
    return this.store.storedSamples(signalId, start, end);
  }

  close(): void {
    this.#records.codec[Symbol.dispose]();
  }

  #known<T>(signalId: string, answer: T): Promise<T> {
    return new Promise((resolve) => {
      this.store.field(signalId);
      resolve(answer);
    });
  }
}
