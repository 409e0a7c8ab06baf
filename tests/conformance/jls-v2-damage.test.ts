// Damaged, cut and unfinished JLS v2 files: what must be refused, what must be saved, and that a repair makes a
// whole file of it (tests/golden/jls-v2/README.md).

import { describe, expect, test } from 'vitest';
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

test.each([8, 2 ** 20 - 56, 2 ** 20 - 8, 2 ** 20, 2 ** 20 + 8, 3 * 2 ** 20 + 24])(
  'chunks behind %i bytes of zeros, or of bytes that look like tags, are found',
  async (gapBytes) => {
    const bytes = bytesOf('unclosed');
    const whole = await openBytes(bytes);
    const cut = chunkAt(bytes, 0x22, 2);
    for (const fill of [0, 0x22]) {
      const torn = new Uint8Array(bytes.length + gapBytes).fill(fill);
      torn.set(bytes.subarray(0, cut));
      torn.set(bytes.subarray(cut), cut + gapBytes);
      if (fill > 0) for (let at = cut + 17; at < cut + gapBytes; at += 8) torn[at] = 0;
      const reader = await openBytes(torn);
      for (const { id } of whole.store.signals()) expect(await hashOf(reader, id)).toEqual(await hashOf(whole, id));
      expect(reader.diagnostics.map(({ message }) => message)).toContainEqual(
        expect.stringContaining(`${gapBytes} bytes of the file hold no intact chunk`),
      );
    }
  },
);

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
  view.setUint32(28, crc32c(changed.subarray(0, 28)), true);
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

describe('a damaged definition', () => {
  const samplesOf = async (reader: JlsV2Reader, id: string) => {
    const signal = reader.store.signals().find((one) => one.id === id);
    return signal && { signal, ...(await hashOf(reader, id)) };
  };

  // One byte changed, at every place of the definition, in several ways: whatever the reader then says of the samples
  // must be what the whole file says, or it must say that it cannot read them.
  test.each([
    ['f32_levels', '3'],
    ['packed_types', '4'],
    ['js220_ui', '1'],
  ])('%s, signal %s: never wrong samples, and none lost in silence', async (name, id) => {
    const original = bytesOf(name);
    const whole = (await samplesOf(await openBytes(original), id))!;
    const range = { signalId: id, start: 0, increment: whole.signal.endSample, count: 1 };
    const summary = await (await openBytes(original)).store.summary(range);
    const at = chunkAt(original, 0x02, Number(id));
    const lengthBytes = new DataView(original.buffer).getUint32(at + 20, true);
    let keptCount = 0;
    for (let i = 0; i < lengthBytes; i++) {
      const bytes = original.slice();
      bytes[at + 32 + i]! ^= 1 << ((i * 5) % 8);
      const reader = await openBytes(bytes);
      const codes = reader.diagnostics.map(({ code }) => code);
      const found = await samplesOf(reader, id);
      if (found) {
        keptCount++;
        expect(codes).toContain('definition-damaged');
        expect([i, found.length, found.hash]).toEqual([i, whole.length, whole.hash]);
        const isScaled = i === 6;
        const { mean, std } = await reader.store.summary(range);
        if (!isScaled) expect([i, mean[0], std[0]]).toEqual([i, summary.mean[0], summary.std[0]]);
      } else {
        const lost = reader.diagnostics.find(({ code }) => code === 'definition-lost');
        expect(lost?.message).toContain(`${whole.length} samples of signal ${id} `);
      }
    }
    expect(keptCount / lengthBytes).toBeGreaterThan(0.8);
  });

  test('a name without its end is replaced, the samples stay', async () => {
    const bytes = bytesOf('f32_levels');
    const at = chunkAt(bytes, 0x02, 3);
    const nameEnd = bytes.indexOf(0, at + 32 + 128);
    bytes[nameEnd] = 0x41;
    const reader = await openBytes(bytes);
    const whole = await openBytes(bytesOf('f32_levels'));
    expect(reader.store.signals()[0]).toMatchObject({ id: '3', name: 'signal 3', unit: '', dtype: 'f32' });
    expect(await hashOf(reader, '3')).toEqual(await hashOf(whole, '3'));
  });

  test('a type of the same width does not pass for the right one', async () => {
    const bytes = bytesOf('f32_levels');
    bytes[chunkAt(bytes, 0x02, 3) + 32 + 4] = 1;
    const reader = await openBytes(bytes);
    expect(reader.store.signals()).toEqual([]);
    expect(reader.diagnostics.map(({ code }) => code)).toContain('definition-lost');
  });

  test('the source of a signal keeps its name', async () => {
    const bytes = bytesOf('js220_ui');
    const at = chunkAt(bytes, 0x01, 1);
    bytes[at + 32 + 10]! ^= 4;
    const reader = await openBytes(bytes);
    const whole = await openBytes(bytesOf('js220_ui'));
    expect(reader.sources).toEqual(whole.sources);
    expect(reader.diagnostics.map(({ code }) => code)).toContain('definition-damaged');
  });

  test('a definition with a right checksum that makes no sense is reported with what it costs', async () => {
    const bytes = bytesOf('f32_levels');
    const whole = await openBytes(bytes.slice());
    const { endSample } = whole.store.signals()[0]!;
    const at = chunkAt(bytes, 0x02, 3);
    const view = new DataView(bytes.buffer);
    view.setUint32(at + 32 + 8, 0, true); // 0 Hz
    const lengthBytes = view.getUint32(at + 20, true);
    const crcAt = at + 32 + Math.ceil((lengthBytes + 4) / 8) * 8 - 4;
    view.setUint32(crcAt, crc32c(bytes.subarray(at + 32, at + 32 + lengthBytes)), true);
    const reader = await openBytes(bytes);
    const lost = reader.diagnostics.find(({ code }) => code === 'definition-lost');
    expect(lost?.message).toMatch(new RegExp(`^${endSample} samples of signal 3 are in \\d+ intact chunks`));
  });
});

/** Offset of the first chunk with this tag and meta. */
function chunkAt(bytes: Uint8Array<ArrayBuffer>, tag: number, meta: number): number {
  const view = new DataView(bytes.buffer);
  for (let offset = 32; offset < bytes.length; ) {
    if (bytes[offset + 16] === tag && view.getUint16(offset + 18, true) === meta) return offset;
    const payload = view.getUint32(offset + 20, true);
    offset += 32 + (payload === 0 ? 0 : Math.ceil((payload + 4) / 8) * 8);
  }
  throw new Error(`there is no chunk ${tag} of ${meta}`);
}

/** CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), bit by bit. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}
