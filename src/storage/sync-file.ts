// A file of the private file system over its synchronous handle: AppendSink for writers, RandomAccess for
// readers. Dedicated workers only. One exclusive handle per file and origin.
// A disk may be full although room was claimed. Where room is held beside the file, what is refused then is kept in
// memory until the file is closed, so that a writer finishes its file instead of being cut off in a chunk; `reserve` refuses
// anything more. Elsewhere the file is cut back to its last whole append, and the writer hears of it.

import { assert } from '../base/assert.ts';
import { LabError, type LabErrorOptions } from '../base/errors.ts';
import { formatBytes } from '../base/si.ts';
import { MemoryFile } from '../formats/memory-file.ts';
import type { AppendSink, RandomAccess } from '../formats/source.ts';
import { storageError, storageFull, storageGone } from './io-errors.ts';

/** The browser's FileSystemSyncAccessHandle (fs.spec.whatwg.org), which the page's type library leaves out. */
export interface SyncAccessHandle {
  read(buffer: ArrayBufferView, options: { at: number }): number;
  write(buffer: ArrayBufferView, options: { at: number }): number;
  truncate(sizeBytes: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

interface SyncCapable {
  createSyncAccessHandle?(): Promise<SyncAccessHandle>;
}

/** Room is claimed in steps of this many bytes, so that claiming costs nothing per block. */
const RESERVE_STEP_BYTES = 8 * 2 ** 20;

/**
 * Opens the file for reading and writing. Rejects with `storage/denied` when it is open elsewhere, with
 * `platform/unsupported` where the browser opens no private file for a thread to write into.
 */
export async function openSyncFile(file: FileSystemFileHandle, options: SyncFileOptions = {}): Promise<SyncFile> {
  return new SyncFile(await openSyncHandle(file), { isThere: () => isThere(file), ...options });
}

async function isThere(file: FileSystemFileHandle): Promise<boolean> {
  try {
    await file.getFile();
    return true;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return false;
    throw storageError(error, 'Looking at a file');
  }
}

export interface SyncFileOptions {
  /** Holds room that is given back when the file is closed. */
  readonly spare?: { release(): void };
  /** Goes into messages after a verb. */
  readonly name?: string;
  /** Whether the file still has its place; left out where nobody can take it away. */
  readonly isThere?: () => Promise<boolean>;
}

/** The bare handle. Rejects as `openSyncFile` does. */
export async function openSyncHandle(file: FileSystemFileHandle): Promise<SyncAccessHandle> {
  const capable = file as unknown as SyncCapable;
  if (!capable.createSyncAccessHandle) throw noSyncHandles();
  try {
    return await capable.createSyncAccessHandle();
  } catch (error) {
    // WebKitGTK has the method and refuses it (seen in 2.50)
    if (error instanceof DOMException && error.name === 'NotSupportedError') throw noSyncHandles({ cause: error });
    throw storageError(error, 'Opening the recording');
  }
}

function noSyncHandles(options: LabErrorOptions = {}): LabError {
  return new LabError(
    'platform/unsupported',
    'This browser has private files, but lets no thread write into them, so nothing can be recorded and no setup can write files. Nothing was changed. Use a current Chrome, Edge, Firefox or Safari.',
    options,
  );
}

export class SyncFile implements AppendSink, RandomAccess {
  readonly #handle: SyncAccessHandle;
  readonly #spare: { release(): void } | undefined;
  readonly #name: string;
  readonly #isThere: () => Promise<boolean>;
  #sizeBytes: number;
  /** What the disk refused, from this offset on; it is written when the file is closed. */
  #refused: { readonly atBytes: number; readonly content: MemoryFile } | undefined;
  /** Length of the file on disk: content plus claimed room, which reads as zeros. */
  #claimedBytes: number;
  #isOpen = true;

  /** Takes ownership of the handle. */
  constructor(
    handle: SyncAccessHandle,
    { spare, name = 'the recording', isThere = () => Promise.resolve(true) }: SyncFileOptions = {},
  ) {
    this.#handle = handle;
    this.#spare = spare;
    this.#name = name;
    this.#isThere = isThere;
    this.#sizeBytes = handle.getSize();
    this.#claimedBytes = this.#sizeBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /**
   * Rejects with `storage/gone` when the file was taken away: whoever clears the site's data does that under an open handle,
   * which goes on taking bytes. The handle is left to the end of the thread then: closing it never returns in Chromium
   * (seen in 156).
   */
  async requireThere(): Promise<void> {
    if (await this.#isThere()) return;
    this.#isOpen = false;
    throw storageGone(`Writing ${this.#name}`);
  }

  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    const length = Math.max(0, Math.min(lengthBytes, this.#sizeBytes - offsetBytes));
    const bytes = new Uint8Array(length);
    try {
      const readCount = this.#handle.read(bytes, { at: offsetBytes });
      return Promise.resolve(readCount === length ? bytes : bytes.subarray(0, readCount));
    } catch (error) {
      return Promise.reject(storageError(error, `Reading ${this.#name}`));
    }
  }

  /**
   * Claims room so that the next `lengthBytes` of appends cannot fail for want of it. Call it before a writer is
   * given data: a writer that is refused in the middle of a chunk cannot finish its file. Throws `storage/quota`
   * with the file as it was.
   */
  reserve(lengthBytes: number): void {
    if (this.#refused) throw storageFull(`Writing ${this.#name}`);
    const neededBytes = this.#sizeBytes + lengthBytes;
    if (neededBytes <= this.#claimedBytes) return;
    const claimedBytes = neededBytes + RESERVE_STEP_BYTES;
    try {
      this.#handle.truncate(claimedBytes);
    } catch (error) {
      throw storageError(error, `Writing ${this.#name}`);
    }
    // Chromium refuses without an exception in a private window (seen in 156).
    if (this.#handle.getSize() < claimedBytes) throw storageFull(`Writing ${this.#name}`);
    this.#claimedBytes = claimedBytes;
  }

  append(bytes: Uint8Array): void {
    if (!this.#refused) {
      try {
        this.#write(this.#sizeBytes, bytes);
      } catch (error) {
        if (!(error instanceof LabError && error.code === 'storage/quota')) throw error;
        if (!this.#spare) throw this.#cutBack();
        this.#refused = { atBytes: this.#sizeBytes, content: new MemoryFile() };
      }
    }
    this.#refused?.content.append(bytes);
    this.#sizeBytes += bytes.byteLength;
    if (!this.#refused) this.#claimedBytes = Math.max(this.#claimedBytes, this.#sizeBytes);
  }

  /** Bytes of one `append`. */
  patch(offsetBytes: number, bytes: Uint8Array): void {
    assert(offsetBytes >= 0 && offsetBytes + bytes.byteLength <= this.#sizeBytes, 'patch outside the file');
    if (this.#refused && offsetBytes >= this.#refused.atBytes) {
      this.#refused.content.patch(offsetBytes - this.#refused.atBytes, bytes);
    } else this.#write(offsetBytes, bytes);
  }

  flush(): void {
    try {
      this.#handle.flush();
    } catch (error) {
      throw storageError(error, `Writing ${this.#name}`);
    }
  }

  /**
   * Gives back claimed and spare room, writes what the disk had refused, and closes the handle. Throws when it is refused
   * again; what was written before is safe then. A second call does nothing.
   */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      this.#spare?.release();
      if (this.#refused) this.#write(this.#refused.atBytes, this.#refused.content.bytes);
      if (this.#claimedBytes > this.#sizeBytes) this.#handle.truncate(this.#sizeBytes);
      this.#handle.flush();
    } catch (error) {
      throw storageError(error, `Closing ${this.#name}`);
    } finally {
      this.#handle.close();
    }
  }

  #write(at: number, bytes: Uint8Array): void {
    let writtenCount: number;
    try {
      writtenCount = this.#handle.write(bytes, { at });
    } catch (error) {
      throw storageError(error, `Writing ${this.#name}`);
    }
    if (writtenCount !== bytes.byteLength) {
      throw storageFull(`Writing ${this.#name}`, { context: { at, writtenCount, lengthBytes: bytes.byteLength } });
    }
  }

  /** Of a write that was refused or short nothing stays. */
  #cutBack(): LabError {
    try {
      this.#handle.truncate(this.#sizeBytes);
      this.#claimedBytes = this.#sizeBytes;
    } catch (error) {
      return storageError(error, `Writing ${this.#name}`);
    }
    return storageFull(`Writing ${this.#name}`, {}, `Its ${formatBytes(this.#sizeBytes)} until then are safe`);
  }
}
