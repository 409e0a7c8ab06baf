// Seeded damage to files, and a watch on what a reader allocates and reads while it copes with it.

import type { RandomAccess } from '../../src/formats/source.ts';

export type Random = () => number;

const INTERESTING = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, 0x8000_0000, 0x1000_0000, 20, 4096];

function integer(random: Random, below: number): number {
  return Math.floor(random() * below);
}

/** Byte flips, a cut, or a run of equal bytes. */
export function damage(original: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const kind = integer(random, 4);
  if (kind === 0) return new Uint8Array(original.subarray(0, integer(random, original.byteLength)));
  const bytes = new Uint8Array(original);
  if (kind === 1) {
    const from = integer(random, bytes.byteLength);
    bytes.fill(integer(random, 256), from, from + 1 + integer(random, 200));
  } else {
    const flips = 1 + integer(random, 8);
    for (let i = 0; i < flips; i++) bytes[integer(random, bytes.byteLength)]! ^= 1 << integer(random, 8);
  }
  return bytes;
}

/** Puts a number that a length, count, offset or time could not be at a multiple of 4 in [start, end). */
export function lie(bytes: Uint8Array, start: number, end: number, random: Random): void {
  const places = Math.floor((end - start) / 4);
  if (places < 1) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const at = start + integer(random, places) * 4;
  const old = view.getUint32(at, true);
  const value = random() < 0.5 ? INTERESTING[integer(random, INTERESTING.length)]! : old + integer(random, 64) - 32;
  view.setUint32(at, value >>> 0, true);
}

/** CRC, bit by bit, of a reflected polynomial. */
export function crcOf(bytes: Uint8Array, polynomial: number): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** A file that counts its reads and throws when a reader goes round in circles. */
export class WatchedFile implements RandomAccess {
  readonly sizeBytes: number;
  readonly #bytes: Uint8Array;
  readonly #readsMax: number;
  readCount = 0;

  constructor(bytes: Uint8Array, readsMax: number) {
    this.#bytes = bytes;
    this.#readsMax = readsMax;
    this.sizeBytes = bytes.byteLength;
  }

  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    this.readCount += 1;
    if (this.readCount > this.#readsMax) throw new Error(`hang: more than ${this.#readsMax} reads of one small file`);
    return Promise.resolve(this.#bytes.slice(offsetBytes, offsetBytes + lengthBytes));
  }
}

/** Counts the bytes of typed arrays made while `action` runs; `largest` is that of the largest one. */
export async function watchAllocations(action: () => Promise<void>): Promise<{ largest: number; total: number }> {
  const seen = { largest: 0, total: 0 };
  const names = [
    'Uint8Array',
    'Float32Array',
    'Float64Array',
    'BigInt64Array',
    'BigUint64Array',
    'ArrayBuffer',
  ] as const;
  const originals = names.map((name) => globalThis[name]);
  names.forEach((name, i) => {
    Object.assign(globalThis, {
      [name]: new Proxy(originals[i]!, {
        construct(target, args, newTarget) {
          const made = Reflect.construct(target, args, newTarget === undefined ? target : target) as {
            byteLength: number;
          };
          if (typeof args[0] === 'number') {
            seen.largest = Math.max(seen.largest, made.byteLength);
            seen.total += made.byteLength;
          }
          return made;
        },
      }),
    });
  });
  try {
    await action();
  } finally {
    names.forEach((name, i) => {
      Object.assign(globalThis, { [name]: originals[i] });
    });
  }
  return seen;
}
