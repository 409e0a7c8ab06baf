// A rewritten file must hold what the reference library reads from the original (tests/golden/jls-v2/README.md).

import { expect, test } from 'vitest';
import { openJlsV2 } from '../../src/formats/jls/v2/reader.ts';
import { rewriteAsJls } from '../../src/formats/jls/v2/rewrite.ts';
import { bitsOf } from '../../src/formats/jls/v2/spec.ts';
import { JlsWriter } from '../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import type { FormatReader } from '../../src/formats/reader.ts';
import { goldenBytes } from '../support/golden.ts';
import { goldenBigJson, jlsWorkspace, sha256 } from '../support/jls.ts';

interface Expected {
  readonly sources: readonly { source_id: number; name: string; serial_number: string }[];
  readonly signals: readonly { signal_id: number; signal_type: number; name: string; sample_id_offset: number }[];
  readonly samples: readonly {
    signal_id: number;
    sha256_packed_full_bytes?: string;
    packed_full_bytes?: number;
  }[];
  readonly annotations: Record<string, readonly unknown[]>;
  readonly utc: Record<string, readonly [number, number | string][]>;
  readonly user_data: readonly unknown[];
}

async function rewrite(name: string): Promise<FormatReader> {
  const original = await openJlsV2(new MemoryFile(goldenBytes(`jls-v2/${name}.jls`)), jlsWorkspace());
  const copy = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), copy);
  await rewriteAsJls(original, writer, () => undefined);
  writer.close();
  return openJlsV2(copy, jlsWorkspace());
}

test.each(['unclosed', 'gaps', 'packed_types', 'f32_two_signals', 'annotations_utc', 'js220_ui'])(
  '%s: the copy is closed and holds everything',
  async (name) => {
    const expected = goldenBigJson<Expected>(`jls-v2/${name}.json`);
    const copy = await rewrite(name);
    expect(copy.isRecovered).toBe(false);
    expect(copy.diagnostics).toEqual([]);
    expect(copy.sources.map((source) => [source.name, source.serialNumber])).toEqual(
      expected.sources.map((source) => [source.name, source.serial_number]),
    );
    const originals = expected.signals.filter((signal) => signal.signal_type === 0);
    const signals = copy.store.signals();
    expect(signals.map((signal) => [signal.name, signal.firstSampleId])).toEqual(
      originals.map((signal) => [signal.name, BigInt(signal.sample_id_offset)]),
    );
    for (const { signal_id, sha256_packed_full_bytes, packed_full_bytes } of expected.samples) {
      if (!sha256_packed_full_bytes) continue;
      const signal = signals[originals.findIndex((original) => original.signal_id === signal_id)]!;
      const length = Math.floor((packed_full_bytes! * 8) / bitsOf(signal.dtype));
      expect(sha256(await copy.storedSamples(signal.id, 0, length))).toBe(sha256_packed_full_bytes);
    }
    expect(await copy.store.annotations()).toHaveLength(Object.values(expected.annotations).flat().length);
    expect(await copy.userData()).toHaveLength(expected.user_data.length);
    for (const [index, original] of originals.entries()) {
      const wanted = (expected.utc[String(original.signal_id)] ?? []).map(([sample, utc]) => [
        BigInt(sample),
        BigInt(utc),
      ]);
      const found = (await copy.utcEntries(signals[index]!.id)).map(({ sample, utc }) => [sample, utc]);
      expect(found.slice(0, wanted.length)).toEqual(wanted);
    }
  },
);

test('a signal whose last UTC pair was lost gets one at its end', async () => {
  const file = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), file);
  writer.defineSource({ sourceId: 1, name: 'a' });
  writer.defineSignal({ signalId: 1, sourceId: 1, dtype: 'f32', sampleRateHz: 1000, name: 'current', unit: 'A' });
  writer.writeSamples(1, 500, new Float32Array(20_000));
  writer.utc(1, 500, (10n << 30n) as never);
  const unclosed = await openJlsV2(new MemoryFile(file.bytes.slice()), jlsWorkspace());
  const copy = new MemoryFile();
  const copyWriter = new JlsWriter(jlsWorkspace(), copy);
  await rewriteAsJls(unclosed, copyWriter, () => undefined);
  copyWriter.close();
  const reader = await openJlsV2(copy, jlsWorkspace());
  const [signal] = reader.store.signals();
  // Two whole chunks of 8192 samples were in the file; at 1000 Hz they last 16.384 s.
  expect(signal!.endSample).toBe(16_384);
  expect((await reader.utcEntries('1')).map(({ sample, utc }) => [sample, Number(utc) / 2 ** 30])).toEqual([
    [0n, 10],
    [16_384n, expect.closeTo(26.384, 6)],
  ]);
});
