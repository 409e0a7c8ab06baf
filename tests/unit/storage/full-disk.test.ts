// A disk that is full before the browser says so, seen through the recording's file.

import { expect, test } from 'vitest';
import { openFile } from '../../../src/formats/detect.ts';
import { JlsWriter } from '../../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { SpareRoom } from '../../../src/storage/spare-room.ts';
import { type SyncAccessHandle, SyncFile } from '../../../src/storage/sync-file.ts';
import { jlsWorkspace } from '../../support/jls.ts';

/**
 * A disk of so many bytes, shared by its files. Lengths may be claimed up to the browser's quota, which counts what a handle
 * was given until it is closed; only content takes room.
 */
class Disk {
  freeBytes: number;
  readonly quotaBytes: number;
  readonly isMemory: boolean;
  readonly handles: DiskHandle[] = [];

  constructor(freeBytes: number, quotaBytes: number, isMemory = false) {
    this.freeBytes = freeBytes;
    this.quotaBytes = quotaBytes;
    this.isMemory = isMemory;
  }

  open(): DiskHandle {
    const handle = new DiskHandle(this);
    this.handles.push(handle);
    return handle;
  }

  /** What open handles were given. */
  get claimedBytes(): number {
    return this.handles.reduce((sum, { isClosed, largestClaim }) => sum + (isClosed ? 0 : largestClaim), 0);
  }
}

