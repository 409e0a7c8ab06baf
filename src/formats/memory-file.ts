// A file in memory: both a RandomAccess and an AppendSink. For tests, small exports and conversions.

import { assert } from '../base/assert.ts';
import type { AppendSink, RandomAccess } from './source.ts';

export class MemoryFile implements RandomAccess, AppendSink {
  #bytes: Uint8Array<ArrayBuffer>;
  #sizeBytes: number;

  /** Takes ownership of `bytes` as the content so far. */
  constructor(bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0)) {
    this.#bytes = bytes;
    this.#sizeBytes = bytes.byteLength;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The content, as a view that is valid until the next append. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#sizeBytes);
  }

  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    return Promise.resolve(this.readNow(offsetBytes, lengthBytes));
  }

  readNow(offsetBytes: number, lengthBytes: number): Uint8Array {
    const end = Math.min(offsetBytes + lengthBytes, this.#sizeBytes);
    return this.#bytes.slice(Math.min(offsetBytes, end), end);
  }

  append(bytes: Uint8Array): void {
    const needed = this.#sizeBytes + bytes.byteLength;
    if (needed > this.#bytes.byteLength) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.byteLength * 2, 4096));
      grown.set(this.#bytes.subarray(0, this.#sizeBytes));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#sizeBytes);
    this.#sizeBytes = needed;
  }

  patch(offsetBytes: number, bytes: Uint8Array): void {
    assert(offsetBytes >= 0 && offsetBytes + bytes.byteLength <= this.#sizeBytes, 'patch outside the file');
    this.#bytes.set(bytes, offsetBytes);
  }

  flush(): void {}

  close(): void {}
}
