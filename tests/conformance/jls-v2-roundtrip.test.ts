// What the JLS v2 writer makes of every sample type, of gaps, overlaps and omitted chunks, read back; and golden
// files written again from what was read, which must give the same bytes.

import { describe, expect, test } from 'vitest';
import { utcFromTicks } from '../../src/base/time.ts';
import type { JlsSignal } from '../../src/formats/jls/v2/definitions.ts';
import { openJlsV2 } from '../../src/formats/jls/v2/reader.ts';
import { adjustSizes, bitsOf } from '../../src/formats/jls/v2/spec.ts';
import { JlsWriter } from '../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { goldenBytes } from '../support/golden.ts';
import { jlsWorkspace, sha256 } from '../support/jls.ts';
import {
  type PlainSignal,
  pattern,
  SAME_AGAIN,
  SMALL,
  WRITTEN_TYPES,
  writeAgain,
  writeJls,
} from '../support/jls-files.ts';

async function written(signal: PlainSignal, write: (writer: JlsWriter) => void) {
  const file = writeJls(signal, write);
  return { file, reader: await openJlsV2(new MemoryFile(file.bytes.slice()), jlsWorkspace()) };
}

describe.each(WRITTEN_TYPES)('%s', (dtype) => {
  // lengths just past chunk and level borders, where an index is easily lost
  test.each([1, 15, 17, 319, 321, 3200, 3207, 33_601])('%i samples come back with their statistics', async (count) => {
    const { packed, values } = pattern(dtype, count);
    const sizes = adjustSizes(dtype, SMALL);
    const { reader } = await written({ dtype, sizes }, (writer) => writer.writeSamples(1, 1_000, packed, count));
    const [info] = reader.store.signals();
    expect([info!.endSample, info!.firstSampleId]).toEqual([count, 1000n]);
    expect(reader.diagnostics).toEqual([]);
    const block = await reader.store.samples('1', 0, count);
    expect(Array.from(block.values as ArrayLike<number | bigint>, Number)).toEqual(values);
    expect(await reader.storedSamples('1', 0, count)).toEqual(packed);
    const summary = await reader.store.summary({ signalId: '1', start: 0, increment: count, count: 1 });
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    expect(summary.mean[0]).toBeCloseTo(mean, 4);
    expect([summary.min[0], summary.max[0]]).toEqual([Math.min(...values), Math.max(...values)]);
  });

  test('pieces of odd lengths, with overlaps, are joined as if they came in one', async () => {
    const count = 5_003;
    const { packed, values } = pattern(dtype, count);
    const bits = bitsOf(dtype);
    const whole = await written({ dtype, sizes: SMALL }, (writer) => writer.writeSamples(1, 0, packed, count));
    const pieces = await written({ dtype, sizes: SMALL }, (writer) => {
      const step = Math.max(1, 8 / bits);
      for (let start = 0; start < count; start += 37 * step) {
        // begins on a byte, overlaps the piece before, ends inside a byte
        const from = Math.max(0, start - 5 * step);
        const size = Math.min(count - from, 37 * step + 5 * step + 3);
        writer.writeSamples(1, from, packed.subarray((from * bits) / 8), size);
      }
    });
    expect(
      Array.from((await pieces.reader.store.samples('1', 0, count)).values as ArrayLike<number | bigint>, Number),
    ).toEqual(values);
    expect(sha256(pieces.file.bytes)).toBe(sha256(whole.file.bytes));
  });

  test('a gap becomes NaN in floats and 0 in integers, at its place', async () => {
    const { packed, values } = pattern(dtype, 331);
    const { reader } = await written({ dtype, sizes: SMALL }, (writer) => {
      writer.writeSamples(1, 50n, packed, 331);
      writer.writeSamples(1, 50n + 331n + 2_003n, packed, 331);
    });
    const gap = new Array(2_003).fill(dtype.startsWith('f') ? Number.NaN : 0);
    const block = await reader.store.samples('1', 0, 331 + 2_003 + 331);
    expect(Array.from(block.values as ArrayLike<number | bigint>, Number)).toEqual([...values, ...gap, ...values]);
  });
});

