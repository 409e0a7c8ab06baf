// Bytes in memory as they came, piece by piece: what was unpacked. Nothing is copied together.

import type { RandomAccess } from './source.ts';

export class ChunkMemory implements RandomAccess {
  readonly #chunks: Uint8Array[] = [];
  /** Where each chunk starts. */
  readonly #starts: number[] = [];
  #sizeBytes = 0;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Takes ownership of `chunk`. */
  append(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#starts.push(this.#sizeBytes);
    this.#sizeBytes += chunk.length;
  }

  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    return Promise.resolve(this.readNow(offsetBytes, lengthBytes));
  }

  readNow(offsetBytes: number, lengthBytes: number): Uint8Array {
    const end = Math.min(offsetBytes + lengthBytes, this.#sizeBytes);
    const result = new Uint8Array(Math.max(0, end - offsetBytes));
    for (let at = offsetBytes, index = this.#indexAt(offsetBytes); at < end; index++) {
      const start = this.#starts[index]!;
      const part = this.#chunks[index]!.subarray(at - start, end - start);
      result.set(part, at - offsetBytes);
      at += part.length;
    }
    return result;
  }

  /** The chunk that holds the byte at `offset`. */
  #indexAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