class DiskHandle implements SyncAccessHandle {
  readonly #disk: Disk;
  #bytes = new Uint8Array(0);
  #length = 0;
  largestClaim = 0;
  isClosed = false;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  get content(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  read(): number {
    throw new Error('not read here');
  }

  write(source: Uint8Array, { at }: { at: number }): number {
    const grownBytes = Math.max(0, at + source.byteLength - this.#bytes.byteLength);
    const takenBytes = Math.min(grownBytes, this.#disk.freeBytes);
    this.#disk.freeBytes -= takenBytes;
    const grown = new Uint8Array(this.#bytes.byteLength + takenBytes);
    grown.set(this.#bytes);
    const count = Math.max(0, Math.min(source.byteLength, grown.byteLength - at));
    grown.set(source.subarray(0, count), at);
    this.#bytes = grown;
    this.#length = Math.max(this.#length, at + count);
    if (count === 0) throw new DOMException('no room', 'QuotaExceededError');
    return count;
  }

  truncate(sizeBytes: number): void {
    const moreBytes = Math.max(0, sizeBytes - this.largestClaim);
    if (this.#disk.claimedBytes + moreBytes > this.#disk.quotaBytes) {
      if (this.#disk.isMemory) return;
      throw new DOMException('more than the quota', 'QuotaExceededError');
    }
    this.largestClaim += moreBytes;
    if (sizeBytes < this.#bytes.byteLength) {
      this.#disk.freeBytes += this.#bytes.byteLength - sizeBytes;
      this.#bytes = this.#bytes.slice(0, sizeBytes);
    }
    this.#length = sizeBytes;
  }

  getSize(): number {
    return this.#length;
  }

  flush(): void {}

  close(): void {
    this.isClosed = true;
  }
}

const GIB = 2 ** 30;
const SPARE_BYTES = 2 ** 20;
const BLOCK = new Float32Array(65_536).map((_, n) => n);

/** Writes blocks, as a recorder does, until room is refused. */
function writeUntilFull(writer: JlsWriter, file: SyncFile): number {
  for (let count = 0; ; count++) {
    try {
      file.reserve(2 * BLOCK.byteLength);
    } catch (error) {
      expect(error).toMatchObject({ code: 'storage/quota' });
      return count;
    }
    writer.writeSamples(1, count * BLOCK.length, BLOCK);
  }
}

function define(writer: JlsWriter): void {
  writer.defineSource({ sourceId: 1, name: 'JS110-1' });
  writer.defineSignal({ signalId: 1, sourceId: 1, dtype: 'f32', sampleRateHz: 1000, name: 'current', unit: 'A' });
}

test('a file is whole to the last block although the disk was full before the browser said so', async () => {
  const disk = new Disk(5_000_000, 100 * GIB);
  const handle = disk.open();
  const spare = await SpareRoom.take(async () => disk.open(), SPARE_BYTES);
  expect(disk.freeBytes).toBe(5_000_000 - SPARE_BYTES);
  const file = new SyncFile(handle, { spare });
  const writer = new JlsWriter(jlsWorkspace(), file);
  define(writer);
  const blockCount = writeUntilFull(writer, file);
  expect(disk.freeBytes).toBe(0);
  expect(blockCount).toBeGreaterThan(10);
  writer.close();
  file.close();
  const reader = await openFile(new MemoryFile(handle.content), jlsWorkspace());
  expect(reader.isRecovered).toBe(false);
  const [signal] = reader.store.signals();
  expect(signal!.endSample).toBe(blockCount * BLOCK.length);
  const { values } = await reader.store.samples(signal!.id, signal!.endSample - 10, signal!.endSample);
  expect(Array.from(values, Number)).toEqual(Array.from(BLOCK.slice(-10)));
  expect(handle.isClosed).toBe(true);
});

test('without spare room the writer is refused at once, and the file ends with its last whole append', () => {
  const disk = new Disk(5_000_000, 100 * GIB);
  const handle = disk.open();
  const file = new SyncFile(handle, { name: 'Out.mimo' });
  const bytes = new Uint8Array(300_000);
  let count = 0;
  const fill = () => {
    for (; ; count++) file.append(bytes);
  };
  expect(fill).toThrow(/^Writing Out\.mimo stopped: .* Its 4\.80\sMB until then are safe\./);
  // 5 000 000 / 300 000 = 16.7, and the part is given back
  expect(count).toBe(16);
  expect(handle.content.length).toBe(16 * 300_000);
  file.close();
  expect([handle.isClosed, handle.content.length]).toEqual([true, 16 * 300_000]);
});

test('a JLS file that is refused in the middle can be salvaged', async () => {
  const disk = new Disk(5_000_000, 100 * GIB);
  const handle = disk.open();
  const file = new SyncFile(handle);
  const writer = new JlsWriter(jlsWorkspace(), file);
  define(writer);
  expect(() => writeUntilFull(writer, file)).toThrow(/storage is full/);
  writer.abandon();
  file.close();
  const reader = await openFile(new MemoryFile(handle.content), jlsWorkspace());
  expect(reader.isRecovered).toBe(true);
  expect(reader.store.signals()[0]!.endSample).toBeGreaterThan(10 * BLOCK.length);
});

test('the handle of a file that was taken away is not touched any more', async () => {
  const disk = new Disk(5_000_000, 100 * GIB);
  const handle = disk.open();
  let isThere = true;
  const file = new SyncFile(handle, { name: 'Out.mimo', isThere: () => Promise.resolve(isThere) });
  file.append(new Uint8Array(1000));
  await file.requireThere();
  isThere = false;
  await expect(file.requireThere()).rejects.toMatchObject({ code: 'storage/gone' });
  file.close();
  expect(handle.isClosed).toBe(false);
});

test('what the browser gives is found by trying, and not kept', async () => {
  for (const quotaBytes of [0, 700 * 2 ** 20, 1.5 * GIB, 151.2 * GIB]) {
    const disk = new Disk(GIB, quotaBytes);
    const { found } = await SpareRoom.take(async () => disk.open(), 10);
    expect(disk.claimedBytes).toBe(0);
    expect(found.isInMemory).toBe(false);
    expect(found.leftBytes).toBeLessThanOrEqual(quotaBytes);
    expect(quotaBytes - found.leftBytes!).toBeLessThan(64 * 2 ** 20);
  }
});

test('files in memory are known by their silence, and nothing is claimed or held there', async () => {
  const disk = new Disk(GIB, 2 * GIB, true);
  const spare = await SpareRoom.take(async () => disk.open(), SPARE_BYTES);
  expect(spare.found).toEqual({ leftBytes: undefined, isInMemory: true });
  for (const { largestClaim, content } of disk.handles) expect([largestClaim, content.length]).toEqual([0, 0]);
});
