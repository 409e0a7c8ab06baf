// What the benchmark of JLS reading uses, bundled for Node: the shipped readers and writers over real files.

import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import type { AppendSink, RandomAccess } from '../src/formats/source.ts';

export { createWorkspace } from '../src/core/workspace.ts';
export { openJlsV1 } from '../src/formats/jls/v1/reader.ts';
export { JlsV1Writer } from '../src/formats/jls/v1/writer.ts';
export { openJlsV2 } from '../src/formats/jls/v2/reader.ts';
export { JlsWriter } from '../src/formats/jls/v2/writer.ts';

/** A file for reading; counts what is read. */
export class ReadFile implements RandomAccess {
  readonly sizeBytes: number;
  readonly #descriptor: number;
  readCount = 0;
  readBytes = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
    this.sizeBytes = fstatSync(this.#descriptor).size;
  }

  read(offsetBytes: number, lengthBytes: number, spare: Uint8Array = new Uint8Array(0)): Promise<Uint8Array> {
    const bytes = spare.byteLength < lengthBytes ? new Uint8Array(lengthBytes) : spare.subarray(0, lengthBytes);
    const count = readSync(this.#descriptor, bytes, 0, lengthBytes, offsetBytes);
    this.readCount += 1;
    this.readBytes += count;
    return Promise.resolve(count === lengthBytes ? bytes : bytes.subarray(0, count));
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** A file for writing. */
export class WriteFile implements AppendSink {
  readonly #descriptor: number;
  sizeBytes = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'w');
  }

  append(bytes: Uint8Array): void {
    writeSync(this.#descriptor, bytes, 0, bytes.byteLength, this.sizeBytes);
    this.sizeBytes += bytes.byteLength;
  }

  patch(offsetBytes: number, bytes: Uint8Array): void {
    writeSync(this.#descriptor, bytes, 0, bytes.byteLength, offsetBytes);
  }

  flush(): void {
    fsyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
