// Packed variables of level 5: one zlib stream each (RFC 1950).

import { MemoryFile } from '../memory-file.ts';
import type { RandomAccess } from '../source.ts';

/** Bytes that are unpacked from one file at most: they stay in memory. */
const MAX_UNPACKED_BYTES = 1024 * 2 ** 20;
const PIECE_BYTES = 1 << 20;
/** Of the Adler-32 at the end of a stream. */
const CHECKSUM_BYTES = 4;

export interface Unpacked {
  readonly file: MemoryFile;
  /** False when the stream is damaged, cut, or too long: then the file has what came before. */
  readonly isWhole: boolean;
}

/** Unpacks [offset, offset + lengthBytes). Reads it piece by piece. */
export async function unpack(source: RandomAccess, offset: number, lengthBytes: number): Promise<Unpacked> {
  // a wrong checksum is told only when it comes, after the values that it is wrong about
  const endOfValues = offset + lengthBytes - CHECKSUM_BYTES;
  let at = offset;
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const take = Math.min(PIECE_BYTES, (at < endOfValues ? endOfValues : offset + lengthBytes) - at);
      if (take <= 0) return controller.close();
      const bytes = await source.read(at, take);
      at += take;
      controller.enqueue(bytes.slice());
    },
  });
  const reader = packed.pipeThrough(new DecompressionStream('deflate')).getReader();
  const pieces: Uint8Array[] = [];
  let unpackedBytes = 0;
  let isWhole = true;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      unpackedBytes += value.length;
      if (unpackedBytes > MAX_UNPACKED_BYTES) {
        isWhole = false;
        await reader.cancel();
        break;
      }
    }
  } catch {
    // what was unpacked before the damage is good
    isWhole = false;
  }
  const bytes = new Uint8Array(unpackedBytes);
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return { file: new MemoryFile(bytes), isWhole };
}
