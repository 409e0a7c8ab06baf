// Damaged, cut and unfinished JLS v2 files: what must be refused, what must be saved, and that a repair makes a
// whole file of it (tests/golden/jls-v2/README.md).

import { expect, test } from 'vitest';
import { UTC_TICKS_PER_SECOND, utcFromTicks } from '../../src/base/time.ts';
import type { JlsV2Reader } from '../../src/formats/jls/v2/reader.ts';
import { openJlsV2 } from '../../src/formats/jls/v2/reader.ts';
import { repairJlsV2 } from '../../src/formats/jls/v2/repair.ts';
import { bitsOf } from '../../src/formats/jls/v2/spec.ts';
import { JlsWriter } from '../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import type { RandomAccess } from '../../src/formats/source.ts';
import { goldenBytes } from '../support/golden.ts';
import { goldenBigJson, jlsWorkspace, sha256 } from '../support/jls.ts';

interface Recovered {
  first_sample_id?: number;
  length: number;
  sha256_packed_full_bytes: string;
  whole_statistics?: [number, number, number, number];
}

interface Expected {
  recovered_by_sequential_scan: Record<string, Recovered>;
  expected_recovered?: Record<string, Recovered>;
  bad_samples?: [number, number];
}

const expectedOf = (name: string): Expected => goldenBigJson<Expected>(`jls-v2/${name}.json`);
const bytesOf = (name: string) => goldenBytes(`jls-v2/${name}.jls`);
const openBytes = (bytes: Uint8Array<ArrayBuffer>): Promise<JlsV2Reader> =>
  openJlsV2(new MemoryFile(bytes), jlsWorkspace());

/** Hash over the whole bytes of a signal, as the golden numbers have it. */
async function hashOf(reader: JlsV2Reader, id: string): Promise<{ length: number; hash: string }> {
  const { endSample, dtype } = reader.store.signals().find((signal) => signal.id === id)!;
  const whole = Math.floor((endSample * bitsOf(dtype)) / 8);
  const bytes = await reader.storedSamples(id, 0, endSample);
  return { length: endSample, hash: sha256(bytes.subarray(0, whole)) };
}

test.each([
  ['bad_magic', 'format/unknown'],
  ['bad_file_header_crc', 'format/damaged'],
  ['bad_version', 'format/unsupported'],
])('%s is refused', async (name, code) => {
  await expect(openBytes(bytesOf(name))).rejects.toMatchObject({ name: 'FormatError', code });
});

test('a file that ends inside its header is refused', async () => {
  await expect(openBytes(bytesOf('empty').slice(0, 20))).rejects.toMatchObject({ code: 'format/damaged' });
  await expect(openBytes(new Uint8Array(0))).rejects.toMatchObject({ code: 'format/unknown' });
});

test.each(['unclosed', 'unclosed_reference_crashes', 'truncated_mid_chunk', 'truncated_closed'])(
  '%s: everything in intact chunks is recovered, and the repaired file says the same',
  async (name) => {
    const original = bytesOf(name);
    const before = sha256(original);
    const reader = await openBytes(original);
    expect(reader.isRecovered).toBe(true);
    expect(reader.diagnostics.length).toBeGreaterThan(0);
    const sink = new MemoryFile();
    const report = await repairJlsV2(new MemoryFile(original), sink, jlsWorkspace());
    expect(report.signals.map((signal) => signal.lostSampleCount)).toEqual(report.signals.map(() => 0));
    const repaired = await openBytes(sink.bytes.slice());
    expect(repaired.isRecovered).toBe(false);
    expect(repaired.diagnostics).toEqual([]);
    const expected = expectedOf(name);
    const signals = { ...expected.recovered_by_sequential_scan, ...expected.expected_recovered };
    expect(Object.keys(signals).length).toBeGreaterThan(0);
    for (const [id, wanted] of Object.entries(signals)) {
      for (const opened of [reader, repaired]) {
        expect(await hashOf(opened, id)).toEqual({ length: wanted.length, hash: wanted.sha256_packed_full_bytes });
        if (!wanted.whole_statistics) continue;
        const { mean, std, min, max } = await opened.store.statistics(id, 0, wanted.length);
        [mean, std, min, max].forEach((value, i) => {
          expect(value).toBeCloseTo(wanted.whole_statistics![i]!, 9);
        });
      }
    }
    expect(await repaired.store.annotations()).toEqual(await reader.store.annotations());
    expect(await repaired.userData()).toEqual(await reader.userData());
    expect(sha256(original)).toBe(before);
  },
);

