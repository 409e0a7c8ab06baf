// Files in the library's memory: the one that is opened and those beside it that it points to, in a folder of their own.

import type { RandomAccess } from '../source.ts';
import { heapStarts, isHeapWhole } from './global-heap.ts';
import { type Hdf5, temporaryFolder } from './library.ts';

/** Bytes copied into the library at a time. */
const COPY_BYTES = 1 << 22;

export class Copies {
  /** Of all copies. */
  sizeBytes = 0;
  /** False when texts of any length could send the library round in circles. */
  canReadTexts = true;
  readonly #files: Hdf5['files'];
  readonly #folder = temporaryFolder();
  readonly #paths: string[] = [];

  constructor({ files }: Hdf5) {
    this.#files = files;
    files.mkdir(this.#folder);
  }

  /** `name` may lie in folders. Resolves with the path of the copy. */
  async add(name: string, source: RandomAccess): Promise<string> {
    const path = `${this.#folder}/${name}`;
    this.#files.mkdirTree(path.slice(0, path.lastIndexOf('/')));
    const stream = this.#files.open(path, 'w');
    this.#paths.push(path);
    for (let offset = 0; offset < source.sizeBytes; offset += COPY_BYTES) {
      const bytes = await source.read(offset, Math.min(COPY_BYTES, source.sizeBytes - offset));
      this.#files.write(stream, bytes, 0, bytes.length, offset);
      for (const start of heapStarts(bytes)) this.canReadTexts &&= await isHeapWhole(source, offset + start);
    }
    this.#files.close(stream);
    this.sizeBytes += source.sizeBytes;
    return path;
  }

  /** Frees their memory. Folders of others stay: they hold nothing. */
  remove(): void {
    for (const path of this.#paths.splice(0)) this.#files.unlink(path);
  }
}
