// Files as the library sees them: the one that is opened and those beside it that it points to, in a folder of their own.
// Nothing is copied: what the library asks for is read from the file then, so opening takes as long as what it looks at.

import { FormatError, toError } from '../../base/errors.ts';
import { MemoryFile } from '../memory-file.ts';
import type { InstantAccess, RandomAccess } from '../source.ts';
import { heapStarts, isHeapWhole, SIGNATURE_BYTES } from './global-heap.ts';
import { type Hdf5, temporaryFolder } from './library.ts';

/** What small reads take from the file at once: the library reads some hundred bytes at a time. */
const PAGE_BYTES = 2 ** 18;
/** Pages of one file that are kept. */
const PAGE_COUNT = 16;
/** What is read at once from the end of the large read before: half the time of the size that samples are asked in. */
const AHEAD_BYTES = 2 ** 22;
/** The library's number for an error of reading (EIO). */
const READ_ERROR = 29;

/** A file of the library's file system (Emscripten's MEMFS), as far as it is changed here. */
interface FileNode {
  usedBytes: number;
  stream_ops: Readonly<Record<string, unknown>>;
}

export class Mounted {
  /** Of all files. */
  sizeBytes = 0;
  /** False when texts of any length could send the library round in circles. */
  canReadTexts = true;
  #readError: Error | undefined;
  #firstReadError: Error | undefined;
  /** What is read is not for the library to follow. */
  #isForNumbers = false;
  readonly #files: Hdf5['files'];
  readonly #room: Hdf5['room'];
  readonly #folder = temporaryFolder();
  readonly #paths: string[] = [];

  constructor({ files, room }: Hdf5) {
    this.#files = files;
    this.#room = room;
    files.mkdir(this.#folder);
  }

  /** `name` may lie in folders. Resolves with the path that the library finds it at. */
  async add(name: string, source: RandomAccess): Promise<string> {
    const path = `${this.#folder}/${name}`;
    this.#files.mkdirTree(path.slice(0, path.lastIndexOf('/')));
    this.#files.close(this.#files.open(path, 'w'));
    this.#paths.push(path);
    const file = new MountedFile(await instant(source));
    const { node } = this.#files.lookupPath(path, {}) as unknown as { readonly node: FileNode };
    const { stream_ops: ops } = node;
    node.usedBytes = source.sizeBytes;
    node.stream_ops = {
      ...ops,
      read: (_: unknown, buffer: Uint8Array, at: number, length: number, position: number): number =>
        this.#read(
          file,
          new Uint8Array(buffer.buffer, at, Math.max(0, Math.min(length, source.sizeBytes - position))),
          position,
        ),
    };
    this.sizeBytes += source.sizeBytes;
    this.#room.claim(source.sizeBytes);
    return path;
  }

  /** Why a read of a file failed since `forgetError`: the library only knows that it did. */
  get readError(): Error | undefined {
    return this.#readError;
  }

  /** Why the first read of all that failed did, never forgotten. */
  get firstReadError(): Error | undefined {
    return this.#firstReadError;
  }

  forgetError(): void {
    this.#readError = undefined;
  }

  /** For reads of numbers alone: what looks like a damaged text among them stays as it is. */
  forNumbers<T>(read: () => T): T {
    this.#isForNumbers = true;
    try {
      return read();
    } finally {
      this.#isForNumbers = false;
    }
  }

