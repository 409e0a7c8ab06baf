// Files of Node as the formats want them: random access for readers, a growing sink for writers.

import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { LabError } from '../base/errors.ts';
import type { AppendSink, RandomAccess } from '../formats/source.ts';

/** A file opened for reading; its size is taken once. */
export class NodeFile implements RandomAccess {
  readonly sizeBytes: number;
  readonly #descriptor: number;

  /** Throws `storage/io` when the file cannot be opened. */
  constructor(path: string) {
    try {
      this.#descriptor = openSync(path, 'r');
      const stat = fstatSync(this.#descriptor);
      if (!stat.isFile()) throw new Error('it is not a file');
      this.sizeBytes = stat.size;
    } catch (cause) {
      throw new LabError('storage/io', `Cannot open ${path}: ${reason(cause)}. Check the name and the permissions.`, {
        cause,
      });
    }
  }

  read(offsetBytes: number, lengthBytes: number, spare?: Uint8Array): Promise<Uint8Array> {
    const length = Math.min(lengthBytes, this.sizeBytes - offsetBytes);
    return Promise.resolve(readFrom(this.#descriptor, offsetBytes, length, spare));
  }

  readNow(offsetBytes: number, lengthBytes: number): Uint8Array {
    return readFrom(this.#descriptor, offsetBytes, Math.min(lengthBytes, this.sizeBytes - offsetBytes));
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** A new file, which can be read again; an existing one of that name is replaced. */
export class NodeSink implements AppendSink, RandomAccess {
  readonly #descriptor: number;
  #sizeBytes = 0;

  /** Throws `storage/io` when the file cannot be made. */
  constructor(path: string) {
    try {
      this.#descriptor = openSync(path, 'w+');
      ftruncateSync(this.#descriptor, 0);
    } catch (cause) {
      throw new LabError('storage/io', `Cannot write ${path}: ${reason(cause)}. Choose another place.`, { cause });
    }
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    const length = Math.min(lengthBytes, this.#sizeBytes - offsetBytes);
    return Promise.resolve(readFrom(this.#descriptor, offsetBytes, length));
  }

  append(bytes: Uint8Array): void {
    this.#write(this.#sizeBytes, bytes);
    this.#sizeBytes += bytes.byteLength;
  }

  patch(offsetBytes: number, bytes: Uint8Array): void {
    this.#write(offsetBytes, bytes);
  }

  flush(): void {
    // Node's permission model has no fsync: then the system writes in its own time, as it does for most programs.
    if (process.permission === undefined) fsyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #write(offsetBytes: number, bytes: Uint8Array): void {
    let done = 0;
    while (done < bytes.byteLength) {
      done += writeSync(this.#descriptor, bytes, done, bytes.byteLength - done, offsetBytes + done);
    }
  }
}

function readFrom(
  descriptor: number,
  offsetBytes: number,
  lengthBytes: number,
  spare: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const bytes =
    spare.byteLength < lengthBytes ? new Uint8Array(lengthBytes) : spare.subarray(0, Math.max(0, lengthBytes));
  let done = 0;
  while (done < bytes.byteLength) {
    const count = readSync(descriptor, bytes, done, bytes.byteLength - done, offsetBytes + done);
    if (count === 0) break;
    done += count;
  }
  return done === bytes.byteLength ? bytes : bytes.subarray(0, done);
}

function reason(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string };
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  return message ?? String(cause);
}
