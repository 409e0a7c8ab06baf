// Seeded damage to files, the use that a viewer makes of them, and a watch on what that costs. Without Vitest, so that
// threads of their own can do it too.

import { FormatError } from '../../src/base/errors.ts';
import type { FormatReader } from '../../src/formats/reader.ts';
import type { RandomAccess } from '../../src/formats/source.ts';

export type Random = () => number;

export type OpenFormat = (source: RandomAccess) => Promise<FormatReader>;

const READS_MAX = 20_000;
/** Signals of one file that are looked at. */
const SIGNALS_MAX = 8;
const INTERESTING = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, 0x8000_0000, 0x1000_0000, 20, 4096];
const LYING_DIGITS = ['0', '-1', '1', '65536', '999999999', '4294967296', '1e300', '99999999999999999999'];

/** Opens the file and asks for everything that a viewer asks for. */
export async function useFile(bytes: Uint8Array, open: OpenFormat): Promise<'refused' | 'read'> {
  try {
    const reader = await open(new WatchedFile(bytes));
    try {
      await useReader(reader);
    } finally {
      reader.close();
    }
    return 'read';
  } catch (error) {
    if (error instanceof FormatError) return 'refused';
    throw error;
  }
}

async function useReader(reader: FormatReader): Promise<void> {
  const { store, events } = reader;
  for (const { id, endSample } of store.signals().slice(0, SIGNALS_MAX)) {
    const count = Math.min(20, endSample);
    if (count === 0) continue;
    await store.summary({ signalId: id, start: 0, increment: Math.floor(endSample / count), count });
    await store.summary({ signalId: id, start: endSample - count, increment: 1, count });
    await store.samples(id, 0, Math.min(endSample, 2000));
    await reader.storedSamples(id, Math.max(0, endSample - 2000), endSample);
    await store.statistics(id, 0, Math.min(endSample, 100_000));
    await reader.utcEntries(id);
    (await reader.timeMap(id))?.toUtc(BigInt(endSample));
  }
  await store.annotations();
  await reader.userData();
  if (events && events.eventCount > 0) {
    await events.read(0, 1);
    await events.read(events.eventCount - 1, 1);
  }
}

function integer(random: Random, below: number): number {
  return Math.floor(random() * below);
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[integer(random, list.length)]!;
}

/** Byte flips, a cut, or a run of equal bytes; with `isLying`, a third of the files also lies in a number. */
export function damage(original: Uint8Array, random: Random, isLying: boolean): Uint8Array<ArrayBuffer> {
  const kind = integer(random, 4);
  let bytes = new Uint8Array(original);
  if (kind === 0) bytes = bytes.slice(0, integer(random, original.byteLength));
  else if (kind === 1) {
    const from = integer(random, bytes.byteLength);
    bytes.fill(integer(random, 256), from, from + 1 + integer(random, 200));
  } else {
    const flips = 1 + integer(random, 8);
    for (let i = 0; i < flips; i++) bytes[integer(random, bytes.byteLength)]! ^= 1 << integer(random, 8);
  }
  if (!isLying || random() > 1 / 3) return bytes;
  if (random() < 0.5) return lieInText(bytes, random);
  lie(bytes, integer(random, 4), bytes.byteLength, random);
  return bytes;
}

/** Puts a number that a length, count, offset or time could not be at a multiple of 4 from `start` on, before `end`. */
export function lie(bytes: Uint8Array, start: number, end: number, random: Random): void {
  const places = Math.floor((end - start) / 4);
  if (places < 1) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const at = start + integer(random, places) * 4;
  const old = view.getUint32(at, true);
  const value = random() < 0.5 ? pick(random, INTERESTING) : old + integer(random, 64) - 32;
  view.setUint32(at, value >>> 0, true);
}

/** Replaces one of the first numbers that the file spells in digits by another, which may be longer. */
function lieInText(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const isDigit = (at: number) => bytes[at]! >= 0x30 && bytes[at]! <= 0x39;
  const starts: number[] = [];
  for (let at = 0; at < bytes.byteLength && starts.length < 64; at++) {
    if (isDigit(at) && (at === 0 || !isDigit(at - 1))) starts.push(at);
  }
  if (starts.length === 0) return bytes;
  const start = pick(random, starts);
  let end = start;
  while (end < bytes.byteLength && isDigit(end)) end++;
  const text = new TextEncoder().encode(pick(random, LYING_DIGITS));
  const lying = new Uint8Array(bytes.byteLength - (end - start) + text.byteLength);
  lying.set(bytes.subarray(0, start));
  lying.set(text, start);
  lying.set(bytes.subarray(end), start + text.byteLength);
  return lying;
}

/** Throws when a reader goes round in circles. */
class WatchedFile implements RandomAccess {
  readonly sizeBytes: number;
  readonly #bytes: Uint8Array;
  #readCount = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.sizeBytes = bytes.byteLength;
  }

  async read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    return this.readNow(offsetBytes, lengthBytes);
  }

  readNow(offsetBytes: number, lengthBytes: number): Uint8Array {
    this.#readCount += 1;
    if (this.#readCount > READS_MAX) throw new Error(`hang: more than ${READS_MAX} reads of one small file`);
    return this.#bytes.slice(offsetBytes, offsetBytes + lengthBytes);
  }
}

const WATCHED = [
  'Uint8Array',
  'Uint16Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'ArrayBuffer',
] as const;

type WatchedClass = (typeof globalThis)[(typeof WATCHED)[number]];

/** Counts the bytes of buffers and typed arrays made by their size, from its construction until `stop`. */
export class AllocationWatch {
  /** Bytes since `reset`: all, and those of the largest one. */
  total = 0;
  largest = 0;
  readonly #originals: readonly WatchedClass[] = WATCHED.map((name) => globalThis[name]);

  constructor() {
    WATCHED.forEach((name, i) => {
      const construct = (target: WatchedClass, args: readonly unknown[]): object => {
        const made = Reflect.construct(target, args) as { byteLength: number };
        if (typeof args[0] === 'number') this.#count(made.byteLength);
        return made;
      };
      Object.assign(globalThis, { [name]: new Proxy(this.#originals[i]!, { construct }) });
    });
  }

  reset(): void {
    this.total = 0;
    this.largest = 0;
  }

  stop(): void {
    WATCHED.forEach((name, i) => {
      Object.assign(globalThis, { [name]: this.#originals[i] });
    });
  }

  #count(sizeBytes: number): void {
    this.total += sizeBytes;
    this.largest = Math.max(this.largest, sizeBytes);
  }
}
