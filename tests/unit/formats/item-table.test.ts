// Records in a file as signals: every figure against the plain definition, how often the file is read for it, and
// pictures that come before the file has been read.

import { expect, test } from 'vitest';
import { FormatError } from '../../../src/base/errors.ts';
import { sampleColumns } from '../../../src/formats/numpy/columns.ts';
import { packedStruct } from '../../../src/formats/numpy/dtype.ts';
import { itemSignals } from '../../../src/formats/numpy/item-signals.ts';
import { dtypeFromName } from '../../../src/formats/numpy/type-names.ts';
import { PlainStore } from '../../../src/formats/plain-store.ts';
import type { RandomAccess } from '../../../src/formats/source.ts';
import { createTestCore } from '../../support/core.ts';

const HEADER_BYTES = 37;
const METADATA_BYTES = 5;

/** Bytes without end that are known at every place, and a count of what was read of them. */
class EndlessRecords implements RandomAccess {
  sizeBytes: number;
  readBytes = 0;
  readCount = 0;
  /** Awaited by every read. */
  gate: Promise<void> = Promise.resolve();
  readonly #record: Uint8Array;

  constructor(record: Uint8Array, recordCount: number) {
    this.#record = record;
    this.sizeBytes = HEADER_BYTES + record.length * recordCount;
  }

  async read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    await this.gate;
    const bytes = new Uint8Array(Math.max(0, Math.min(lengthBytes, this.sizeBytes - offsetBytes)));
    const phase = (offsetBytes - HEADER_BYTES) % this.#record.length;
    for (let at = 0, from = phase; at < bytes.length; from = 0) {
      const part = this.#record.subarray(from, from + bytes.length - at);
      bytes.set(part, at);
      at += part.length;
    }
    this.readBytes += bytes.length;
    this.readCount++;
    return bytes;
  }
}

const FIELDS = [
  { name: 'f4', dtype: dtypeFromName('f4') },
  { name: 'i2', dtype: dtypeFromName('>i2') },
  { name: 'f2', dtype: dtypeFromName('f2') },
  { name: 'b', dtype: dtypeFromName('?') },
  { name: 'u8', dtype: dtypeFromName('>u8') },
  { name: 'f8', dtype: dtypeFromName('>f8') },
];
const DATA = packedStruct(FIELDS);

/** One record of `length` items, and the values of each field in it. */
function makeRecord(length: number) {
  const bytes = new Uint8Array(length * DATA.itemBytes + METADATA_BYTES).fill(0xee);
  const view = new DataView(bytes.buffer);
  const values: Record<string, number[]> = { f4: [], i2: [], f2: [], b: [], u8: [], f8: [] };
  for (let item = 0; item < length; item++) {
    const at = item * DATA.itemBytes;
    const f4 = item % 50 === 7 ? Number.NaN : Math.fround(Math.sin(item) * 3);
    const half = item % 3; // 0, 1 and 2 as IEEE halves
    view.setFloat32(at, f4, true);
    view.setInt16(at + 4, (item * 7919) % 30_000, false);
    view.setUint16(at + 6, [0, 0x3c00, 0x4000][half]!, true);
    view.setUint8(at + 8, item % 4);
    view.setBigUint64(at + 9, BigInt(item) * 1_000_003n, false);
    view.setFloat64(at + 17, 1e9 + Math.cos(item), false);
    const row = {
      f4,
      i2: (item * 7919) % 30_000,
      f2: half,
      b: item % 4 === 0 ? 0 : 1,
      u8: item * 1_000_003,
      f8: 1e9 + Math.cos(item),
    };
    for (const [name, value] of Object.entries(row)) values[name]!.push(value);
  }
  return { bytes, values };
}

const LENGTH = 977;

