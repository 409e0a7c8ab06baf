// The files in a zip, each as a source of its own. Stored ones are read in place; packed ones are unpacked when they are
// read first, up to a limit, and as many are kept as fit into it.

import { configure, type FileEntry, Reader, ZipReader } from '@zip.js/zip.js';
import { FormatError, LabError, toError } from '../../base/errors.ts';
import { Codec, CRC32 } from '../../core/codec.ts';
import type { Workspace } from '../../core/workspace.ts';
import { inflate, MAX_INFLATION } from '../inflate.ts';
import { HEAD_BYTES } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import { SourcePart } from '../source-part.ts';

/** Largest packed file that is unpacked, and bytes of unpacked files that are kept. */
export const MAX_UNPACKED_BYTES = 2 ** 30;
/** A zip of more files is not looked into: a run has some tens. */
const MAX_ENTRIES = 2000;
/** Packed bytes that are unpacked at a time to know a file: at the best packing 264 kB more than was asked for. */
const PEEK_STEP_BYTES = 256;
/** Deflated (APPNOTE.TXT 4.4.5). */
const DEFLATED = 8;
/** A stream of a few bytes may hold more than MAX_INFLATION allows. */
const SPARE_BYTES = 1024;
/** Bytes that are checked at a time. */
const CHECK_BYTES = 1 << 16;
/** Bytes of a local header before its variable parts, and where these lengths stand (APPNOTE.TXT 4.3.7). */
const LOCAL_HEADER_BYTES = 30;

/** One file in a zip. */
export interface ArchiveFile {
  /** Path in the zip, with forward slashes. */
  readonly name: string;
  /** Unpacked. */
  readonly sizeBytes: number;
  /** Its first HEAD_BYTES, or none where it cannot be unpacked. */
  head(): Promise<Uint8Array>;
  /** Rejects where it cannot be unpacked, as far as that is known before. */
  ready(): Promise<void>;
  /** All of it; reading rejects with `format/damaged` or `format/unsupported` where it cannot be unpacked. */
  readonly content: RandomAccess;
}

/** The files of a zip, in its order; what is unpacked is checked in `workspace`. Rejects with a FormatError. */
export async function openArchive(source: RandomAccess, workspace: Workspace): Promise<readonly ArchiveFile[]> {
  configure({ useWebWorkers: false });
  const entries: FileEntry[] = [];
  try {
    for await (const entry of new ZipReader(new SourceReader(source)).getEntriesGenerator()) {
      if (!entry.directory) entries.push(entry);
      if (entries.length > MAX_ENTRIES) throw tooMany();
    }
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw new FormatError('format/damaged', `The zip bundle cannot be read: ${toError(error).message}.`, 0, {
      cause: error,
    });
  }
  refuseOverlaps(entries);
  const kept = new Kept();
  return entries.map((entry) => {
    const content = new EntryContent(source, entry, kept, workspace);
    const { filename: name } = entry;
    const { sizeBytes } = content;
    return { name, sizeBytes, head: () => headOf(source, entry), ready: () => content.ready(), content };
  });
}

function tooMany(): FormatError {
  return new FormatError(
    'format/unsupported',
    `The zip holds more than ${MAX_ENTRIES} files. Unpack it and open the file that holds the data.`,
    0,
  );
}

