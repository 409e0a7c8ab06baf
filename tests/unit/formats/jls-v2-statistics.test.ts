// Exact statistics of JLS v2 recordings, against a plain computation in two passes over the samples that were written.

import { beforeAll, describe, expect, test } from 'vitest';
import { openJlsV2 } from '../../../src/formats/jls/v2/reader.ts';
import type { SignalSizes } from '../../../src/formats/jls/v2/spec.ts';
import { JlsWriter } from '../../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { RandomAccess } from '../../../src/formats/source.ts';
import type { SampleType, Statistics } from '../../../src/model/signal-store.ts';
import { jlsWorkspace } from '../../support/jls.ts';
import { seededRandom } from '../../support/random.ts';
import { twoPass } from '../../support/two-pass.ts';

const RATE_HZ = 1000;

type Numbers = Float32Array | Float64Array | Int16Array | Uint8Array;

/** A file with one signal of `values`. */
function written(dtype: SampleType, values: Numbers, sizes: Partial<SignalSizes> = {}, fixedPointQ = 0) {
  const file = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), file);
  writer.defineSource({ sourceId: 1, name: 'test' });
  const about = { signalId: 1, sourceId: 1, name: 's', unit: 'V', sampleRateHz: RATE_HZ };
  writer.defineSignal({ ...about, dtype, sizes, fixedPointQ });
  writer.writeSamples(1, 5_000, values);
  writer.close();
  return file.bytes.slice();
}

/** The file, counting the bytes that are read of it. */
class CountedFile implements RandomAccess {
  readonly #file: MemoryFile;
  readonly readCostBytes: number;
  readBytes = 0;
  readCount = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>, readCostBytes = 0) {
    this.#file = new MemoryFile(bytes);
    this.readCostBytes = readCostBytes;
  }

  get sizeBytes(): number {
    return this.#file.sizeBytes;
  }

  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    this.readBytes += lengthBytes;
    this.readCount += 1;
    return this.#file.read(offsetBytes, lengthBytes);
  }
}

function wantedOf(values: Numbers, start: number, end: number, scale = 1): Statistics {
  const figures = twoPass(values, start, end, scale);
  const { mean, count } = figures;
  const coverage = count / (end - start);
  return {
    ...figures,
    start,
    end,
    integral: (mean * (end - start)) / RATE_HZ,
    measured: (mean * count) / RATE_HZ,
    coverage,
  };
}

/** Counts and extremes must be equal; the others may differ by what a sum of millions of doubles loses. */
function expectSame(found: Statistics, wanted: Statistics): void {
  expect([found.start, found.end, found.count, found.min, found.max]).toEqual([
    wanted.start,
    wanted.end,
    wanted.count,
    wanted.min,
    wanted.max,
  ]);
  for (const name of ['mean', 'std', 'integral'] as const) {
    const spread = Math.max(wanted.std, Math.abs(wanted[name])) || 1;
    expect(Math.abs(found[name] - wanted[name]) / spread, name).toBeLessThan(1e-11);
  }
}

describe('eight million samples with gaps and a damaged chunk', () => {
  const LENGTH = 2 ** 23 + 54_321;
  const values = new Float32Array(LENGTH);
  let bytes: Uint8Array<ArrayBuffer>;

  beforeAll(() => {
    const random = seededRandom(7);
    for (let i = 0; i < LENGTH; i++) values[i] = 0.01 + 0.001 * random() + (i % 100_003 === 0 ? 3 : 0);
    // Gaps of all sizes, most of them inside summary entries.
    for (let at = 1000; at < LENGTH; at += 40_000 + Math.floor(random() * 100_000)) {
      values.fill(Number.NaN, at, Math.min(LENGTH, at + 1 + Math.floor(random() ** 4 * 30_000)));
    }
    bytes = written('f32', values);
    // The payload of DATA chunk 700 (8192 samples each) is damaged: its samples are a gap, too.
    const at = findChunk(bytes, 0x22, 700);
    bytes[at + 100]! ^= 1;
    values.fill(Number.NaN, 700 * 8192, 701 * 8192);
  });

  test.each([
    [0, LENGTH],
    [12_345, LENGTH - 6_789],
    [8192, LENGTH],
    [700 * 8192 - 5, 701 * 8192 + 7],
    [999, 1002],
    [3_000_001, 3_000_002 + 2 ** 22],
  ])('samples %i to %i', async (start, end) => {
    const { store } = await openJlsV2(new MemoryFile(bytes), jlsWorkspace());
    expectSame(await store.statistics('1', start, end), wantedOf(values, start, end));
  });

  test.each([
    [0, LENGTH],
    [12_345, LENGTH - 6_789],
    [699 * 8192 + 3, 720 * 8192],
  ])('samples %i to %i in large reads, where a read costs something', async (start, end) => {
    const file = new CountedFile(bytes, 256 * 1024);
    const { store, diagnostics } = await openJlsV2(file, jlsWorkspace());
    file.readCount = 0;
    expectSame(await store.statistics('1', start, end), wantedOf(values, start, end));
    const { values: samples } = await store.samples('1', start, end);
    expect(samples.length).toBe(end - start);
    expect(samples.findIndex((sample, i) => !Object.is(sample, values[start + i]))).toBe(-1);
    // Each of the two passes: its windows of 8 MB, the damaged chunk again by itself, and pieces of the index.
    expect(file.readCount).toBeLessThan(2 * Math.ceil((end - start) / 2 ** 21) + 20);
    expect(diagnostics.map(({ code }) => code)).toEqual(['samples-lost']);
  });

  test('a damaged chunk alone has no figures', async () => {
    const { store } = await openJlsV2(new MemoryFile(bytes), jlsWorkspace());
    const { count, mean, std, min, max } = await store.statistics('1', 700 * 8192, 701 * 8192);
    expect([count, mean, std, min, max]).toEqual([0, NaN, NaN, NaN, NaN]);
  });

  test('the second question about a region reads only its edges', async () => {
    const file = new CountedFile(bytes);
    const { store } = await openJlsV2(file, jlsWorkspace());
    await store.statistics('1', 12_345, LENGTH - 6_789);
    expect(file.readBytes).toBeGreaterThan(LENGTH * 4 * 0.99);
    file.readBytes = 0;
    expectSame(await store.statistics('1', 112_344, LENGTH - 4_000), wantedOf(values, 112_344, LENGTH - 4_000));
    expect(file.readBytes).toBeLessThan(4 * 33_000);
  });

  test('a picture asked for meanwhile does not wait for the end', async () => {
    const { store } = await openJlsV2(new MemoryFile(bytes), jlsWorkspace());
    const order: string[] = [];
    const statistics = store.statistics('1', 0, LENGTH).then(() => order.push('statistics'));
    await new Promise((resolve) => setImmediate(resolve));
    await store.summary({ signalId: '1', start: 0, increment: 8000, count: 1000 });
    order.push('picture');
    await statistics;
    expect(order).toEqual(['picture', 'statistics']);
  });

  test('an aborted question ends, and reads no further', async () => {
    const file = new CountedFile(bytes);
    const { store } = await openJlsV2(file, jlsWorkspace());
    const abort = new AbortController();
    const statistics = store.statistics('1', 0, LENGTH, abort.signal);
    abort.abort();
    await expect(statistics).rejects.toMatchObject({ code: 'cancelled' });
    expect(file.readBytes).toBeLessThan((LENGTH * 4) / 4);
  });

  test('a short span is answered without giving up the thread', async () => {
    const { store } = await openJlsV2(new MemoryFile(bytes), jlsWorkspace());
    let wasInterrupted = false;
    setImmediate(() => {
      wasInterrupted = true;
    });
    await store.statistics('1', 1000, 101_000);
    expect(wasInterrupted).toBe(false);
  });
});