function makeStore(recordCount: number) {
  const { bytes, values } = makeRecord(LENGTH);
  const source = new EndlessRecords(bytes, recordCount);
  const grid = {
    offsetBytes: HEADER_BYTES,
    itemBytes: DATA.itemBytes,
    itemsPerRecord: LENGTH,
    recordBytes: bytes.length,
    itemCount: LENGTH * recordCount,
  };
  const { columns } = sampleColumns(DATA, '');
  const signals = itemSignals(source, grid, columns, createTestCore(), ({ name }) => ({ name, sampleRateHz: 10 }));
  return { store: new PlainStore(signals), source, values, itemCount: grid.itemCount };
}

/** Exact figures of positions [start, end) of values that repeat. */
function plain(period: readonly number[], start: number, end: number) {
  let count = 0;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  const each = (use: (value: number) => void) => {
    for (let at = start; at < end; at++) {
      const value = period[at % period.length]!;
      if (!Number.isNaN(value)) use(value);
    }
  };
  each((value) => {
    count++;
    sum += value - period[0]!;
    min = Math.min(min, value);
    max = Math.max(max, value);
  });
  const mean = sum / count + period[0]!;
  let square = 0;
  each((value) => {
    square += (value - mean) ** 2;
  });
  return { count, mean, std: count > 1 ? Math.sqrt(square / (count - 1)) : 0, min, max };
}

const near = (actual: number, expected: number) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected) + 1e-12);

test.each(FIELDS.map(({ name }) => name))('figures of %s at every increment', async (name) => {
  const { store, values, itemCount } = makeStore(120);
  const period = values[name]!;
  for (const [start, increment, count] of [
    [3, 1, 20],
    [LENGTH - 4, 7, 40],
    [11, 300, 100],
    [1000, 512, 60],
    [17, 1251, 90],
    [0, 30_000, 3],
  ] as const) {
    const summary = await store.summary({ signalId: name, start, increment, count });
    expect(summary.isDraft).toBeUndefined();
    for (let bin = 0; bin < count; bin++) {
      const expected = plain(period, start + bin * increment, start + (bin + 1) * increment);
      if (expected.count === 0) continue;
      near(summary.mean[bin]!, expected.mean);
      near(summary.std[bin]!, expected.std);
      expect([summary.min[bin], summary.max[bin]]).toEqual([expected.min, expected.max]);
    }
  }
  for (const [start, end] of [
    [0, itemCount],
    [12_345, itemCount - 67],
    [5, 6],
  ] as const) {
    const actual = await store.statistics(name, start, end);
    const expected = plain(period, start, end);
    expect([actual.count, actual.min, actual.max]).toEqual([expected.count, expected.min, expected.max]);
    near(actual.mean, expected.mean);
    near(actual.std, expected.std);
  }
  const { values: some } = await store.samples(name, LENGTH - 3, 3 * LENGTH + 2);
  expect(Array.from(some as ArrayLike<number | bigint>, Number)).toEqual(
    Array.from({ length: 2 * LENGTH + 5 }, (_, index) => period[(LENGTH - 3 + index) % LENGTH]),
  );
});

test('bytes and plain arrays, which are reduced where they are', async () => {
  const array = Float64Array.from({ length: 20_000 }, (_, index) => Math.sqrt(index));
  const bytes = new Uint8Array(array.buffer);
  const store = (typeName: string, itemBytes: number) => {
    const grid = {
      offsetBytes: HEADER_BYTES,
      itemBytes,
      itemsPerRecord: 1,
      recordBytes: itemBytes,
      itemCount: bytes.length / itemBytes,
    };
    const { columns } = sampleColumns(dtypeFromName(typeName), 'value');
    const source = new EndlessRecords(bytes, 1);
    return new PlainStore(itemSignals(source, grid, columns, createTestCore(), () => ({ name: 'a', sampleRateHz: 1 })));
  };
  for (const [typeName, itemBytes, period] of [
    ['f8', 8, [...array]],
    ['u1', 1, [...bytes]],
    ['i1', 3, [...new Int8Array(bytes.buffer)].filter((_, index) => index % 3 === 0)],
  ] as const) {
    const { mean, std, min, max } = await store(typeName, itemBytes).statistics('a', 700, 19_001);
    const expected = plain(period, 700, 19_001);
    near(mean, expected.mean);
    near(std, expected.std);
    expect([min, max]).toEqual([expected.min, expected.max]);
  }
});