test.each(['u1', 'u4', 'u8'] as const)('%s: omitted constant chunks are rebuilt', async (dtype) => {
  const sizes = adjustSizes(dtype, SMALL);
  const count = sizes.samplesPerData * 50;
  const bytes = (count * bitsOf(dtype)) / 8;
  const packed = new Uint8Array(bytes).fill(0xff, bytes / 2);
  packed[bytes - 1] = 0x01;
  const full = await written({ dtype, sizes }, (writer) => writer.writeSamples(1, 0, packed));
  const omitted = await written({ dtype, sizes, isConstantOmitted: true }, (writer) =>
    writer.writeSamples(1, 0, packed),
  );
  expect(omitted.file.sizeBytes).toBeLessThan(full.file.sizeBytes);
  expect(await omitted.reader.storedSamples('1', 0, count)).toEqual(packed);
  expect(omitted.reader.diagnostics).toEqual([]);
});

test.each([{ dtype: 'i4' as const }, { dtype: 'i8' as const }, { dtype: 'u8' as const, fixedPointQ: 2 }])(
  '$dtype: nothing is omitted where the reference cannot rebuild it',
  async (signal) => {
    const sizes = { samplesPerData: 256, sampleDecimateFactor: 64, entriesPerSummary: 20, summaryDecimateFactor: 10 };
    const packed = new Uint8Array(2048);
    const write = (writer: JlsWriter) => writer.writeSamples(1, 0, packed);
    const full = await written({ ...signal, sizes }, write);
    const asked = await written({ ...signal, sizes, isConstantOmitted: true }, write);
    expect(asked.file.bytes).toEqual(full.file.bytes);
  },
);

test('times far from the pairs round as the reference rounds them', async () => {
  const { reader } = await written({ dtype: 'u8' }, (writer) => {
    writer.writeSamples(1, 0, new Uint8Array(4));
    writer.utc(1, 0, utcFromTicks(0n));
    writer.utc(1, 1, utcFromTicks(1_500_000_001n));
  });
  const map = (await reader.timeMap('1'))!;
  // odd products between 2^52 and 2^53: exact in a double, but not with 0.5 added
  expect(map.toUtc(3_100_001n)).toBe(4_650_001_503_100_001n);
  expect(map.toUtc(-3_100_001n)).toBe(-4_650_001_503_100_001n);
});

test('a fixed-point signal stores raw values and reads scaled ones', async () => {
  const raw = Int16Array.of(-32, 16, 8, 24);
  const { reader } = await written({ dtype: 'i16', fixedPointQ: 4 }, (writer) => writer.writeSamples(1, 0, raw));
  expect(Array.from((await reader.store.samples('1', 0, 4)).values as Float64Array)).toEqual([-2, 1, 0.5, 1.5]);
  expect(new Int16Array((await reader.storedSamples('1', 0, 4)).slice().buffer)).toEqual(raw);
  expect((await reader.store.statistics('1', 0, 4)).mean).toBe(0.25);
});

test.each(SAME_AGAIN)('%s, read and written again, is the same file', async (name) => {
  const original = goldenBytes(`jls-v2/${name}.jls`);
  const reader = await openJlsV2(new MemoryFile(original), jlsWorkspace());
  const file = await writeAgain(reader);
  expect(sha256(file.bytes)).toBe(sha256(original));
});

test('a definition that JLS cannot hold is refused before anything is written', () => {
  const file = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), file);
  const signal: JlsSignal = { signalId: 1, sourceId: 0, dtype: 'f32', sampleRateHz: 1000, name: 's', unit: '' };
  const before = file.sizeBytes;
  expect(() => writer.defineSignal({ ...signal, signalId: 0 })).toThrow(/signal id 0/);
  expect(() => writer.defineSignal({ ...signal, sourceId: 9 })).toThrow(/source 9/);
  expect(() => writer.defineSignal({ ...signal, sampleRateHz: 0.5 })).toThrow(/whole numbers/);
  expect(() => writer.defineSignal({ ...signal, fixedPointQ: 3 })).toThrow(/fixed point/);
  expect(() => writer.writeSamples(7, 0, new Uint8Array(4))).toThrow(/signal 7/);
  expect(file.sizeBytes).toBe(before);
});
