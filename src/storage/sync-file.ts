// A file of the private file system over its synchronous handle: AppendSink for writers, RandomAccess for
// readers. Dedicated workers only. One exclusive handle per file and origin.

import { assert } from '../base/assert.ts';
import type { AppendSink, RandomAccess } from '../formats/source.ts';
import { storageError, storageFull } from './io-errors.ts';

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
  createSyncAccessHandle(): Promise<SyncAccessHandle>;
}

/** Room is claimed in steps of this many bytes, so that claiming costs nothing per block. */
const RESERVE_STEP_BYTES = 8 * 2 ** 20;

/** Opens the file for reading and writing. Rejects with `storage/denied` when it is open elsewhere. */
export async function openSyncFile(file: FileSystemFileHandle): Promise<SyncFile> {
  try {
    return new SyncFile(await (file as unknown as SyncCapable).createSyncAccessHandle());
  } catch (error) {
    throw storageError(error, 'Opening the recording');
  }
}

export class SyncFile implements AppendSink, RandomAccess {
  readonly #handle: SyncAccessHandle;
  #sizeBytes: number;
  /** Length of the file on disk: content plus claimed room, which reads as zeros. */
  #claimedBytes: number;
  #isOpen = true;

  /** Takes ownership of the handle. */
  constructor(handle: SyncAccessHandle) {
    this.#handle = handle;
    this.#sizeBytes = handle.getSize();
    this.#claimedBytes = this.#sizeBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    const length = Math.max(0, Math.min(lengthBytes, this.#sizeBytes - offsetBytes));
    const bytes = new Uint8Array(length);
    try {
      const readCount = this.#handle.read(bytes, { at: offsetBytes });
      return Promise.resolve(readCount === length ? bytes : bytes.subarray(0, readCount));
    } catch (error) {
      return Promise.reject(storageError(error, 'Reading the recording'));
    }
  }

  /**
   * Claims room so that the next `lengthBytes` of appends cannot fail for want of it. Call it before a writer is
   * given data: a writer that is refused in the middle of a chunk cannot finish its file. Throws `storage/quota`
   * with the file as it was.
   */
  reserve(lengthBytes: number): void {
    const neededBytes = this.#sizeBytes + lengthBytes;
    if (neededBytes <= this.#claimedBytes) return;
    const claimedBytes = neededBytes + RESERVE_STEP_BYTES;
    try {
      this.#handle.truncate(claimedBytes);
    } catch (error) {
      throw storageError(error, 'Recording');
    }
    // Chromium refuses without an exception in a private window (seen in 156).
    if (this.#handle.getSize() < claimedBytes) throw storageFull('Recording');
    this.#claimedBytes = claimedBytes;
  }

  append(bytes: Uint8Array): void {
    this.#write(this.#sizeBytes, bytes);
    this.#sizeBytes += bytes.byteLength;
    this.#claimedBytes = Math.max(this.#claimedBytes, this.#sizeBytes);
  }

  patch(offsetBytes: number, bytes: Uint8Array): void {
    assert(offsetBytes >= 0 && offsetBytes + bytes.byteLength <= this.#sizeBytes, 'patch outside the file');
    this.#write(offsetBytes, bytes);
  }

  flush(): void {
    this.#handle.flush();
  }

  /** Gives back claimed room and closes the handle. A second call does nothing. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      if (this.#claimedBytes > this.#sizeBytes) this.#handle.truncate(this.#sizeBytes);
      this.#handle.flush();
    } catch (error) {
      throw storageError(error, 'Closing the recording');
    } finally {
      this.#handle.close();
    }
  }

  #write(at: number, bytes: Uint8Array): void {
    let writtenCount: number;
    try {
      writtenCount = this.#handle.write(bytes, { at });
    } catch (error) {
      throw storageError(error, 'Writing the recording');
    }
    if (writtenCount !== bytes.byteLength) {
      throw storageFull('Writing the recording', { context: { at, writtenCount, lengthBytes: bytes.byteLength } });
    }
  }
}