/** Entries that share bytes are no honest zip: so a small one claims to be very large. */
function refuseOverlaps(entries: readonly FileEntry[]): void {
  const inOrder = [...entries].sort((a, b) => a.offset - b.offset);
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

async function headOf(source: RandomAccess, entry: FileEntry): Promise<Uint8Array> {
  const packed = await packedContent(source, entry);
  if (!packed || reasonAgainst(entry, packed)) return new Uint8Array(0);
  const bytes = Math.min(HEAD_BYTES, entry.uncompressedSize);
  if (entry.compressionMethod === 0) return packed.read(0, bytes);
  const { content } = await inflate(packed, 'deflate-raw', bytes, PEEK_STEP_BYTES);
  return content.read(0, bytes);
}

/** Why a file cannot be had from the zip; undefined when it can. */
function reasonAgainst(entry: FileEntry, packed: RandomAccess): string | undefined {
  const { encrypted, compressionMethod, uncompressedSize } = entry;
  if (encrypted) return 'is encrypted. Unpack the zip with its password';
  if (compressionMethod === 0) return undefined;
  if (compressionMethod !== DEFLATED) return `is packed by method ${compressionMethod}. Unpack the zip`;
  if (uncompressedSize > MAX_INFLATION * packed.sizeBytes + SPARE_BYTES) return 'claims more bytes than it can hold';
  if (uncompressedSize > MAX_UNPACKED_BYTES)
    return `takes more than ${MAX_UNPACKED_BYTES / 2 ** 20} MB. Unpack the zip, or pack it anew without compression (zip -0)`;
  return undefined;
}

/** The entry's bytes as they lie in the file. */
async function packedContent(source: RandomAccess, entry: FileEntry): Promise<RandomAccess | undefined> {
  const header = await source.read(entry.offset, LOCAL_HEADER_BYTES);
  if (header.length < LOCAL_HEADER_BYTES) return undefined;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const start = entry.offset + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  return new SourcePart(source, start, Math.min(entry.compressedSize, Math.max(0, source.sizeBytes - start)));
}

/** Unpacked files, those that were read last. */
class Kept {
  readonly #contents = new Map<EntryContent, number>();
  #sizeBytes = 0;

  /** `entry` was read: those that were not for longest make room for it. */
  touch(entry: EntryContent): void {
    if (!this.#contents.delete(entry)) this.#sizeBytes += entry.sizeBytes;
    this.#contents.set(entry, entry.sizeBytes);
    for (const [oldest, sizeBytes] of this.#contents) {
      if (this.#sizeBytes <= MAX_UNPACKED_BYTES || oldest === entry) return;
      oldest.drop();
      this.#contents.delete(oldest);
      this.#sizeBytes -= sizeBytes;
    }
  }
}

class EntryContent implements RandomAccess {
  readonly sizeBytes: number;
  readonly #source: RandomAccess;
  readonly #entry: FileEntry;
  readonly #kept: Kept;
  readonly #workspace: Workspace;
  #content: Promise<RandomAccess> | undefined;

  constructor(source: RandomAccess, entry: FileEntry, kept: Kept, workspace: Workspace) {
    const { compressionMethod, uncompressedSize, compressedSize, offset } = entry;
    const packedBytes = Math.min(compressedSize, Math.max(0, source.sizeBytes - offset));
    const mostBytes = compressionMethod === 0 ? packedBytes : MAX_INFLATION * packedBytes + SPARE_BYTES;
    this.sizeBytes = Math.min(uncompressedSize, mostBytes);
    this.#source = source;
    this.#entry = entry;
    this.#kept = kept;
    this.#workspace = workspace;
  }

  async read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    this.#content ??= this.#open();
    const content = await this.#content;
    if (this.#entry.compressionMethod !== 0) this.#kept.touch(this);
    return content.read(offsetBytes, lengthBytes);
  }

  /** What was unpacked can be unpacked again. */
  drop(): void {
    this.#content = undefined;
  }

  async ready(): Promise<void> {
    await this.#packed();
  }

  #fail(code: 'format/damaged' | 'format/unsupported', reason: string): FormatError {
    return new FormatError(code, `"${this.#entry.filename}" in the zip ${reason}.`, this.#entry.offset);
  }

  async #packed(): Promise<RandomAccess> {
    const packed = await packedContent(this.#source, this.#entry);
    if (!packed) throw this.#fail('format/damaged', 'lies behind the end of the file');
    const against = reasonAgainst(this.#entry, packed);
    if (against) throw this.#fail('format/unsupported', against);
    return packed;
  }

  async #open(): Promise<RandomAccess> {
    const { uncompressedSize, compressionMethod } = this.#entry;
    const packed = await this.#packed();
    if (compressionMethod === 0) return new SourcePart(packed, 0, Math.min(uncompressedSize, packed.sizeBytes));
    const { content, end } = await inflate(packed, 'deflate-raw', uncompressedSize);
    if (end !== 'whole' || content.sizeBytes !== uncompressedSize) {
      throw this.#fail('format/damaged', `is damaged behind byte ${content.sizeBytes} of ${uncompressedSize}`);
    }
    if ((await checksumOf(content, this.#workspace)) === this.#entry.signature) return content;
    throw this.#fail('format/damaged', 'is damaged: its checksum is another. Copy the zip again, or make it anew');
  }
}

/** CRC-32 (APPNOTE.TXT 4.4.7). */
async function checksumOf(content: RandomAccess, workspace: Workspace): Promise<number> {
  const codec = new Codec(workspace, CRC32, CHECK_BYTES);
  try {
    let crc = 0;
    for (let at = 0; at < content.sizeBytes; at += CHECK_BYTES) {
      crc = codec.crc(await content.read(at, CHECK_BYTES), crc);
    }
    return crc;
  } finally {
    codec[Symbol.dispose]();
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
