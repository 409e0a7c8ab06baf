// Opens a zip bundle: the first entry that holds data of a known format is opened as if it stood alone. Stored
// entries are read in place. Of packed ones the first bytes are unpacked to know them, and one is unpacked whole at most,
// into memory and up to a limit: so a small zip cannot ask for much time or memory.

import { configure, type FileEntry, Reader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { FormatError, LabError, toError } from '../../base/errors.ts';
import type { Workspace } from '../../core/workspace.ts';
import { FORMAT_ROWS } from '../detect.ts';
import { MemoryFile } from '../memory-file.ts';
import type { FormatReader } from '../reader.ts';
import { type FormatRow, HEAD_BYTES, type OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';

/** Largest packed entry that is unpacked. */
const MAX_UNPACKED_BYTES = 256 * 2 ** 20;
/** Deflate cannot pack better than this: a claim beyond it is a lie. */
const MAX_INFLATION = 1032;
/** A zip of more files is not looked into: a run has some tens. */
const MAX_ENTRIES = 2000;
/** Packed bytes that are unpacked at a time to know an entry: at the best packing 264 kB more than was asked for. */
const PEEK_STEP_BYTES = 256;
/** Deflated (APPNOTE.TXT 4.4.5). */
const DEFLATED = 8;
/** Bytes of a local header before its variable parts, and where these lengths stand (APPNOTE.TXT 4.3.7). */
const LOCAL_HEADER_BYTES = 30;

/** Rejects with `format/unknown` when no entry can be opened. */
export async function openZip(source: RandomAccess, workspace: Workspace, context: OpenContext): Promise<FormatReader> {
  configure({ useWebWorkers: false });
  const zip = new ZipReader(new SourceReader(source));
  try {
    const files = await filesOf(zip);
    for (const entry of files) {
      const reader = await openEntry(source, entry, workspace, { ...context, name: entry.filename });
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

/** The files of a zip, the largest first: settings and notes are small. */
async function filesOf(zip: ZipReader<RandomAccess>): Promise<readonly FileEntry[]> {
  const files: FileEntry[] = [];
  for await (const entry of zip.getEntriesGenerator()) {
    if (!entry.directory) files.push(entry);
    if (files.length > MAX_ENTRIES) {
      throw new FormatError(
        'format/unsupported',
        `The zip holds more than ${MAX_ENTRIES} files. Unpack it and open the file that holds the data.`,
        0,
      );
    }
  }
  refuseOverlaps(files);
  return files.sort((a, b) => b.uncompressedSize - a.uncompressedSize);
}

/** Entries that share bytes are no honest zip: so a small one claims to be very large. */
function refuseOverlaps(files: readonly FileEntry[]): void {
  const inOrder = [...files].sort((a, b) => a.offset - b.offset);
  for (const [i, { offset, compressedSize, filename }] of inOrder.entries()) {
    const next = inOrder[i + 1];
    if (!next || offset + LOCAL_HEADER_BYTES + compressedSize <= next.offset) continue;
    throw new FormatError(
      'format/damaged',
      `In the zip "${filename}" and "${next.filename}" lie over each other. It was not unpacked.`,
      next.offset,
    );
  }
}

async function openEntry(
  source: RandomAccess,
  entry: FileEntry,
  workspace: Workspace,
  context: OpenContext,
): Promise<FormatReader | undefined> {
  if (entry.encrypted) return undefined;
  const packed = await packedContent(source, entry);
  if (!packed) return undefined;
  if (entry.compressionMethod === 0) {
    const row = await knownRow(packed, entry.uncompressedSize);
    return row?.open(new SourcePart(packed, 0, entry.uncompressedSize), workspace, context);
  }
  const isPlausible = entry.uncompressedSize <= MAX_INFLATION * packed.sizeBytes + 1024;
  if (entry.compressionMethod !== DEFLATED || entry.uncompressedSize > MAX_UNPACKED_BYTES || !isPlausible) {
    return undefined;
  }
  const row = await knownRow(new MemoryFile(await unpackHead(packed)), entry.uncompressedSize);
  return row?.open(
    new MemoryFile((await entry.getData(new Uint8ArrayWriter())) as Uint8Array<ArrayBuffer>),
    workspace,
    context,
  );
}

/** The format by its first bytes; a bundle inside a bundle is not followed. */
async function knownRow(head: RandomAccess, sizeBytes: number): Promise<FormatRow | undefined> {
  const bytes = await head.read(0, Math.min(HEAD_BYTES, head.sizeBytes));
  return FORMAT_ROWS.find(({ id, matches }) => id !== 'zip' && matches(bytes, sizeBytes));
}

/** The entry's bytes as they lie in the file. */
async function packedContent(source: RandomAccess, entry: FileEntry): Promise<RandomAccess | undefined> {
  const header = await source.read(entry.offset, LOCAL_HEADER_BYTES);
  if (header.length < LOCAL_HEADER_BYTES) return undefined;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const start = entry.offset + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  return new SourcePart(source, start, Math.min(entry.compressedSize, Math.max(0, source.sizeBytes - start)));
}

/** Unpacks until there are the bytes that tell a format, or no more. What is no deflated stream gives none. */
async function unpackHead(packed: RandomAccess): Promise<Uint8Array<ArrayBuffer>> {
  let offset = 0;
  const steps = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: async (controller) => {
        const step = new Uint8Array(await packed.read(offset, Math.min(PEEK_STEP_BYTES, packed.sizeBytes - offset)));
        offset += step.length;
        if (step.length > 0) controller.enqueue(step);
        if (offset >= packed.sizeBytes || step.length === 0) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const head = new Uint8Array(HEAD_BYTES);
  let used = 0;
  const unpacked = steps.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    while (used < HEAD_BYTES) {
      const { done, value } = await unpacked.read();
      if (done) break;
      const part = value.subarray(0, HEAD_BYTES - used);
      head.set(part, used);
      used += part.length;
    }
  } catch {
    return new Uint8Array(0);
  } finally {
    await unpacked.cancel().catch(() => {});
  }
  return head.subarray(0, used);
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
