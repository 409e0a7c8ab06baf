// Opens a zip bundle: the first entry that holds data of a known format is opened as if it stood alone. Stored
// entries are read in place; packed ones are unpacked into memory up to a limit.

import { configure, type Entry, Reader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { FormatError, LabError, toError } from '../../base/errors.ts';
import type { Workspace } from '../../core/workspace.ts';
import { detectFormat } from '../detect.ts';
import { MemoryFile } from '../memory-file.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';

/** Largest packed entry that is unpacked. */
const MAX_UNPACKED_BYTES = 256 * 2 ** 20;
/** Deflate cannot pack better than this: a claim beyond it is a lie. */
const MAX_INFLATION = 1032;
/** Entries that are looked at. */
const MAX_ENTRIES = 10_000;
/** Bytes of a local header before its variable parts, and where these lengths stand (APPNOTE.TXT 4.3.7). */
const LOCAL_HEADER_BYTES = 30;

/** Rejects with `format/unknown` when no entry can be opened. */
export async function openZip(source: RandomAccess, workspace: Workspace): Promise<FormatReader> {
  configure({ useWebWorkers: false });
  const zip = new ZipReader(new SourceReader(source));
  try {
    const entries = await zip.getEntries();
    const files = entries.filter((entry) => !entry.directory).slice(0, MAX_ENTRIES);
    // data first: settings and notes are small
    files.sort((a, b) => b.uncompressedSize - a.uncompressedSize);
    for (const entry of files) {
      const reader = await openEntry(source, entry, workspace);
      if (!reader) continue;
      const note = {
        severity: 'info' as const,
        code: 'zip/entry',
        message: `Opened "${entry.filename}", one of ${files.length} files in the bundle.`,
      };
      return withDiagnostic(reader, note);
    }
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw new FormatError('format/damaged', `The zip bundle cannot be read: ${toError(error).message}.`, 0, {
      cause: error,
    });
  }
  throw new FormatError(
    'format/unknown',
    'The zip bundle holds no file of a known format. Unpack it to look inside.',
    0,
  );
}

async function openEntry(source: RandomAccess, entry: Entry, workspace: Workspace): Promise<FormatReader | undefined> {
  const content = await entryContent(source, entry);
  if (!content) return undefined;
  const row = await detectFormat(content).catch(() => undefined);
  // a bundle inside a bundle is not followed
  return row && row.id !== 'zip' ? row.open(content, workspace) : undefined;
}

async function entryContent(source: RandomAccess, entry: Entry): Promise<RandomAccess | undefined> {
  if (entry.encrypted || entry.directory) return undefined;
  if (entry.compressionMethod === 0) {
    const header = await source.read(entry.offset, LOCAL_HEADER_BYTES);
    if (header.length < LOCAL_HEADER_BYTES) return undefined;
    const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
    const start = entry.offset + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
    return new SourcePart(source, start, Math.min(entry.uncompressedSize, Math.max(0, source.sizeBytes - start)));
  }
  const isPlausible = entry.uncompressedSize <= MAX_INFLATION * Math.min(entry.compressedSize, source.sizeBytes) + 1024;
  if (entry.uncompressedSize > MAX_UNPACKED_BYTES || !isPlausible) return undefined;
  return new MemoryFile((await entry.getData(new Uint8ArrayWriter())) as Uint8Array<ArrayBuffer>);
}

/** The reader with one more thing noticed. */
function withDiagnostic(reader: FormatReader, note: FormatReader['diagnostics'][number]): FormatReader {
  return new Proxy(reader, {
    get: (target, key) => {
      if (key === 'diagnostics') return [note, ...target.diagnostics];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

class SourcePart implements RandomAccess {
  readonly sizeBytes: number;
  readonly #source: RandomAccess;
  readonly #startBytes: number;

  constructor(source: RandomAccess, startBytes: number, sizeBytes: number) {
    this.#source = source;
    this.#startBytes = startBytes;
    this.sizeBytes = sizeBytes;
  }

  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    const length = Math.max(0, Math.min(lengthBytes, this.sizeBytes - offsetBytes));
    return this.#source.read(this.#startBytes + offsetBytes, length);
  }
}

/** A RandomAccess as zip.js reads it. */
class SourceReader extends Reader<RandomAccess> {
  readonly #source: RandomAccess;

  constructor(source: RandomAccess) {
    super(source);
    this.#source = source;
    this.size = source.sizeBytes;
  }

  override readUint8Array(index: number, length: number): Promise<Uint8Array> {
    return this.#source.read(index, length);
  }
}