test.each(['bad_data_payload_crc', 'bad_data_header_crc'])('%s: only the damaged chunk is a gap', async (name) => {
  const reader = await openBytes(bytesOf(name));
  const whole = await openBytes(bytesOf('f32_levels'));
  const [first, end] = expectedOf(name).bad_samples!;
  const length = whole.store.signals()[0]!.endSample;
  expect(reader.store.signals()[0]!.endSample).toBe(length);
  const found = (await reader.store.samples('3', 0, length)).values as Float32Array;
  const wanted = ((await whole.store.samples('3', 0, length)).values as Float32Array).slice();
  wanted.fill(Number.NaN, first, end);
  expect(found).toEqual(wanted);
  expect(reader.diagnostics.map((item) => item.code)).toContain('samples-lost');
  const statistics = await reader.store.statistics('3', first - 10, end + 10);
  expect(statistics.count).toBe(20);
  const summary = await reader.store.summary({ signalId: '3', start: first - 1, increment: 1, count: end - first + 2 });
  expect(Array.from(summary.mean, Number.isNaN)).toEqual([false, ...new Array(end - first).fill(true), false]);
});

test('a length field of 10 GB on a small file opens as a cut file', async () => {
  const bytes = bytesOf('f32_levels');
  const reader = await openBytes(withFileLength(bytes, 10_000_000_000));
  expect(reader.isRecovered).toBe(true);
  expect(reader.diagnostics.map((item) => item.code)).toContain('cut');
  const whole = await openBytes(bytes);
  expect(await hashOf(reader, '3')).toEqual(await hashOf(whole, '3'));
});

test('an index that lies makes the reader search the chunks, with the same samples', async () => {
  const bytes = bytesOf('f32_levels');
  const whole = await hashOf(await openBytes(bytes), '3');
  // the first level-1 INDEX: one bit of its second entry, past the checksum of its header
  const view = new DataView(bytes.buffer);
  let offset = 32;
  while (bytes[offset + 16] !== 0x23)
    offset +=
      32 + Math.ceil((view.getUint32(offset + 20, true) + 4) / 8) * 8 * Number(view.getUint32(offset + 20, true) > 0);
  bytes[offset + 32 + 16 + 8]! ^= 0x40;
  const reader = await openBytes(bytes);
  expect(await hashOf(reader, '3')).toEqual(whole);
  expect(reader.isRecovered).toBe(true);
});

test('opening reads a handful of short ranges', async () => {
  const file = new MemoryFile(bytesOf('f32_two_signals'));
  let bytesRead = 0;
  const counted: RandomAccess = {
    sizeBytes: file.sizeBytes,
    read(offsetBytes, lengthBytes) {
      bytesRead += lengthBytes;
      return file.read(offsetBytes, lengthBytes);
    },
  };
  await openJlsV2(counted, jlsWorkspace());
  expect(bytesRead).toBeLessThan(200_000);
});

/** The file header with another length and a right checksum. */
function withFileLength(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const changed = bytes.slice();
  const view = new DataView(changed.buffer);
  view.setBigUint64(16, BigInt(length), true);
  let crc = 0xffff_ffff;
  for (const byte of changed.subarray(0, 28)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1;
  }
  view.setUint32(28, ~crc >>> 0, true);
  return changed;
}

test('a recording that was cut within its first minute gets a second UTC pair, at its end', async () => {
  const file = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), file);
  writer.defineSource({ sourceId: 1, name: 'a' });
  writer.defineSignal({ signalId: 1, sourceId: 1, dtype: 'f32', sampleRateHz: 1000, name: 'current', unit: 'A' });
  writer.utc(1, 500, utcFromTicks(10n * UTC_TICKS_PER_SECOND));
  writer.writeSamples(1, 500, new Float32Array(20_000));
  const sink = new MemoryFile();
  await repairJlsV2(new MemoryFile(file.bytes.slice()), sink, jlsWorkspace());
  const repaired = await openBytes(sink.bytes.slice());
  // Two whole chunks of 8192 samples were in the file; at 1000 Hz they last 16.384 s.
  expect((await repaired.utcEntries('1')).map(({ sample, utc }) => [sample, Number(utc) / 2 ** 30])).toEqual([
    [0n, 10],
    [16_384n, expect.closeTo(26.384, 6)],
  ]);
});