test('one pass over the file serves all signals, and later views read next to nothing', async () => {
  const { store, source, itemCount } = makeStore(2000);
  const increment = 256 * Math.floor(itemCount / 256 / 100);
  const all = { start: 0, increment, count: 100 };
  await Promise.all(store.signals().map(({ id }) => store.summary({ signalId: id, ...all })));
  expect(source.readBytes).toBeLessThan(1.02 * source.sizeBytes);
  source.readCount = 0;
  await store.summary({ signalId: 'f4', start: 5 * increment, increment: increment / 2, count: 40 });
  expect(source.readCount).toBe(0);
  await store.statistics('i2', 1001, itemCount - 1001);
  expect(source.readCount).toBeLessThanOrEqual(2);
});

test('the same view again reads nothing, wherever its bins end', async () => {
  const { store, source } = makeStore(300);
  const request = { signalId: 'f4', start: 1007, increment: 1250, count: 200 };
  const first = await store.summary(request);
  source.readCount = 0;
  expect(await store.summary(request)).toEqual(first);
  expect(source.readCount).toBe(0);
});

test('a draft comes before the file is read, goes on where it stopped and ends as the whole picture', async () => {
  const { store, source, itemCount } = makeStore(9000);
  expect(source.sizeBytes).toBeGreaterThan(200 * 2 ** 20);
  const request = { signalId: 'f4', start: 0, increment: Math.floor(itemCount / 100), count: 100, canBeDraft: true };
  const knownCounts: number[] = [];
  for (let turn = 0; turn < 10; turn++) {
    const before = source.readBytes;
    const summary = await store.summary(request);
    expect(source.readBytes - before).toBeLessThan(80 * 2 ** 20);
    knownCounts.push(summary.mean.filter((value) => !Number.isNaN(value)).length);
    if (!summary.isDraft) break;
  }
  expect(knownCounts.length).toBeGreaterThan(2);
  expect(knownCounts).toEqual(knownCounts.toSorted((a, b) => a - b));
  expect(knownCounts[0]).toBeGreaterThan(10);
  expect(knownCounts.at(-1)).toBe(100);
  expect(await store.summary(request)).toEqual(await makeStore(9000).store.summary({ ...request, canBeDraft: false }));
});

test('a look at one place does not wait for a wide view that is under way', async () => {
  const { store, source, itemCount } = makeStore(2000);
  let open = () => {};
  const closed = new Promise<void>((resolve) => {
    open = resolve;
  });
  source.gate = closed;
  let isWideDone = false;
  const wide = store.statistics('f4', 0, itemCount).then(() => {
    isWideDone = true;
  });
  source.gate = Promise.resolve();
  await store.samples('i2', 500_000, 500_100);
  await store.summary({ signalId: 'i2', start: 600_000, increment: 10, count: 100 });
  expect(isWideDone).toBe(false);
  open();
  await wide;
});

test('statistics that nobody waits for any more end after a few reads', async () => {
  const { store, source, itemCount } = makeStore(4000);
  const controller = new AbortController();
  const asked = store.statistics('f4', 0, itemCount, controller.signal);
  controller.abort();
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  expect(source.readBytes).toBeLessThan(20 * 2 ** 20);
});

test('a file that became shorter is a FormatError, and what was read before stays', async () => {
  const { store, source, itemCount } = makeStore(1000);
  const request = { signalId: 'f4', start: 0, increment: 1024, count: 10 };
  const before = await store.summary(request);
  source.sizeBytes = 2 ** 21;
  await expect(store.statistics('f4', 0, itemCount)).rejects.toThrow(FormatError);
  expect(await store.summary(request)).toEqual(before);
});
