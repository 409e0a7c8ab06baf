// The JLS v1 reader against what the reference software reads from the same recordings (tests/golden/jls-v1/README.md).
// Statistics and reductions are in cli-jls-v1.test.ts.

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openJlsV1 } from '../../src/formats/jls/v1/reader.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import type { FormatReader } from '../../src/formats/reader.ts';
import { goldenBytes } from '../support/golden.ts';
import { goldenBigJson, jlsWorkspace, sha256 } from '../support/jls.ts';
import { steadySignals } from '../support/steady.ts';
import { twoPass } from '../support/two-pass.ts';

interface Expected {
  config: { data_format: string; data_recorder_format_version: string };
  sampling_frequency: number;
  sample_id_range: [number, number];
  user_data: unknown;
  footer_user_data: unknown;
  full_samples?: { count: number; sha256: Record<string, string>; bin?: string };
  corrected_full_samples?: { count: number; sha256: Record<string, string> };
}

const FIELDS = ['current', 'voltage', 'power', 'current_range', 'current_lsb', 'voltage_lsb'];
const names = (folder: string) =>
  readdirSync(new URL(`../golden/jls-v1/${folder}/`, import.meta.url))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -5));
const RECORDINGS = names('recordings');

/** The arrays of a samples.bin as numbers, by field: three of f32, then three of u8 (raw) or f32 (float recordings). */
function readArrays(bin: string, count: number): ReadonlyMap<string, Float32Array | Float64Array> {
  const bytes = goldenBytes(`jls-v1/recordings/${bin}`);
  const isRaw = bytes.byteLength === count * 15;
  return new Map<string, Float32Array | Float64Array>(
    FIELDS.map((field, index) => {
      if (index < 3 || !isRaw) return [field, new Float32Array(bytes.slice(index * 4 * count).buffer, 0, count)];
      const at = (12 + index - 3) * count;
      return [field, Float64Array.from(bytes.subarray(at, at + count))];
    }),
  );
}

const load = (name: string) => goldenBigJson<Expected>(`jls-v1/${name}.json`);
const open = (name: string): Promise<FormatReader> =>
  openJlsV1(new MemoryFile(goldenBytes(`jls-v1/${name}.jls`)), jlsWorkspace());

describe.each(RECORDINGS)('%s', (name) => {
  const expected = load(`recordings/${name}`);

  test('opens as a whole recording with its signals and user data', async () => {
    const reader = await open(`recordings/${name}`);
    expect(reader.isRecovered).toBe(false);
    expect(reader.version).toBe(expected.config.data_recorder_format_version);
    const signals = steadySignals(reader.store);
    expect(signals.map((signal) => signal.id)).toEqual(expected.config.data_format === 'none' ? [] : FIELDS);
    for (const signal of signals) {
      expect(signal.endSample).toBe(expected.sample_id_range[1]);
      expect(signal.sampleRateHz).toBe(expected.sampling_frequency);
    }
    const userData = (await reader.userData()).map((entry) => JSON.parse(entry.data as string) as unknown);
    expect(userData).toEqual(
      [expected.user_data, expected.footer_user_data].filter((value) => value !== null && value !== undefined),
    );
  });

  test('every sample of every field', async () => {
    const reader = await open(`recordings/${name}`);
    const full = expected.full_samples;
    const hashes = { ...full?.sha256, ...expected.corrected_full_samples?.sha256 };
    const arrays = full?.bin === undefined ? undefined : readArrays(full.bin, full.count);
    for (const id of full ? FIELDS : []) {
      const stored = await reader.storedSamples(id, 0, full!.count);
      expect([id, sha256(stored)]).toEqual([id, hashes[id]]);
      const { values } = await reader.store.samples(id, 0, full!.count);
      const bytes = values instanceof Float32Array ? values.slice() : Uint8Array.from(values, Number);
      expect([id, sha256(new Uint8Array(bytes.buffer))]).toEqual([id, hashes[id]]);
      if (arrays && !expected.corrected_full_samples?.sha256[id]) expect(values).toEqual(arrays.get(id));
    }
  });
});

// Rule: statistics leave out a missing sample in every field. The reference counts one as range 8 where it reads samples.
test.each(['raw_missing_heavy', 'raw_multi_block'])('%s: range without its missing samples', async (name) => {
  const reader = await open(`recordings/${name}`);
  const { endSample } = reader.store.signals()[0]!;
  let missingCount = 0;
  for (const [start, end] of [
    [0, endSample],
    [1, 302],
    [777, endSample - 13],
  ] as const) {
    const codes = (await reader.store.samples('current_range', start, end)).values as Float64Array;
    const wanted = twoPass(codes.map((code) => (code === 8 ? Number.NaN : code)));
    missingCount += end - start - wanted.count;
    const found = await reader.store.statistics('current_range', start, end);
    expect([found.count, found.min, found.max]).toEqual([wanted.count, wanted.min, wanted.max]);
    expect(found.mean).toBeCloseTo(wanted.mean, 6);
    expect(found.std).toBeCloseTo(wanted.std, 4);
  }
  expect(missingCount).toBeGreaterThan(0);
});

test('an exported file has as many samples as its arrays, not as its record claims', async () => {
  const reader = await open('exported/float_insert_short');
  const expected: Readonly<Record<string, (k: number) => number>> = {
    current: (k) => k / 64,
    voltage: (k) => 3 + k / 128,
    power: (k) => k / 32,
    current_range: (k) => k % 8,
    current_lsb: (k) => k % 2,
    voltage_lsb: (k) => (k >> 1) % 2,
  };
  expect(reader.diagnostics).toEqual([]);
  for (const { id, endSample } of reader.store.signals()) {
    expect(endSample).toBe(250);
    const { values } = await reader.store.samples(id, 0, 250);
    expect(Array.from(values, Number)).toEqual(Array.from({ length: 250 }, (_, k) => expected[id]!(k)));
  }
});
