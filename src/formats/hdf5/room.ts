// How much memory the HDF5 library may take. It asks for whatever a damaged length says, and then fills it: gigabytes, for
// seconds. What it is not given it reports as an error.

import { assert } from '../../base/assert.ts';

/** What of the library is needed here. */
interface Library {
  readonly HEAPU8: Uint8Array;
  _malloc(lengthBytes: number): number;
  _free(at: number): void;
}

/** Beside what files have claimed: chunks that are unpacked, caches, what is written. */
const FIXED_BYTES = 128 * 2 ** 20;
/** Per byte of an open file. */
const BYTES_PER_FILE_BYTE = 4;
/** Of WebAssembly. */
const PAGE_BYTES = 2 ** 16;

export class Room {
  #limitBytes: number;

  constructor(library: Library) {
    const memory = memoryOf(library);
    this.#limitBytes = memory.buffer.byteLength + FIXED_BYTES;
    memory.grow = (pages) => {
      const sizeBytes = memory.buffer.byteLength + pages * PAGE_BYTES;
      if (sizeBytes > this.#limitBytes)
        throw new RangeError(`${sizeBytes} bytes are more than the open files can need`);
      return WebAssembly.Memory.prototype.grow.call(memory, pages);
    };
  }

  /** As long as a file of this size is open. */
  claim(fileBytes: number): void {
    this.#limitBytes += BYTES_PER_FILE_BYTE * fileBytes;
  }

  release(fileBytes: number): void {
    this.#limitBytes -= BYTES_PER_FILE_BYTE * fileBytes;
  }
}

/** The library keeps its memory to itself, but grows it when asked for more than it has. */
function memoryOf(library: Library): WebAssembly.Memory {
  const { prototype } = WebAssembly.Memory;
  const { grow } = prototype;
  let found: WebAssembly.Memory | undefined;
  prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    found = this;
    return grow.call(this, pages);
  };
  try {
    library._free(library._malloc(library.HEAPU8.length));
  } finally {
    prototype.grow = grow;
  }
  assert(found?.buffer === library.HEAPU8.buffer, 'the memory of the HDF5 library');
  return found;
}