  /** Folders of others stay: they hold nothing. */
  remove(): void {
    if (this.#paths.length > 0) this.#room.release(this.sizeBytes);
    for (const path of this.#paths.splice(0)) this.#files.unlink(path);
  }

  #read(file: MountedFile, target: Uint8Array, position: number): number {
    try {
      file.read(target, position);
    } catch (error) {
      this.#readError = toError(error);
      this.#firstReadError ??= this.#readError;
      throw new this.#files.ErrnoError(READ_ERROR);
    }
    if (file.damagedHeaps.length > 0) this.canReadTexts = false;
    if (!this.#isForNumbers) {
      // the library refuses a heap without its signature
      for (const start of file.damagedHeaps) {
        const at = start - position;
        if (at > -SIGNATURE_BYTES && at < target.length) target.fill(0, Math.max(0, at), at + SIGNATURE_BYTES);
      }
    }
    return target.length;
  }
}

/** The same source, or all that is in one that lets wait. */
async function instant(source: RandomAccess): Promise<InstantAccess> {
  const { readNow } = source;
  if (readNow) return { sizeBytes: source.sizeBytes, readNow: readNow.bind(source) };
  const bytes = await source.read(0, source.sizeBytes);
  return new MemoryFile(bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice());
}

function becameShorter(): FormatError {
  return new FormatError('format/damaged', 'The file became shorter while it was read. Open it again.');
}

class MountedFile {
  /** Where heaps lie that were met and are damaged. */
  readonly damagedHeaps: number[] = [];
  readonly #source: InstantAccess;
  /** The last ones, the one that was used last at the end. */
  readonly #pages = new Map<number, Uint8Array>();
  readonly #seenHeaps = new Set<number>();
  #ahead: { readonly start: number; readonly bytes: Uint8Array } = { start: 0, bytes: new Uint8Array(0) };
  /** Where the last large read ended. */
  #end = -1;

  constructor(source: InstantAccess) {
    this.#source = source;
  }

  read(target: Uint8Array, position: number): void {
    if (target.length >= PAGE_BYTES) {
      this.#readLarge(target, position);
      return;
    }
    for (let done = 0; done < target.length; ) {
      const at = position + done;
      const page = this.#page(Math.floor(at / PAGE_BYTES));
      const part = page.subarray(at % PAGE_BYTES, (at % PAGE_BYTES) + target.length - done);
      if (part.length === 0) throw becameShorter();
      target.set(part, done);
      done += part.length;
    }
  }

  /** Many reads one behind the other take more time than a few large ones. */
  #readLarge(target: Uint8Array, position: number): void {
    const length = target.length;
    const isNext = position === this.#end;
    this.#end = position + length;
    const { start, bytes } = this.#ahead;
    const isHere = position >= start && this.#end <= start + bytes.length;
    if (!isHere && !isNext) {
      target.set(this.#exactly(position, length));
      return;
    }
    if (!isHere) {
      const count = Math.min(Math.max(length, AHEAD_BYTES), this.#source.sizeBytes - position);
      this.#ahead = { start: position, bytes: this.#exactly(position, count) };
    }
    const from = position - this.#ahead.start;
    target.set(this.#ahead.bytes.subarray(from, from + length));
  }

  #exactly(position: number, length: number): Uint8Array {
    const bytes = this.#source.readNow(position, length);
    if (bytes.length < length) throw becameShorter();
    return bytes;
  }

  #page(index: number): Uint8Array {
    const known = this.#pages.get(index);
    this.#pages.delete(index);
    const start = index * PAGE_BYTES;
    const page = known ?? this.#source.readNow(start, Math.min(PAGE_BYTES, this.#source.sizeBytes - start));
    this.#pages.set(index, page);
    if (known) return known;
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= PAGE_COUNT) break;
      this.#pages.delete(oldest);
    }
    this.#lookAtHeaps(page, start);
    return page;
  }

  #lookAtHeaps(page: Uint8Array, start: number): void {
    const { sizeBytes } = this.#source;
    const read = (at: number, length: number) =>
      at + length <= start + page.length
        ? page.subarray(at - start, at - start + length)
        : this.#source.readNow(at, length);
    for (const heap of heapStarts(page).map((at) => start + at)) {
      if (this.#seenHeaps.has(heap)) continue;
      this.#seenHeaps.add(heap);
      if (!isHeapWhole(read, sizeBytes, heap)) this.damagedHeaps.push(heap);
    }
  }
}
