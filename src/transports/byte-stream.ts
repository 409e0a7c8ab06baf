// A connection to an instrument over TCP, as a pipeline function sees it: it reads the lengths that it wants.

import { toError } from '../base/errors.ts';
import type { BytePort } from './byte-port.ts';

export interface ByteStream {
  write(bytes: Uint8Array<ArrayBuffer>): void;
  /** Exactly so many bytes; `undefined` when the peer has closed. Rejects with `device/timeout` or `device/lost`. */
  read(lengthBytes: number): Promise<Uint8Array | undefined>;
  close(): void;
}

/** A port's bytes in the lengths asked for. A write that fails is told by the next read that has to wait. */
export function byteStream(port: BytePort): ByteStream {
  const queue = new ByteQueue();
  port.listen({ onBytes: (bytes) => queue.push(bytes), onClosed: (error) => queue.end(error) });
  return {
    write: (bytes) => void port.write(bytes).catch((thrown: unknown) => queue.end(toError(thrown))),
    read: (lengthBytes) => queue.take(lengthBytes),
    close: () => void port.close(),
  };
}

/** Collects what arrives in any pieces and hands it out in the lengths asked for. One reader. */
class ByteQueue {
  #pieces: Uint8Array[] = [];
  #availableBytes = 0;
  #isEnded = false;
  #failure: Error | undefined;
  #wake: () => void = () => {};

  push(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#availableBytes += piece.byteLength;
    this.#wake();
  }

  /** Nothing more comes; with a failure, reads that cannot be answered reject with it. */
  end(failure?: Error): void {
    this.#isEnded = true;
    this.#failure ??= failure;
    this.#wake();
  }

  async take(lengthBytes: number): Promise<Uint8Array | undefined> {
    while (this.#availableBytes < lengthBytes) {
      if (this.#failure) throw this.#failure;
      if (this.#isEnded) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const result = new Uint8Array(lengthBytes);
    let done = 0;
    while (done < lengthBytes) {
      const piece = this.#pieces[0]!;
      const part = piece.subarray(0, lengthBytes - done);
      result.set(part, done);
      done += part.byteLength;
      if (part.byteLength === piece.byteLength) this.#pieces.shift();
      else this.#pieces[0] = piece.subarray(part.byteLength);
    }
    this.#availableBytes -= lengthBytes;
    return result;
  }
}
