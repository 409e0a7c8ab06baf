// Random access over a dropped or picked file, or any Blob. Any thread.

import type { RandomAccess } from '../formats/source.ts';
import { storageError } from './io-errors.ts';

/** Finds a file by its name among those that came with another (`OpenContext.neighbour`). */
export function blobNeighbours(files: readonly File[]): (name: string) => Promise<RandomAccess | undefined> {
  return (name) => {
    const found = files.find((file) => file.name === name);
    return Promise.resolve(found && new BlobAccess(found));
  };
}

/** What a worker reads a Blob with. */
interface InstantReader {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

export class BlobAccess implements RandomAccess {
  /** 0.4 ms in Chromium, where large reads of files run at 0.6 to 1 GB/s (bench/opfs.bench.mjs). */
  readonly readCostBytes = 256 * 1024;
  /** Workers only: the page's thread never waits. */
  readonly readNow?: (offsetBytes: number, lengthBytes: number) => Uint8Array;
  readonly #blob: Blob;

  constructor(blob: Blob) {
    this.#blob = blob;
    // not among the types of a page
    const { FileReaderSync } = globalThis as { readonly FileReaderSync?: new () => InstantReader };
    if (!FileReaderSync) return;
    const reader = new FileReaderSync();
    this.readNow = (offsetBytes, lengthBytes) => {
      try {
        return new Uint8Array(reader.readAsArrayBuffer(blob.slice(offsetBytes, offsetBytes + lengthBytes)));
      } catch (error) {
        throw storageError(error, 'Reading the file');
      }
    };
  }

  get sizeBytes(): number {
    return this.#blob.size;
  }

  async read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    try {
      return new Uint8Array(await this.#blob.slice(offsetBytes, offsetBytes + lengthBytes).arrayBuffer());
    } catch (error) {
      // A file that another program has changed since it was opened is refused by the browser.
      throw storageError(error, 'Reading the file');
    }
  }
}