test('a large offset does not cost the spread', async () => {
  const random = seededRandom(3);
  const values = Float64Array.from({ length: 300_000 }, () => 1e6 + 1e-3 * random());
  const { store } = await openJlsV2(new MemoryFile(written('f64', values)), jlsWorkspace());
  const found = await store.statistics('1', 17, 299_983);
  const wanted = wantedOf(values, 17, 299_983);
  // A double near 1e6 is good to 1e-10: that, not more, is what both computations know of the deviations.
  expect(Math.abs(found.std / wanted.std - 1)).toBeLessThan(1e-6);
  expect(found.mean).toBeCloseTo(wanted.mean, 9);
});

test('fixed point is scaled', async () => {
  const random = seededRandom(5);
  const values = Int16Array.from({ length: 100_000 }, () => random() * 65_536 - 32_768);
  const { store } = await openJlsV2(new MemoryFile(written('i16', values, {}, 6)), jlsWorkspace());
  expectSame(await store.statistics('1', 3, 99_999), wantedOf(values, 3, 99_999, 2 ** -6));
});

test('a signal of more chunks than are kept one by one', async () => {
  const random = seededRandom(9);
  const sizes = { samplesPerData: 16, sampleDecimateFactor: 16, entriesPerSummary: 1280, summaryDecimateFactor: 20 };
  const values = Float32Array.from({ length: 16 * 2 ** 17 + 5 }, random);
  const { store } = await openJlsV2(new MemoryFile(written('f32', values, sizes)), jlsWorkspace());
  for (const [start, end] of [
    [0, values.length],
    [17, values.length - 20],
    [30, values.length],
  ] as const) {
    expectSame(await store.statistics('1', start, end), wantedOf(values, start, end));
  }
});

test.each([0, 256 * 1024])(
  'chunks left out because all their samples are equal, a read costing %i bytes',
  async (cost) => {
    const sizes = {
      samplesPerData: 1024,
      sampleDecimateFactor: 128,
      entriesPerSummary: 640,
      summaryDecimateFactor: 20,
    };
    const random = seededRandom(13);
    const values = Uint8Array.from({ length: 200 * 1024 }, (_, i) => (i % 50_000 < 20_000 ? 7 : random() * 256));
    const { store } = await openJlsV2(new CountedFile(written('u8', values, sizes), cost), jlsWorkspace());
    expect((await store.samples('1', 21_000, values.length)).values).toEqual(Float64Array.from(values.slice(21_000)));
    expectSame(await store.statistics('1', 21_000, values.length), wantedOf(values, 21_000, values.length));
  },
);

/** Offset of the chunk `number` among those with `tag`. */
function findChunk(bytes: Uint8Array<ArrayBuffer>, tag: number, number: number): number {
  const view = new DataView(bytes.buffer);
  let seen = 0;
  for (let offset = 32; offset < bytes.length; ) {
    if (bytes[offset + 16] === tag && seen++ === number) return offset;
    const payload = view.getUint32(offset + 20, true);
    offset += 32 + (payload === 0 ? 0 : Math.ceil((payload + 4) / 8) * 8);
  }
  throw new Error(`there is no chunk ${number} with tag ${tag}`);
}
