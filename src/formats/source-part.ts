// Stretches of sources as sources of their own, and several of them one behind the other.

import type { RandomAccess } from './source.ts';

/** Bytes [startBytes, startBytes + sizeBytes) of another source, which must hold them. */
export class SourcePart implements RandomAccess {
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

/** Sources one behind the other, as one. */
export class JoinedSource implements RandomAccess {
  readonly sizeBytes: number;
  readonly #parts: readonly { readonly source: RandomAccess; readonly startBytes: number }[];

  constructor(sources: readonly RandomAccess[]) {
    let startBytes = 0;
    this.#parts = sources.map((source) => {
      const part = { source, startBytes };
      startBytes += source.sizeBytes;
      return part;
    });
    this.sizeBytes = startBytes;
  }

  async read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    const end = Math.min(offsetBytes + lengthBytes, this.sizeBytes);
    const touched = this.#parts.filter(
      ({ source, startBytes }) => startBytes < end && startBytes + source.sizeBytes > offsetBytes,
    );
    const result = new Uint8Array(Math.max(0, end - offsetBytes));
    let used = 0;
    for (const { source, startBytes } of touched) {
      const from = Math.max(0, offsetBytes - startBytes);
      const wanted = Math.min(source.sizeBytes, end - startBytes) - from;
      const bytes = await source.read(from, wanted);
      result.set(bytes, used);
      used += bytes.length;
      if (bytes.length < wanted) break;
    }
    return result.subarray(0, used);
  }
}
